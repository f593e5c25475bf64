"""Runs compiled models straight in DuckDB: definitions as dbt writes them, tables, full builds and increments."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml

from metrics.calendar import GRAINS, WEEK_DAYS, Calendar
from metrics.compiler import compile_kpis
from metrics.contracts import Contract, load_contracts
from tests.metrics.dry_run import DryRun, Rendered

HERE = Path(__file__).parent
DEFINITIONS = HERE / "definitions.yml"
JANUARY = Calendar("Europe/Madrid", "monday", 1, date(2023, 1, 1), "EUR")
MADE_UP = Calendar("Europe/London", "sunday", 4, date(2023, 4, 1), "GBP")


def manifest_of(*files: Path) -> dict[str, Any]:
    """The semantic manifest that dbt writes for these files (a slow test holds the two together)."""
    texts = [yaml.safe_load(file.read_text()) for file in files]
    models = [model for text in texts for model in text.get("semantic_models", ())]
    metrics = [metric for text in texts for metric in text.get("metrics", ())]
    return {
        "semantic_models": [_semantic_model(model) for model in models],
        "metrics": [_metric(metric) for metric in metrics],
        "project_configuration": {"time_spine_table_configurations": [], "time_spines": []},
    }


def _semantic_model(model: dict[str, Any]) -> dict[str, Any]:
    (alias,) = re.findall(r"ref\('(\w+)'\)", model["model"])
    relation = {"alias": alias, "schema_name": "marts", "database": "warehouse", "relation_name": alias}
    measures = [measure | {"expr": _text(measure.get("expr"))} for measure in model.get("measures", ())]
    return {**model, "node_relation": relation, "measures": measures}


def _metric(metric: dict[str, Any]) -> dict[str, Any]:
    params = dict(metric["type_params"])
    for key in ("measure", "numerator", "denominator"):
        if key in params:
            params[key] = _input(params[key])
    params["metrics"] = [_input(item) for item in params.get("metrics", ())]
    if "conversion_type_params" in params:
        measures = ("base_measure", "conversion_measure")
        given = params["conversion_type_params"]
        params["conversion_type_params"] = given | {name: _input(given[name]) for name in measures}
    return {**metric, "type_params": params, "filter": _filter(metric.get("filter"))}


def _input(given: str | dict[str, Any]) -> dict[str, Any]:
    item = {"name": given} if isinstance(given, str) else given
    return item | {"filter": _filter(item.get("filter"))}


def _filter(text: str | None) -> dict[str, Any] | None:
    return {"where_filters": [{"where_sql_template": text}]} if text else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def contracts_of(folder: Path, kpis: Iterable[Mapping[str, Any]]) -> tuple[Contract, ...]:
    """Tracked metrics with what these tests do not care about filled in."""
    words = {"en": "words", "es": "palabras"}
    usual = {"label": words, "description": words, "unit": "count", "quality": {"freshness": "24h", "needs": words}}
    items = [{"name": kpi["metric"], **usual, **kpi} for kpi in kpis]
    folder.mkdir(parents=True, exist_ok=True)
    text = yaml.safe_dump({"department": "sales", "owner": {"team": "Sales", "email": "a@b.es"}, "metrics": items})
    (folder / "sales.yml").write_text(text)
    return load_contracts(folder)


def period_start(day: date, grain: str, calendar: Calendar) -> date:
    """The first day of the business period that a day falls in."""
    if grain == "week":
        return day - timedelta(days=(day.weekday() - WEEK_DAYS.index(calendar.week_starts_on)) % 7)
    months = day.year * 12 + day.month - 1
    offset = (months - (calendar.fiscal_year_starts - 1)) % 12
    back = {"month": 0, "quarter": offset % 3, "year": offset}
    if grain not in back:
        return day
    year, month = divmod(months - back[grain], 12)
    return date(year, month + 1, 1)


def fill_calendar(con: duckdb.DuckDBPyConnection, calendar: Calendar, last_day: date) -> None:
    """Create ``calendar_periods`` from the calendar's first day on."""
    days = [calendar.first_day + timedelta(days=n) for n in range((last_day - calendar.first_day).days + 1)]
    rows = [(day, grain, period_start(day, grain, calendar)) for day in days for grain in GRAINS]
    con.execute("create table calendar_periods (day date, grain varchar, period_start date)")
    con.execute(
        "insert into calendar_periods select unnest(?), unnest(?), unnest(?)",
        [list(column) for column in zip(*rows, strict=True)],
    )


def replace_rows(con: duckdb.DuckDBPyConnection, model: str, rendered: Rendered) -> dict[str, set[Any]]:
    """Bring a table up to date as dbt's incremental strategy does; what it logs: column → keys of rows that differ.

    Fails if the model returns rows of keys that it did not call affected.
    """
    keys = ", ".join(rendered.keys)
    casts = ", ".join(f"{key}::{kind} as {key}" for key, kind in zip(rendered.keys, rendered.types, strict=True))
    run, affected, logs = con.execute, f"affected__{model}", rendered.config["meta"]["logs"]
    run(f"create or replace table {affected} as select distinct {casts} from ({rendered.affected_sql}) as a ({keys})")
    if not (wanted := set(run(f"from {affected}").fetchall())):
        return {column: set() for column in logs}
    run(f"create or replace temp table incoming as {rendered.sql}")
    columns = ", ".join((*rendered.keys, *logs, "cast(row as varchar)"))
    select = f"select {columns} from (select * exclude (run_id) from {{}}) as row"
    incoming = run(select.format("incoming")).fetchall()
    outgoing = run(select.format(f"{model} semi join {affected} using ({keys})")).fetchall()
    strangers = {row[: len(rendered.keys)] for row in incoming} - wanted
    assert not strangers, f"{model} returned rows of keys that are not affected: {strangers}"
    differing = (Counter(incoming) - Counter(outgoing)) + (Counter(outgoing) - Counter(incoming))
    if differing:
        same = " and ".join(f"t.{key} = a.{key}" for key in rendered.keys)
        run(f"delete from {model} as t using {affected} as a where {same}")
        run(f"insert into {model} by name select * from incoming")
    return {column: {row[at] for row in differing} - {None} for at, column in enumerate(logs, len(rendered.keys))}


@dataclass
class Lab:
    """A warehouse with the compiled models of some contracts.

    The test owns the facts and dimensions; ``build`` computes every model whole, ``update`` only what changed.
    """

    contracts: tuple[Contract, ...]
    calendar: Calendar = JANUARY
    files: tuple[Path, ...] = (DEFINITIONS,)
    as_of: str = "timestamp '2024-03-13 10:00:00'"
    last_day: date = date(2025, 3, 31)
    offsets: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.models = compile_kpis(manifest_of(*self.files), self.contracts, self.calendar)
        self.con = duckdb.connect(config={"threads": 1})
        self.con.execute("create table changes (topic varchar, key varchar, seq bigint)")
        fill_calendar(self.con, self.calendar, self.last_day)
        self.con.execute("create table time_spine as select distinct day from calendar_periods")

    @property
    def order(self) -> list[str]:
        """Names of the models up to the values, states first."""
        names = [name.removesuffix(".sql") for name in self.models if name.endswith(".sql")]
        names = [name for name in names if not name.endswith("_monthly")]
        return sorted(names, key=lambda name: (name.startswith("kpi_"), not name.startswith("state_")))

    def build(self) -> None:
        """Compute every model whole."""
        for model in self.order:
            self.con.execute(f"create or replace table {model} as {self.render(model).sql}")
            self._acknowledge(model)

    def update(self) -> None:
        """Compute what changed since each model last looked, as dbt's incremental strategy does."""
        for model in self.order:
            rendered = self.render(model, incremental=True)
            if rendered.affected_sql is None:
                self.con.execute(f"create or replace table {model} as {rendered.sql}")
            else:
                for column, keys in replace_rows(self.con, model, rendered).items():
                    self.changed(f"{model}.{column}", keys)
            self._acknowledge(model)

    def render(self, model: str, incremental: bool = False) -> Rendered:
        seen = self.offsets.get(model, 0)
        run = DryRun(
            self.calendar.time_zone,
            as_of=self.as_of,
            changed=lambda topic: f"select key from changes where topic = '{topic}' and seq > {seen}",
        )
        return run.render(model, self.models[f"{model}.sql"], incremental)

    def changed(self, topic: str, keys: Iterable[object]) -> None:
        """Log keys whose rows changed."""
        for key in keys:
            self.con.execute(
                "insert into changes select ?, ?, coalesce(max(seq), 0) + 1 from changes", [topic, str(key)]
            )

    def _acknowledge(self, model: str) -> None:
        self.offsets[model] = self.con.execute("select coalesce(max(seq), 0) from changes").fetchone()[0]

    def rows(self, model: str) -> list[tuple[Any, ...]]:
        """All rows of a model without the run's id, sorted."""
        return self.con.execute(f"select * exclude (run_id) from {model} order by all").fetchall()

    def values(self, kpi: str) -> dict[tuple[str, date, str, str], tuple[Any, ...]]:
        """(grain, period start, slice, slice value) → (value, numerator, denominator, sample size)."""
        found = self.con.execute(
            "select grain, period_start, slice, slice_value, value, numerator, denominator, sample_size "
            "from kpi_metric_values where kpi = ?",
            [kpi],
        ).fetchall()
        values = {row[:4]: row[4:] for row in found}
        assert len(values) == len(found), "a key came twice"
        return values
