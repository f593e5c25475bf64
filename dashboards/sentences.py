"""The sentences that a page begins with: where KPIs stand, what changed and why, and what cannot be trusted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.mart import Mart, Row
from dashboards.speaker import Speaker

# of the period that the scorecard shows, those that are worth a reader's time
CHANGES = """
    select told.*, card.status, card.attainment
    from kpi_explanations as told
    inner join kpi_scorecard as card using (kpi, grain, period_start)
    where told.is_notable
    order by
        list_position(['off_target', 'at_risk', 'on_target'], card.status) nulls last,
        abs(told.change) / nullif(abs(told.value_before), 0) desc nulls last,
        told.kpi, told.compare
"""
NAMED = 3
UNCERTIFIED = "uncertified"


@dataclass(frozen=True)
class Part:
    """A piece of a sentence; it leads to the page of ``kpi`` if that is given."""

    text: str
    kpi: str = ""


Sentence = tuple[Part, ...]


def summary(mart: Mart, say: Speaker, kpis: Sequence[str]) -> list[Sentence]:
    """Say in up to three sentences where KPIs stand, what changed most, and which are not certified."""
    told = changes(mart, say, kpis)
    return [standing(mart, say, kpis), *told[:1], *_uncertified(mart, say, kpis)]


def standing(mart: Mart, say: Speaker, kpis: Sequence[str]) -> Sentence:
    """Say how many KPIs are on target, at risk and off it; the status of one that is not certified does not count."""
    words = say.words("sentences")
    cards = [mart.scorecard[kpi] for kpi in kpis]
    counts = Counter(card["status"] or card["status_reason"] if card["certified"] else UNCERTIFIED for card in cards)
    judged = sum(counts[status] for status in ("on_target", "at_risk", "off_target"))
    if not kpis:
        return (Part(words["no_kpis"]),)
    if not judged:
        return (Part(say.counted("sentences", "none_judged", len(kpis))),)
    parts = [
        say.counted("sentences", status, counts[status])
        for status in ("at_risk", "off_target", "small_sample", "no_data", "no_target", UNCERTIFIED)
        if counts[status]
    ]
    first = words["on_target_one" if counts["on_target"] == 1 else "on_target"]
    return (Part("; ".join([first.format(count=counts["on_target"], all=len(kpis)), *parts]) + "."),)


def changes(mart: Mart, say: Speaker, kpis: Sequence[str]) -> list[Sentence]:
    """Say what changed most and why, one sentence a KPI, those that are off target first."""
    first: dict[str, Row] = {}
    for row in mart.rows(CHANGES):
        first.setdefault(row["kpi"], row)
    wanted = set(kpis)
    return [
        _linked(say, mart.catalogue[kpi], say.text(row, "sentence") or "")
        for kpi, row in first.items()
        if kpi in wanted
    ]


def _linked(say: Speaker, kpi: Row, sentence: str) -> Sentence:
    """A sentence of the mart, whose KPI leads to its page."""
    label = say.label(kpi)
    before, found, after = sentence.partition(label)
    return tuple(part for part in (Part(before), Part(found, kpi["kpi"]), Part(after)) if part.text)


def _uncertified(mart: Mart, say: Speaker, kpis: Sequence[str]) -> list[Sentence]:
    words = say.words("sentences")
    cards = [mart.scorecard[kpi] for kpi in kpis if not mart.scorecard[kpi]["certified"]]
    if not cards:
        return []
    names: list[Part] = []
    for card in cards[:NAMED]:
        names += [Part(", "), Part(say.label(mart.catalogue[card["kpi"]]), card["kpi"])]
    more = len(cards) - NAMED
    rest = [Part(words["and_more"].format(count=more))] if more > 0 else []
    reasons = {say.text(card, "reasons") for card in cards}
    reason = words["because"].format(reason=reasons.pop()) if len(reasons) == 1 and None not in reasons else ""
    ending = words["not_certified" if len(cards) == 1 else "are_not_certified"]
    return [(*names[1:], *rest, Part(f"{ending}{reason}."))]
