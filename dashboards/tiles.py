"""A KPI as a tile: where it stands, in one look."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboards.charts.sparkline import Sparkline, sparkline
from dashboards.departments import departments
from dashboards.mart import Mart, Row
from dashboards.page import of_kpi
from dashboards.speaker import Speaker

PERIODS = 13
COURSES = f"""
    select value.kpi, value.grain, value.period_start, value.period_end, value.value, value.target, value.status,
        value.status_reason, value.previous_value, value.year_ago_value, value.certified
    from kpi_values as value
    inner join kpi_catalog as catalog on value.kpi = catalog.kpi and value.grain = catalog.review_grain
    where value.slice = '' and value.is_complete
    qualify row_number() over (partition by value.kpi order by value.period_start desc) <= {PERIODS}
    order by value.kpi, value.period_start
"""
# what needs attention comes first
UNKNOWN = "no_data"
ATTENTION = ("off_target", "at_risk", UNKNOWN, None, "no_target", "on_target")


@dataclass(frozen=True)
class Tile:
    """A KPI's tile; every text in the page's language, an empty one is not shown.

    ``number`` is the value as the mart has it, ``value`` and ``unit`` how it is written. ``by_attention`` and
    ``by_department`` are its places in the two orders.
    """

    kpi: str
    path: str
    label: str
    department: str
    period: str
    number: float | None
    value: str
    unit: str
    status: str | None
    status_words: str
    target: str
    gap: str
    previous: str
    year_ago: str
    to_date: str
    pace: str
    owner: str
    certified: bool
    reason: str
    last_certified: str
    spark: Sparkline
    by_attention: int
    by_department: int


def tiles(mart: Mart, say: Speaker, kpis: Iterable[str]) -> list[Tile]:
    """Return the tiles of KPIs that are on the scorecard, what needs attention first."""
    cards = [mart.scorecard[kpi] for kpi in kpis]
    urgent = sorted(cards, key=_attention)
    order = {name: place for place, name in enumerate((*departments(mart), "company"))}
    promised = [mart.catalogue[card["kpi"]] for card in cards]
    housed = sorted(promised, key=lambda kpi: (order[kpi["department"]], say.label(kpi)))
    places = {kpi["kpi"]: place for place, kpi in enumerate(housed)}
    return [_tile(mart, say, card, place, places[card["kpi"]]) for place, card in enumerate(urgent)]


def course(mart: Mart, kpi: str) -> list[Row]:
    """Return the last complete periods of a KPI at its review's grain, the oldest first."""
    return mart.by("kpi", COURSES).get(kpi, [])


def latest(mart: Mart, kpi: str) -> Row | None:
    """The newest complete period of a KPI that has a value, at its review's grain; the scorecard chooses so too."""
    return next((row for row in reversed(course(mart, kpi)) if row["value"] is not None), None)


def drawn(rows: Sequence[Row]) -> Sparkline:
    """Draw a course."""
    return sparkline([row["value"] for row in rows], [row["target"] for row in rows])


def _attention(card: Row) -> tuple[int, float, str]:
    """What is missed comes first, the largest miss at the top; then what cannot be trusted, whatever its status."""
    is_missed = card["status"] in ("off_target", "at_risk")
    status = card["status"] if card["certified"] or is_missed else UNKNOWN
    attainment = card["attainment"]
    return ATTENTION.index(status), attainment if attainment is not None else 1.0, card["kpi"]


def _tile(mart: Mart, say: Speaker, card: Row, by_attention: int, by_department: int) -> Tile:
    kpi, words = mart.catalogue[card["kpi"]], say.words("site")
    value, unit = (words["no_data"], "") if card["value"] is None else say.parted(card["value"], kpi)
    return Tile(
        kpi=card["kpi"],
        path=of_kpi(card["kpi"]),
        label=say.label(kpi),
        department=say.term("department", kpi["department"]),
        period=say.period(card["grain"], card["period_start"], card["period_end"]),
        number=card["value"],
        value=value,
        unit=unit,
        status=card["status"],
        status_words=say.status(card["status"], card["status_reason"]),
        target=target(say, card, kpi),
        gap=gap(say, card, kpi),
        previous=say.change(card["value"], card["previous_value"], kpi),
        year_ago=say.change(card["value"], card["year_ago_value"], kpi),
        to_date=to_date(say, card, kpi),
        pace="" if card["pace"] is None else words["pace"].format(pace=say.share(card["pace"])),
        owner=kpi["owner_team"] or kpi["owner_email"] or "",
        certified=bool(card["certified"]),
        reason=say.text(card, "reasons") or "",
        last_certified=last_certified(say, card, kpi),
        spark=drawn(course(mart, card["kpi"])),
        by_attention=by_attention,
        by_department=by_department,
    )


def target(say: Speaker, row: Row, kpi: Row) -> str:
    """The target of a value, or its bounds; empty without one."""
    if row["target"] is not None:
        return say.value(row["target"], kpi)
    if row["target_low"] is None or row["target_high"] is None:
        return ""
    bounds = {"low": say.value(row["target_low"], kpi), "high": say.value(row["target_high"], kpi)}
    return say.words("site")["to"].format(**bounds)


def gap(say: Speaker, row: Row, kpi: Row) -> str:
    """How far a value is above or below its target or the nearer bound; empty between bounds or without one."""
    value = row["value"]
    if value is None:
        return ""
    words, missed = say.words("site"), _nearest(row)
    if missed is None:
        return ""
    if value == missed:
        return words["met"]
    side = words["above" if value > missed else "below"]
    return side.format(gap=say.difference(value - missed, kpi, signed=False))


def _nearest(row: Row) -> float | None:
    """The target, or the bound that a value is beyond."""
    if row["target"] is not None:
        return row["target"]
    low, high = row["target_low"], row["target_high"]
    if low is not None and row["value"] < low:
        return low
    return high if high is not None and row["value"] > high else None


def to_date(say: Speaker, card: Row, kpi: Row) -> str:
    """The value of the period under way, and of the same part of the one before.

    Where outcomes take days to come in, the one before has had more of them: the two are not compared.
    """
    if card["open_period_start"] is None or card["open_value"] is None:
        return ""
    words = say.words("site")
    period = say.period(card["grain"], card["open_period_start"], card["open_period_end"])
    said = f"{words['open'].format(period=period)}: {say.value(card['open_value'], kpi)}"
    if kpi["matures_after_days"]:
        return f"{said} · {words['maturing']}"
    if card["open_previous_value"] is None:
        return said
    return f"{said} · {words['against'].format(value=say.value(card['open_previous_value'], kpi))}"


def last_certified(say: Speaker, card: Row, kpi: Row) -> str:
    """The last certified value with its period, of a KPI that is not certified."""
    if card["certified"] or card["last_certified_value"] is None:
        return ""
    period = say.period(card["grain"], card["last_certified_period_start"], card["last_certified_period_end"])
    return say.words("site")["last_certified"].format(value=say.value(card["last_certified_value"], kpi), period=period)
