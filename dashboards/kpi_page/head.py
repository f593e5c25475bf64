"""What stands on top of a KPI's page: what it asks, where it stands, and whether that can be trusted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dashboards import tiles
from dashboards.departments import departments
from dashboards.mart import Mart, Row
from dashboards.speaker import Speaker
from dashboards.standing import no_value
from metrics.wording.numbers import NOTHING

WHY = """
    select told.* from kpi_explanations as told
    inner join kpi_scorecard as card using (kpi, grain, period_start)
    order by told.kpi, told.compare
"""
# the targets' judgements that a reader should know of
DOUBTED = ("too_easy", "not_attainable")


@dataclass(frozen=True)
class Head:
    """The top of the page; every text in the page's language, an empty one is not shown.

    ``number`` is the value as the mart has it. ``facts`` are (what, words). ``department`` is empty if it has no page
    of its own: the company has the first one, and a department whose figures have all retired has none.
    """

    label: str
    question: str
    department: str
    kinds: str
    lifecycle: str
    successor: str
    period: str
    number: float | None
    value: str
    status: str | None
    status_words: str
    facts: tuple[tuple[str, str], ...]
    why: tuple[str, ...]
    certified: bool
    reason: str
    last_certified: str


def head(mart: Mart, say: Speaker, kpi: Row) -> Head:
    """Return the top of a KPI's page; a tracked metric has no status, target or goal."""
    card = mart.scorecard.get(kpi["kpi"])
    row = card or tiles.latest(mart, kpi["kpi"])
    proof = mart.certificates.get(kpi["kpi"])
    told = mart.by("kpi", WHY).get(kpi["kpi"], [])
    return Head(
        label=say.label(kpi),
        question=say.text(kpi, "question") or say.text(kpi, "description") or "",
        department=kpi["department"] if kpi["department"] in departments(mart) else "",
        kinds=" · ".join(_kinds(say, kpi)),
        lifecycle="" if kpi["lifecycle"] in (None, "active") else kpi["lifecycle"],
        successor=kpi["successor"] or "",
        period=_period(say, kpi, row),
        number=row["value"] if row else None,
        value=_nothing(say, kpi) if row is None or row["value"] is None else say.value(row["value"], kpi),
        status=card["status"] if card else None,
        status_words=say.status(card["status"], card["status_reason"]) if card else "",
        facts=tuple(_facts(say, kpi, row, card)),
        why=tuple(say.text(row, "sentence") or "" for row in told),
        certified=bool(proof and proof["certified"]),
        reason=(say.text(proof, "reasons") or "") if proof else say.words("kpi")["unjudged"],
        last_certified=tiles.last_certified(say, card, kpi) if card else "",
    )


def _period(say: Speaker, kpi: Row, row: Row | None) -> str:
    if row is None or row["period_start"] is None:
        return "" if kpi["has_total"] is False else say.words("site")["no_period"]
    return say.period(row["grain"], row["period_start"], row["period_end"])


def _nothing(say: Speaker, kpi: Row) -> str:
    said = no_value(say, kpi)
    return said[:1].upper() + said[1:]


def _kinds(say: Speaker, kpi: Row) -> Iterator[str]:
    """What kind of KPI it is, in words."""
    words = say.words("kpi")
    if kpi["kind"] != "kpi":
        yield words["tracked"]
    if kpi["company_level"]:
        yield say.words("site")["company_kpi"]
    if kpi["tier"]:
        yield words[f"tier_{kpi['tier']}"]
    if kpi["timing"]:
        yield say.term("timing", kpi["timing"])
    if kpi["perspective"]:
        yield words[f"perspective_{kpi['perspective']}"]
    if kpi["direction"]:
        yield say.term("direction", kpi["direction"])


def _facts(say: Speaker, kpi: Row, row: Row | None, card: Row | None) -> Iterator[tuple[str, str]]:
    if row is None:
        return
    site, words = say.words("site"), say.words("kpi")
    if card:
        told = (target, gap) if (target := tiles.target(say, card, kpi)) and (gap := tiles.gap(say, card, kpi)) else ()
        yield site["target"], " · ".join(told) or target or words["no_target"]
    for name in ("previous", "year_ago"):
        if row["value"] is not None and (before := row[f"{name}_value"]) is not None:
            change = say.change(row["value"], before, kpi)
            yield words[name], " · ".join([say.value(before, kpi), *([] if change == NOTHING else [change])])
    if card:
        yield from _course(say, kpi, card)


def _course(say: Speaker, kpi: Row, card: Row) -> Iterator[tuple[str, str]]:
    """Where a KPI of the scorecard is going: streak, trend, the open period, its goal, and what is expected."""
    words = say.words("kpi")
    if abs(card["streak"] or 0) > 1:
        said = words["kept" if card["streak"] > 0 else "missed"]
        yield words["streak"], said.format(count=abs(card["streak"]))
    if card["trend"]:
        slope = say.difference(card["trend_slope"], kpi, signed=False) if card["trend_slope"] is not None else ""
        yield words["trend"], words[card["trend"]].format(slope=slope, sure=say.chance(card["trend_confidence"]))
    if said := tiles.to_date(say, card, kpi):
        yield words["to_date"], said
    if card["goal_value"] is not None:
        yield words["goal"], (_came_to if card["goal_is_over"] else _goal)(say, kpi, card)
    if card["forecast"] is not None and not card["goal_is_over"]:
        yield words["outlook"], _outlook(say, kpi, card)


def _goal(say: Speaker, kpi: Row, card: Row) -> str:
    """How much of the longest promise under way is reached, and the pace of what adds up."""
    words = say.words("kpi")
    said = words["goal_no_target" if card["goal_target"] is None else "goal_of"].format(
        value=say.value(card["goal_value"], kpi),
        target=say.value(card["goal_target"], kpi),
        period=say.period(card["goal_grain"], card["goal_start"], card["goal_end"]),
    )
    if card["pace"] is None:
        return said
    pace = words["paced"].format(pace=say.share(card["pace"]), expected=say.value(card["goal_expected"], kpi))
    return f"{said}; {pace}"


def _came_to(say: Speaker, kpi: Row, card: Row) -> str:
    """What the last promise came to, whose period is over, and whether it was met."""
    words = say.words("kpi")
    said = words["ended" if card["goal_target"] is None else "ended_of"].format(
        value=say.value(card["goal_value"], kpi),
        target=say.value(card["goal_target"], kpi),
        period=say.period(card["goal_grain"], card["goal_start"], card["goal_end"]),
    )
    if (met := card["probability_on_target"]) is not None:
        said = f"{said}: {words['met' if met else 'not_met']}"
    return "; ".join([said, *_doubt(say, card)])


def _outlook(say: Speaker, kpi: Row, card: Row) -> str:
    """What is expected of the goal's period and how likely it is met.

    It names the period where nothing else does: of one without a value yet no goal is shown.
    """
    words = say.words("kpi")
    amounts = {name: say.value(card[f"forecast{end}"], kpi) for name, end in _ENDS.items()}
    parts = [words["expected_of"].format(**amounts)]
    if (chance := card["probability_on_target"]) is not None:
        parts.append(words["chance"].format(chance=say.chance(chance)))
    said = "; ".join([*parts, *_doubt(say, card)])
    if card["goal_value"] is not None or card["goal_start"] is None:
        return said
    return f"{say.period(card['goal_grain'], card['goal_start'], card['goal_end'])}: {said}"


def _doubt(say: Speaker, card: Row) -> list[str]:
    """Whether the goal's target was one that a reader should doubt."""
    return [say.words("kpi")[card["attainability"]]] if card["attainability"] in DOUBTED else []


_ENDS = {"forecast": "", "lower": "_lower", "upper": "_upper"}
