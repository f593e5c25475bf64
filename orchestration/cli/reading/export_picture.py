"""The picture of a KPI that `kpi export` writes: the chart of its page, with what a reader elsewhere must know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from dashboards.charts.course import Spec, course_chart
from dashboards.charts.look import Theme
from dashboards.charts.picture import Kind, drawn, framed
from dashboards.charts.small_multiples import small_multiples
from dashboards.kpi_page import course
from dashboards.kpi_page.slices import MOST, by_size, part_name, slice_name
from dashboards.mart import Mart, Row, grouped
from dashboards.speaker import Speaker
from dashboards.tiles import target
from metrics.wording.numbers import Language

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from orchestration.cli.reading.export_values import Asked


def picture(
    con: DuckDBPyConnection, asked: Asked, held: Sequence[Row], kind: Kind, lang: Language, theme: Theme, zone: str
) -> bytes:
    """Draw the values of a KPI as a ``png`` or ``svg``, in a language, a theme and a time zone."""
    mart, say = Mart(con), Speaker(lang, zone)
    shown = list(held) if asked.first or asked.last else _last(held, asked.grain)
    chart, below = (_parts if asked.by else _course)(mart, say, asked, shown)
    source = say.words("kpi")["source"].format(when=say.moment(mart.run["as_of"]), run=mart.run["run_id"][:8])
    subtitle = [" · ".join(_said(say, asked, shown)), *_doubt(mart, say, asked.kpi["kpi"])]
    return drawn(framed(chart, say.label(asked.kpi), subtitle, [*below, source]), kind, theme)


def _doubt(mart: Mart, say: Speaker, kpi: str) -> Iterator[str]:
    """That it is not certified, and why."""
    if not mart.is_proven(kpi):
        reasons = say.text(mart.certificates[kpi], "reasons")
        yield ": ".join(filter(None, (say.words("site")["not_certified"], reasons)))


def _last(held: Sequence[Row], grain: str) -> list[Row]:
    """Those of the last periods, as many as the page shows."""
    starts = sorted({row["period_start"] for row in held})
    first = starts[-course.PERIODS.get(grain, len(starts)) :][0]
    return [row for row in held if row["period_start"] >= first]


def _course(mart: Mart, say: Speaker, asked: Asked, shown: Sequence[Row]) -> tuple[Spec, list[str]]:
    ahead = [] if asked.last else course.expected(mart, asked.kpi["kpi"], asked.grain, shown)
    drawn_course, notes = course.course_of(mart, say, asked.kpi, asked.grain, shown, ahead)
    chart, words = course_chart(drawn_course), say.words("kpi")
    legend = [said for name in chart["data"]["format"]["parse"] if (said := words.get(f"drawn_{name}"))]
    return chart, [*(f"{note.number}. {note.words}" for note in notes), " · ".join(legend)]


def _parts(mart: Mart, say: Speaker, asked: Asked, shown: Sequence[Row]) -> tuple[Spec, list[str]]:
    """A small course for each of the largest values of a slice."""
    histories = by_size(asked.kpi, list(grouped(shown, "slice_value").values()))
    parts: dict[str, list[tuple[date, float | None]]] = {}
    for history in histories[:MOST]:
        points = [(row["period_start"], row["value"]) for row in history if row["is_complete"]]
        parts.setdefault(part_name(history[-1]["slice_value"], say), []).extend(points)
    more = len(histories) - MOST
    rest = [say.words("kpi")["others"].format(count=more)] if more > 0 else []
    is_proven = mart.is_proven(asked.kpi["kpi"])
    return small_multiples(parts, asked.grain, asked.kpi["unit"], say.lang, is_proven), rest


def _said(say: Speaker, asked: Asked, shown: Sequence[Row]) -> Iterator[str]:
    """By what it is divided, which periods are shown, in which unit, and the last target."""
    periods = sorted(shown, key=lambda row: row["period_start"])
    if asked.by:
        yield slice_name(asked.by, say)
    yield say.term("grain", asked.grain)
    first, last = say.day(periods[0]["period_start"]), say.day(periods[-1]["period_end"])
    yield say.words("kpi")["span"].format(first=first, last=last)
    yield asked.kpi["currency"] or say.term("unit", asked.kpi["unit"])
    complete = [row for row in periods if row["is_complete"]]
    if complete and not asked.by and (words := target(say, complete[-1], asked.kpi)):
        yield say.words("site")["target_of"].format(target=words)
