"""Marts that are odd: a published file whose tables are changed by SQL, with what a company may one day have."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
from duckdb import DuckDBPyConnection

ON_THE_SCORECARD = 60
MARKUP = "<script>alert(1)</script> & \"quoted\" 'twice'"
LONG = {
    "en": "Share of returning wholesale customers in new regions who renew within 12 months",
    "es": "Proporción de clientes mayoristas recurrentes en regiones nuevas que renuevan ya",
}
UNBROKEN = "warehouse_of_the_northern_distribution_centre_0123456789_abcdefghijklmn"
LARGE, SMALL = 1e12, -0.0004
# A KPI of the sample company with a value, per unit.
OF_UNIT = {
    "percent": "gross_margin",
    "currency": "revenue_per_customer",
    "count": "leads_generated",
    "score": "employee_satisfaction",
}
NUMBERS = {
    "kpi_scorecard": "value target target_low target_high previous_value change year_ago_value year_ago_change "
    "trend_slope goal_value goal_target goal_expected forecast forecast_lower forecast_upper last_certified_value "
    "open_value open_previous_value open_year_ago_value",
    "kpi_values": "value target target_low target_high previous_value year_ago_value",
    "kpi_targets": "baseline value low high",
    "kpi_control_limits": "value centre lower upper",
    "kpi_signals": "value centre lower upper",
    "kpi_forecasts": "forecast lower upper target target_low target_high",
    "kpi_drivers": "value_before value change contribution mix_effect rate_effect",
    "kpi_explanations": "value_before value change",
}
WITHOUT_DATA, WITHOUT_TARGET = "odd_without_data", "odd_without_target"
UNCERTIFIED, WITHIN, NAMED_LONG, NAMED_MARKUP = "odd_uncertified", "odd_within", "odd_named_long", "odd_named_markup"
RETIRED, DRAFT = "odd_retired", "odd_draft"
STATUS = "status = 'no_data', status_reason = null, attainment = null"


def of_size(size: float, unit: str) -> str:
    """The name of the KPI whose value is large or small, in a unit."""
    return f"odd_{'large' if size == LARGE else 'small'}_{unit}"


def make_odd(file: Path) -> None:
    """Change the sample company's mart: every odd KPI once, and 60 on the company's scorecard."""
    with duckdb.connect(str(file)) as con:
        con.begin()
        _forget_values(con, _copy(con, "gross_margin", WITHOUT_DATA))
        _forget_target(con, _copy(con, "gross_margin", WITHOUT_TARGET))
        _take_certificate(con, _copy(con, "gross_margin", UNCERTIFIED))
        _put_between(con, _copy(con, "employee_satisfaction", WITHIN))
        _name(con, _copy(con, "revenue_per_customer", NAMED_LONG), LONG["en"], LONG["es"])
        _name(con, _copy(con, "total_revenue", NAMED_MARKUP), MARKUP, f"{MARKUP} en español")
        _rename_segments(con, NAMED_MARKUP)
        for unit, base in OF_UNIT.items():
            for size in (LARGE, SMALL):
                _scale(con, _copy(con, base, of_size(size, unit)), size)
        for kpi, life in ((RETIRED, "retired"), (DRAFT, "draft")):
            _end(con, _copy(con, "employee_satisfaction", kpi), life)
        _crowd(con)
        con.commit()


def make_aimless(file: Path) -> None:
    """Leave no objective and no target."""
    with duckdb.connect(str(file)) as con:
        con.execute("delete from objectives; delete from key_results; delete from key_result_checkins")
        for (kpi,) in con.execute("select kpi from kpi_scorecard").fetchall():
            _forget_target(con, kpi)


def make_empty(file: Path) -> None:
    """Leave definitions and one run, but no KPI that ever had a value."""
    kept = {"kpi_catalog", "kpi_scorecard", "kpi_runs", "kpi_certifications", "kpi_definitions", "calendar"}
    with duckdb.connect(str(file)) as con:
        for (kpi,) in con.execute("select kpi from kpi_scorecard").fetchall():
            _forget_values(con, kpi)
        for table in _tables(con):
            if table not in kept:
                con.execute(f"delete from {table}")


def _tables(con: DuckDBPyConnection) -> list[str]:
    return [name for (name,) in con.execute("select table_name from duckdb_tables() order by 1").fetchall()]


def _copy(con: DuckDBPyConnection, base: str, name: str) -> str:
    """Give a KPI with all its rows a second name, on the company's scorecard."""
    holding = "select table_name from duckdb_columns() where column_name = 'kpi' and not internal"
    for (table,) in con.execute(f"{holding} and table_name in (select table_name from duckdb_tables())").fetchall():
        others = "select * replace (? as kpi" + (", id || ? as id" if table in ("kpi_alerts", "kpi_actions") else "")
        values = [name, f"_{name}", base] if "id ||" in others else [name, base]
        con.execute(f"insert into {table} {others}) from {table} where kpi = ?", values)
    con.execute("update kpi_catalog set company_level = true where kpi = ?", [name])
    con.execute("update kpi_scorecard set company_level = true where kpi = ?", [name])
    return name


def _name(con: DuckDBPyConnection, kpi: str, english: str, spanish: str) -> None:
    con.execute("update kpi_catalog set label_en = ?, label_es = ? where kpi = ?", [english, spanish, kpi])


def _delete(con: DuckDBPyConnection, kpi: str, tables: Iterable[str]) -> None:
    for table in tables:
        con.execute(f"delete from {table} where kpi = ?", [kpi])


def _forget_values(con: DuckDBPyConnection, kpi: str) -> None:
    """What a KPI is whose inputs no source feeds."""
    _delete(con, kpi, (*NUMBERS.keys() - {"kpi_scorecard", "kpi_targets"}, "kpi_value_versions", "kpi_restatements"))
    columns = f"{NUMBERS['kpi_scorecard']} numerator denominator sample_size period_start period_end trend streak pace"
    nothing = ", ".join(f"{column} = null" for column in columns.split() if not column.startswith("target"))
    reason = "reasons_en = 'no orders are loaded', reasons_es = 'no hay pedidos cargados'"
    con.execute(f"update kpi_scorecard set {nothing}, {STATUS}, certified = false, {reason} where kpi = ?", [kpi])
    verdict = "measurable = false, certified = false, newest_input_at = null"
    con.execute(f"update kpi_certifications set {verdict}, {reason} where kpi = ?", [kpi])


def _forget_target(con: DuckDBPyConnection, kpi: str) -> None:
    nothing = "target = null, target_low = null, target_high = null, attainment = null"
    con.execute(f"update kpi_values set {nothing}, status = 'no_target', status_reason = null where kpi = ?", [kpi])
    goal = ", ".join(f"goal_{name} = null" for name in ("grain", "start", "end", "value", "target", "expected"))
    chance = "pace = null, probability_on_target = null, attainability = null, status_reason = null"
    con.execute(f"update kpi_scorecard set {nothing}, {goal}, {chance}, status = 'no_target' where kpi = ?", [kpi])
    _delete(con, kpi, ["kpi_targets", "kpi_actions"])
    con.execute("update kpi_forecasts set target = null, probability_on_target = null where kpi = ?", [kpi])


def _take_certificate(con: DuckDBPyConnection, kpi: str) -> None:
    """The newest value is not certified; that of the period before was."""
    reason = "reasons_en = ?, reasons_es = ?"
    told = ["the newest order is 5 days old", "el pedido más reciente es de hace 5 días", kpi]
    before = "last_certified_value = previous_value, last_certified_period_start = period_start - interval 1 month"
    con.execute(f"update kpi_scorecard set certified = false, {before}, {reason} where kpi = ?", told)
    con.execute(f"update kpi_certifications set up_to_date = false, certified = false, {reason} where kpi = ?", told)
    con.execute(
        "update kpi_values set certified = false where kpi = ? and period_start >= "
        "(select period_start from kpi_scorecard where kpi = ?)",
        [kpi, kpi],
    )


def _put_between(con: DuckDBPyConnection, kpi: str) -> None:
    """A score that should lie between two bounds, and does."""
    con.execute("update kpi_catalog set direction = 'within' where kpi = ?", [kpi])
    bounds = "target = null, target_low = 7, target_high = 8.5, attainment = null, status = 'on_target'"
    con.execute(f"update kpi_values set {bounds} where kpi = ? and target is not null", [kpi])
    con.execute(f"update kpi_scorecard set {bounds}, goal_target = null where kpi = ?", [kpi])
    con.execute("update kpi_targets set value = null, low = 7, high = 8.5 where kpi = ?", [kpi])


def _rename_segments(con: DuckDBPyConnection, kpi: str) -> None:
    """Segments as a source might deliver them: with markup, and without a place to break."""
    shown = """
        select slice, min(slice_value) from kpi_values join kpi_scorecard using (kpi, grain, period_start)
        where kpi = ? and slice <> '' group by slice
    """
    for slice_name, value in con.execute(shown, [kpi]).fetchall():
        for table in ("kpi_values", "kpi_drivers", "kpi_value_versions"):
            changed = f"update {table} set slice_value = ? where kpi = ? and slice = ? and slice_value = ?"
            con.execute(changed, [MARKUP if slice_name < "d" else UNBROKEN, kpi, slice_name, value])


def _scale(con: DuckDBPyConnection, kpi: str, size: float) -> None:
    """Make the newest value ``size``, and everything else of the KPI as much larger or smaller."""
    ((value,),) = con.execute("select value from kpi_scorecard where kpi = ?", [kpi]).fetchall()
    for table, columns in NUMBERS.items():
        scaled = ", ".join(f"{column} = {column} * {abs(size / value)!r}" for column in columns.split())
        con.execute(f"update {table} set {scaled} where kpi = ?", [kpi])
    status = "on_target" if size == LARGE else "off_target"
    con.execute("update kpi_scorecard set value = ?, status = ? where kpi = ?", [size, status, kpi])
    newest = "slice = '' and (grain, period_start) = (select (grain, period_start) from kpi_scorecard where kpi = ?)"
    con.execute(f"update kpi_values set value = ?, status = ? where kpi = ? and {newest}", [size, status, kpi, kpi])


def _end(con: DuckDBPyConnection, kpi: str, life: str) -> None:
    """A KPI that is not on the scorecard, any more or yet."""
    successor = "employee_satisfaction" if life == "retired" else None
    con.execute("update kpi_catalog set lifecycle = ?, successor = ? where kpi = ?", [life, successor, kpi])
    _delete(con, kpi, ["kpi_scorecard"])


def _crowd(con: DuckDBPyConnection) -> None:
    """Fill the company's scorecard up with copies."""
    ((there,),) = con.execute("select count(*) from kpi_scorecard where company_level").fetchall()
    bases = list(OF_UNIT.values())
    for number in range(ON_THE_SCORECARD - there):
        kpi = _copy(con, bases[number % len(bases)], f"odd_copy_{number:02}")
        _name(con, kpi, f"Copy number {number + 1}", f"Copia número {number + 1}")
