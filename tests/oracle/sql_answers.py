"""The questions of docs/sql.md, each answered without SQL: plain Python over the published Parquet files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any

from .parquet_mart import Published, Row
from .promises import a_year_before, days_of
from .sql_questions import Answer


def answered(mart: Published, question: int) -> Answer:
    """The rows that the question's SQL should give, in its order."""
    return list(ANSWERS[question](mart))


def _where_do_we_stand(mart: Published) -> Iterator[tuple[Any, ...]]:
    for kpi in _by(mart.rows("kpi_catalog", kind="kpi", company_level=True), "department", "kpi"):
        row = mart.latest(kpi)
        certified = mart.certificates[kpi["kpi"]]["certified"]
        status = row["status"] if row["kpi"] else "no_data"
        yield kpi["label_en"], kpi["review_grain"], row["period_start"], row["value"], row["target"], status, certified


def _against_its_target(mart: Published) -> Iterator[tuple[Any, ...]]:
    promised = {
        row["period_start"]: row for row in mart.rows("kpi_targets", kpi="total_revenue", grain="month", slice="")
    }
    now = max(run["as_of"] for run in mart.rows("kpi_runs")).date()
    for month, value in sorted(mart.revenue.items()):
        target, is_complete = promised.get(month), days_of(month, "month")[-1] <= now
        yield month, value, target and target["value"], _status(value, target) if is_complete else None, is_complete


def _status(value: float, target: Row | None) -> str:
    if target is None:
        return "no_target"
    if value >= target["value"]:
        return "on_target"
    return "at_risk" if value >= target["at_risk"] * target["value"] else "off_target"


def _a_year_ago(mart: Published) -> Iterator[tuple[Any, ...]]:
    for month, value in sorted(mart.revenue.items()):
        if before := mart.revenue.get(a_year_before(month, "month")):
            yield month, value, before, value - before, (value - before) / before


def _each_slice(mart: Published) -> Iterator[tuple[Any, ...]]:
    sessions = mart.facts("fct_sessions", "session_day", "device", "has_purchase")
    newest = max(row["session_day"] for row in sessions).replace(day=1)
    month = [row for row in sessions if row["session_day"].replace(day=1) == newest]
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for row in month:
        counts[row["device"]][0] += bool(row["has_purchase"])
        counts[row["device"]][1] += 1
    for device, (bought, all_of_it) in sorted(counts.items(), key=lambda item: (-item[1][1], item[0])):
        yield device, bought / all_of_it, bought, all_of_it, all_of_it / len(month)


def _not_certified(mart: Published) -> Iterator[tuple[Any, ...]]:
    cards = {row["kpi"]: row for row in mart.rows("kpi_scorecard")}
    for kpi in _by(mart.rows("kpi_catalog", lifecycle="active"), "department", "kpi"):
        certificate, card = mart.certificates[kpi["kpi"]], cards.get(kpi["kpi"], {})
        if not certificate["certified"]:
            last = card.get("last_certified_value"), card.get("last_certified_period_start")
            yield kpi["department"], kpi["kpi"], certificate["reasons_en"], mart.latest(kpi)["value"], *last


def _restated(mart: Published) -> Iterator[tuple[Any, ...]]:
    """Totals of periods that were told as complete and are told otherwise since the newest publication."""
    versions = mart.rows("kpi_value_versions", slice="")
    newest = max(row["known_from"] for row in versions)
    before = {_key(row): row["value"] for row in versions if row["known_to"] == newest and row["complete_from"]}
    for row in _by([row for row in versions if row["known_from"] == newest], "kpi", "grain", "period_start"):
        old = before.get(_key(row), row["value"])
        if old != row["value"]:
            yield *_key(row), old, row["value"], "late_data"


def _said_of_a_month(mart: Published) -> Iterator[tuple[Any, ...]]:
    versions = mart.rows("kpi_value_versions", kpi="total_revenue", grain="month", slice="")
    for row in _by(versions, "period_start", "known_from"):
        value = row["value"] if row["known_to"] else mart.revenue[row["period_start"]]
        yield row["period_start"], value, row["certified"], row["known_from"], row["known_to"]


def _drivers(mart: Published) -> Iterator[tuple[Any, ...]]:
    month = max(start for start, row in mart.totals("total_revenue", "month").items() if row["is_complete"])
    parts: dict[str, dict[str, list[float | None]]] = defaultdict(lambda: defaultdict(lambda: [None, None]))
    for row in mart.values:
        if (row["kpi"], row["grain"]) == ("total_revenue", "month") and row["slice"]:
            for place, start in enumerate((a_year_before(month, "month"), month)):
                if row["period_start"] == start:
                    parts[row["slice"]][row["slice_value"]][place] = row["value"]
    told = mart.rows("kpi_explanations", kpi="total_revenue", grain="month", compare="year_ago", period_start=month)[0]
    for slice_, found in sorted(parts.items()):
        moved = {name: (now or 0) - (before or 0) for name, (before, now) in found.items()}
        for name in sorted(moved, key=lambda name: -abs(moved[name]))[:3]:
            is_named = slice_ == told["slice"] and name in told["slice_values"]
            yield slice_, name, *found[name], moved[name], is_named


def _promised(mart: Published) -> Iterator[tuple[Any, ...]]:
    ahead = {_key(row): row for row in mart.rows("kpi_forecasts")}
    promised = {_key(row): row["value"] for row in mart.rows("kpi_targets", slice="")}
    cards = [row for row in mart.rows("kpi_scorecard") if row["goal_target"] is not None]
    for card in _by(cards, "probability_on_target", "kpi"):
        key = card["kpi"], card["goal_grain"], card["goal_start"]
        now, end = mart.totals(*key[:2])[key[2]]["value"], days_of(key[2], key[1])[-1]
        future = ahead.get(key, {"forecast": now, "lower": now, "upper": now})
        pace = card["goal_expected"] and now / card["goal_expected"]
        chance = ahead[key]["probability_on_target"] if key in ahead else card["probability_on_target"]
        yield *key[:2], end, now, promised[key], pace, future["forecast"], future["lower"], future["upper"], chance


def _objectives(mart: Published) -> Iterator[tuple[Any, ...]]:
    steps = mart.rows("key_results")
    told = ("label_en", "current", "target", "progress", "expected_progress", "status", "due")
    for objective in _by(mart.rows("objectives"), "id"):
        for step in _by([row for row in steps if row["objective"] == objective["id"]], "id") or [{}]:
            yield objective["label_en"], *(step.get(column) for column in told)


def _sheet(mart: Published) -> Iterator[tuple[Any, ...]]:
    kpis = list(mart.rows("company_monthly")[0])[2:]
    columns = [mart.totals(kpi, "month") for kpi in kpis]
    for month in sorted({month for column in columns for month in column}):
        cells = [column.get(month) for column in columns]
        if all(cell["is_complete"] for cell in cells if cell):
            yield month, True, *(cell and cell["value"] for cell in cells)


def _owners(mart: Published) -> Iterator[tuple[Any, ...]]:
    teams: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for kpi in mart.rows("kpi_catalog", kind="kpi", lifecycle="active"):
        teams[kpi["owner_team"], kpi["owner_email"]].append(kpi)
    for team, owned in sorted(teams.items()):
        statuses = [mart.latest(kpi)["status"] for kpi in owned]
        missed = sum(status in ("at_risk", "off_target") for status in statuses)
        unproven = sum(not mart.certificates[kpi["kpi"]]["certified"] for kpi in owned)
        yield *team, len(owned), statuses.count("on_target"), missed, unproven


def _lineage(mart: Published) -> Iterator[tuple[Any, ...]]:
    edges, waiting, found = mart.rows("kpi_lineage"), ["conversion_rate"], set()
    while waiting:
        end = waiting.pop()
        above = {tuple(edge.values()) for edge in edges if edge["to"] == end} - found
        found |= above
        waiting += [edge[0] for edge in above]
    assert {edge[0] for edge in found if edge[2] == "source"} == {"web.events"}
    yield from sorted(found, key=lambda edge: (edge[3], edge[1], edge[0]))


def _segments(mart: Published) -> Iterator[tuple[Any, ...]]:
    segments = {row["customer_id"]: row["segment"] for row in mart.facts("dim_customers", "customer_id", "segment")}
    groups: dict[tuple[date, str | None], list[float]] = defaultdict(list)
    for order in mart.facts("fct_orders", "ordered_day", "customer_id", "net_amount"):
        segment = segments.get(order["customer_id"])
        groups[order["ordered_day"].replace(day=1), segment].append(float(order["net_amount"]))
    for month, segment in sorted(groups, key=lambda group: (group[0], group[1] is None, group[1])):
        yield month, segment, len(groups[month, segment]), sum(groups[month, segment])


def _by(rows: Iterable[Row], *columns: str) -> list[Row]:
    return sorted(rows, key=lambda row: [(row[column] is None, row[column]) for column in columns])


def _key(row: Row) -> tuple[Any, ...]:
    return row["kpi"], row["grain"], row["period_start"]


ANSWERS: dict[int, Callable[[Published], Iterator[tuple[Any, ...]]]] = {
    1: _where_do_we_stand,
    2: _against_its_target,
    3: _a_year_ago,
    4: _each_slice,
    5: _not_certified,
    6: _restated,
    7: _said_of_a_month,
    8: _drivers,
    9: _promised,
    10: _objectives,
    11: _sheet,
    12: _owners,
    13: _lineage,
    14: _segments,
}
