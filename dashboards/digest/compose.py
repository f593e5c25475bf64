"""Puts a digest together: from the mart to what the mail says, in one language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from dashboards.aims import Aim, aims
from dashboards.departments import departments
from dashboards.digest.bars import bars
from dashboards.digest.waiting import alerts, plans
from dashboards.mart import Mart
from dashboards.page import COMPANY, of_department
from dashboards.sentences import Sentence, changes, summary
from dashboards.speaker import Speaker
from dashboards.tiles import Tile, course, tiles
from metrics.wording.numbers import Language

COMPANY_SCOPE = "company"
LINES, CHANGES = 60, 5  # what a mail may hold before services cut it, and a reader before they stop
JUDGED = ("on_target", "at_risk", "off_target")
SIX_DAYS = timedelta(days=6)


@dataclass(frozen=True)
class Line:
    """A KPI's line: its tile, its value with the unit, and its last periods as bars of text."""

    tile: Tile
    value: str
    bars: str


@dataclass(frozen=True)
class Digest:
    """What a digest says, each text in its language; an empty one is not shown.

    ``path`` is its page in the site, relative to the language's folder. ``more`` says how many lines it has no room
    for. ``waiting`` are sentences on plans and alerts; ``words`` are the digest's own, ``common`` those of the site.
    """

    lang: Language
    subject: str
    title: str
    path: str
    sentences: tuple[Sentence, ...]
    lines: tuple[Line, ...]
    more: str
    changes: tuple[Sentence, ...]
    aims: tuple[Aim, ...]
    waiting: tuple[Sentence, ...]
    as_of: str
    run: str
    words: Mapping[str, str]
    common: Mapping[str, str]


def scopes(mart: Mart) -> dict[str, list[str]]:
    """Return of what there is a digest: ``company``, and each department with a KPI on the scorecard → its KPIs."""
    cards = [mart.scorecard[kpi] for kpi in mart.catalogue if kpi in mart.scorecard]
    found = {COMPANY_SCOPE: [card["kpi"] for card in cards if card["company_level"]]}
    for department in departments(mart):
        found[department] = [card["kpi"] for card in cards if card["department"] == department]
    return {scope: kpis for scope, kpis in found.items() if kpis}


def compose(mart: Mart, say: Speaker, scope: str) -> Digest:
    """Write the digest of one of the ``scopes``."""
    kpis, words = scopes(mart)[scope], say.words("digest")
    title = " · ".join(filter(None, (say.term("department", scope), _week(mart, say))))
    more = len(kpis) - LINES
    return Digest(
        lang=say.lang,
        subject=words["subject"].format(title=title, standing=_standing(mart, say, kpis)),
        title=title,
        path=COMPANY if scope == COMPANY_SCOPE else of_department(scope),
        sentences=tuple(summary(mart, say, kpis)),
        lines=tuple(_line(mart, say, tile) for tile in tiles(mart, say, kpis)[:LINES]),
        more=words["more"].format(count=more) if more > 0 else "",
        changes=tuple(changes(mart, say, kpis)[1 : CHANGES + 1]),  # the first is said at the top
        aims=tuple(_served(mart, say, scope, kpis)),
        waiting=(plans(mart, say, kpis), alerts(mart, say, kpis)),
        as_of=say.moment(mart.run["as_of"]),
        run=mart.run["run_id"][:4],
        words=words,
        common=say.words("site"),
    )


def _line(mart: Mart, say: Speaker, tile: Tile) -> Line:
    value = tile.value if tile.number is None else say.value(tile.number, mart.catalogue[tile.kpi])
    return Line(tile, value, bars([row["value"] for row in course(mart, tile.kpi)]))


def _week(mart: Mart, say: Speaker) -> str:
    """The last week of the company's calendar that is over; empty before the first."""
    today = say.local(mart.run["as_of"]).date()
    (row,) = mart.rows(f"select max(week) as week from calendar where week < date '{today - SIX_DAYS}'")
    week: date | None = row["week"]
    return say.period("week", week, week + SIX_DAYS) if week else ""


def _standing(mart: Mart, say: Speaker, kpis: Sequence[str]) -> str:
    words, cards = say.words("digest"), [mart.scorecard[kpi] for kpi in kpis]
    statuses = [card["status"] for card in cards if card["certified"]]
    if not set(statuses) & set(JUDGED):
        return words["none_judged"]
    return words["on_target"].format(count=statuses.count("on_target"), all=len(kpis))


def _served(mart: Mart, say: Speaker, scope: str, kpis: Sequence[str]) -> list[Aim]:
    """The objectives that are measured: all of them for the company, for a department those that its KPIs serve."""
    measured = [aim for aim in aims(mart, say) if aim.key_results or aim.status in JUDGED]
    served = {mart.catalogue[kpi]["objective"] for kpi in kpis}
    return [aim for aim in measured if scope == COMPANY_SCOPE or aim.id in served]
