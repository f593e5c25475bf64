"""A KPI by slice: the values of its last complete period, the largest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.charts.sparkline import Sparkline, sparkline
from dashboards.kpi_page.course import totals
from dashboards.mart import Mart, Row, grouped, names
from dashboards.speaker import Speaker
from metrics.wording.vocabulary import sliced_by

MOST = 12
PERIODS = 13
UNNAMED = {"(unknown)": "part_unknown", "unknown": "part_unknown", "(unattributed)": "part_unattributed"}
SLICES = f"""
    select value.kpi, value.grain, value.period_start, value.period_end, value.slice, value.slice_value, value.value,
        value.previous_value, value.year_ago_value, value.sample_size, value.status_reason
    from kpi_values as value
    inner join kpi_catalog as catalog on value.kpi = catalog.kpi and value.grain = catalog.review_grain
    where value.slice <> '' and value.is_complete
    qualify dense_rank() over (partition by value.kpi order by value.period_start desc) <= {PERIODS}
    order by value.kpi, value.slice, value.slice_value, value.period_start
"""


@dataclass(frozen=True)
class Part:
    """A value of a slice; ``note`` says why it has none, or what to know of it."""

    name: str
    value: str
    change: str
    share: str
    spark: Sparkline
    note: str


@dataclass(frozen=True)
class Slice:
    """A slice: its largest parts, in the words ``rest`` how many others there are, and what its values leave out."""

    name: str
    period: str
    parts: Sequence[Part]
    rest: str
    has_shares: bool
    withheld: str


def slices(mart: Mart, say: Speaker, kpi: Row) -> list[Slice]:
    """Return the slices of a KPI in the order of its definition."""
    rows = grouped(mart.by("kpi", SLICES).get(kpi["kpi"], []), "slice")
    newest = max((row["period_start"] for found in rows.values() for row in found), default=None)
    return [_slice(mart, say, kpi, name, rows.get(name, []), newest) for name in names(kpi["slices"])]


def slice_name(name: str, say: Speaker) -> str:
    """What people call a slice, as a heading: ``Acquisition channel``, ``Canal de adquisición``."""
    words = sliced_by(name)
    said = words.en if say.lang == "en" else words.es.removeprefix("el ").removeprefix("la ")
    return said[:1].upper() + said[1:]


def part_name(value: str, say: Speaker) -> str:
    """What people call a value of a slice; the mart marks in brackets those that the data do not name."""
    return say.words("kpi")[UNNAMED[value]] if value in UNNAMED else value


def by_size(kpi: Row, histories: Sequence[Sequence[Row]]) -> list[Sequence[Row]]:
    """Order histories of parts by their last value where values add up, else by what it rests on; none comes last."""

    def order(history: Sequence[Row]) -> tuple[bool, float]:
        row = history[-1]
        return row["value"] is None, -((row["value"] if kpi["is_additive"] else row["sample_size"]) or 0.0)

    return sorted(histories, key=order)


def _slice(mart: Mart, say: Speaker, kpi: Row, name: str, rows: Sequence[Row], newest: object) -> Slice:
    histories = grouped(rows, "slice_value")
    total = next(
        (row["value"] for row in totals(mart, kpi["kpi"], kpi["review_grain"]) if row["period_start"] == newest), None
    )
    present = [history for history in histories.values() if history[-1]["period_start"] == newest]
    ordered = by_size(kpi, present)
    parts = [_part(say, kpi, history, total) for history in ordered[:MOST]]
    words, last = say.words("kpi"), next((history[-1] for history in present), None)
    more = len(ordered) - MOST
    return Slice(
        name=slice_name(name, say),
        period=say.period(last["grain"], last["period_start"], last["period_end"]) if last else "",
        parts=parts,
        rest=_rest(say, kpi, [history[-1] for history in ordered[MOST:]]) if more > 0 else "",
        has_shares=any(part.share for part in parts),
        withheld=words["withheld"].format(count=kpi["min_persons"]) if kpi["min_persons"] else "",
    )


def _part(say: Speaker, kpi: Row, history: Sequence[Row], total: float | None) -> Part:
    row = history[-1]
    adds_up = kpi["is_additive"] and total and row["value"] is not None
    return Part(
        name=part_name(row["slice_value"], say),
        value=say.value(row["value"], kpi),
        change=say.change(row["value"], row["previous_value"], kpi),
        share=say.part(row["value"] / total) if adds_up else "",
        spark=sparkline([was["value"] for was in history], [None] * len(history)),
        note=say.status(None, row["status_reason"]) if row["status_reason"] else "",
    )


def _rest(say: Speaker, kpi: Row, rows: Sequence[Row]) -> str:
    words = say.words("kpi")
    if not kpi["is_additive"]:
        return words["others"].format(count=len(rows))
    return words["others_of"].format(count=len(rows), value=say.value(sum(row["value"] or 0 for row in rows), kpi))
