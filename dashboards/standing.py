"""Where a KPI or tracked metric stands, in a line: for pages that list many."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.mart import Mart, Row, names
from dashboards.page import of_kpi
from dashboards.speaker import Speaker
from dashboards.tiles import latest
from metrics.wording.vocabulary import sliced_by


@dataclass(frozen=True)
class Standing:
    """The latest complete period with a value of a KPI or tracked metric; every text in the page's language.

    ``number`` is the value as the mart has it. ``status`` is None where nothing is judged, and ``status_words`` then
    says why: it is tracked only, a draft, or without data.
    """

    kpi: str
    path: str
    label: str
    number: float | None
    value: str
    period: str
    status: str | None
    status_words: str
    certified: bool
    reason: str


def standing(mart: Mart, say: Speaker, kpi: Row) -> Standing:
    """Return where a KPI or tracked metric of the catalogue stands."""
    card = mart.scorecard.get(kpi["kpi"])
    row = card or latest(mart, kpi["kpi"])
    number = row["value"] if row else None
    certificate = mart.certificates.get(kpi["kpi"])
    return Standing(
        kpi=kpi["kpi"],
        path=of_kpi(kpi["kpi"]),
        label=say.label(kpi),
        number=number,
        value=no_value(say, kpi) if number is None else say.value(number, kpi),
        period=say.period(row["grain"], row["period_start"], row["period_end"]) if row and number is not None else "",
        status=card["status"] if card else None,
        status_words=say.status(card["status"], card["status_reason"]) if card else _unjudged(say, kpi),
        certified=bool(certificate and certificate["certified"]),
        reason=(say.text(certificate, "reasons") or "") if certificate else "",
    )


def no_value(say: Speaker, kpi: Row) -> str:
    """Why a KPI has no value: none yet, or none of the whole."""
    words = say.words("standing")
    return words["no_value"] if kpi["has_total"] is not False else words["no_total"].format(slices=slices(say, kpi))


def slices(say: Speaker, kpi: Row) -> str:
    """What a KPI is sliced by, in words; empty if by nothing."""
    return ", ".join(getattr(sliced_by(name), say.lang) for name in names(kpi["slices"]))


def _unjudged(say: Speaker, kpi: Row) -> str:
    if kpi["kind"] == "metric":
        return say.words("standing")["tracked"]
    return say.term("lifecycle", "draft") if kpi["lifecycle"] == "draft" else say.status("no_data")
