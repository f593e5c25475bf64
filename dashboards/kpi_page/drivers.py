"""What drove a KPI from one period to the one of the scorecard: a waterfall a slice and comparison."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from dashboards.charts.course import Spec
from dashboards.charts.waterfall import Fall, Kind, Step, waterfall_chart
from dashboards.kpi_page.head import WHY
from dashboards.kpi_page.slices import part_name, slice_name
from dashboards.mart import Mart, Row, grouped
from dashboards.speaker import Speaker

MOST = 8
COMPARED = ("previous", "year_ago")
DRIVERS = """
    select drivers.* from kpi_drivers as drivers
    inner join kpi_scorecard as card using (kpi, grain, period_start)
    order by drivers.kpi, drivers.compare, drivers.slice, abs(drivers.contribution) desc nulls last, drivers.slice_value
"""
GOOD = {"increase": 1, "at_least": 1, "decrease": -1, "at_most": -1}


@dataclass(frozen=True)
class Contribution:
    """A row of the table beside a waterfall; ``mix`` and ``rate`` are empty where a change has no such parts."""

    name: str
    before: str
    value: str
    contribution: str
    mix: str
    rate: str


@dataclass(frozen=True)
class Drivers:
    """A waterfall with its table."""

    slice: str
    compare: str
    is_first: bool
    spec: Spec
    rows: Sequence[Contribution]
    has_effects: bool

    @property
    def key(self) -> str:
        """The name of its chart on the page."""
        return f"{self.slice} {self.compare}"


@dataclass(frozen=True)
class Driven:
    """All waterfalls of a KPI; ``slices`` and ``compared`` are the (name, label) to choose from."""

    all: Sequence[Drivers]
    slices: Sequence[tuple[str, str]]
    compared: Sequence[tuple[str, str]]
    period: str


def drivers(mart: Mart, say: Speaker, kpi: Row) -> Driven:
    """Return what drove a KPI; the slice that explains most of the change is shown first."""
    told = {row["compare"]: row for row in mart.by("kpi", WHY).get(kpi["kpi"], [])}
    by_compare = grouped(mart.by("kpi", DRIVERS).get(kpi["kpi"], []), "compare")
    kept = [compare for compare in COMPARED if compare in told and compare in by_compare]
    slices = sorted({row["slice"] for compare in kept for row in by_compare[compare]})
    first = next((told[compare]["slice"] for compare in kept if told[compare]["slice"] in slices), None)
    ordered = sorted(slices, key=lambda name: (name != first, name))
    made = [
        _drivers(say, kpi, told[compare], rows, is_first=(compare, name) == (kept[0], ordered[0]))
        for name in ordered
        for compare in kept
        if (rows := [row for row in by_compare[compare] if row["slice"] == name])
    ]
    words, card = say.words("kpi"), mart.scorecard.get(kpi["kpi"])
    return Driven(
        all=made,
        slices=[(name, slice_name(name, say)) for name in ordered],
        compared=[(compare, words[f"against_{compare}"]) for compare in kept],
        period=say.period(card["grain"], card["period_start"], card["period_end"]) if card else "",
    )


def _drivers(say: Speaker, kpi: Row, told: Row, rows: Sequence[Row], is_first: bool) -> Drivers:
    fall = Fall(list(_steps(say, kpi, told, rows)), kpi["unit"], say.lang)
    return Drivers(
        slice=rows[0]["slice"],
        compare=told["compare"],
        is_first=is_first,
        spec=waterfall_chart(fall),
        rows=[_contribution(say, kpi, row) for row in rows],
        has_effects=any(row["mix_effect"] is not None for row in rows),
    )


def _steps(say: Speaker, kpi: Row, told: Row, rows: Sequence[Row]) -> Iterator[Step]:
    """The value before, the largest contributions, the others together, and the value now."""
    words = say.words("kpi")
    before, value = told["value_before"], told["value"]
    parts = [(part_name(row["slice_value"], say), row["contribution"] or 0.0) for row in rows]
    if len(parts) > MOST + 1:
        rest = parts[MOST:]
        parts = [*parts[:MOST], (words["other"].format(count=len(rest)), sum(part for _, part in rest))]
    yield Step(words["before"], before, before, say.value(before, kpi), "whole")
    ends = list(accumulate((part for _, part in parts), initial=before))
    for (name, part), begin, end in zip(parts, ends, ends[1:], strict=False):
        yield Step(name, begin, end, say.difference(part, kpi), _kind(kpi, part))
    yield Step(words["now"], value, value, say.value(value, kpi), "whole")


def _kind(kpi: Row, part: float) -> Kind:
    sign = GOOD.get(kpi["direction"], 0) * part
    return "good" if sign > 0 else "bad" if sign < 0 else "plain"


def _contribution(say: Speaker, kpi: Row, row: Row) -> Contribution:
    effects = [
        "" if row[name] is None else say.difference(row[name], kpi)
        for name in ("contribution", "mix_effect", "rate_effect")
    ]
    before, value = (say.value(row[name], kpi) for name in ("value_before", "value"))
    return Contribution(part_name(row["slice_value"], say), before, value, *effects)
