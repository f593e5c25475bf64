"""Which figures are certified, by department; and of those that are not: why, since when, and what held last."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.departments import departments
from dashboards.mart import Mart, Row
from dashboards.speaker import Speaker
from dashboards.trust.figures import Figure, figure

# the first run of those in a row that have not certified it, up to the last; never, if there was none before that did
SINCE = """
    with judged as (
        select
            certifications.kpi, runs.started_at, runs.as_of,
            max(runs.started_at) filter (certifications.certified) over (partition by certifications.kpi) as good_at
        from kpi_certifications as certifications
        inner join kpi_runs as runs using (run_id)
    )
    select kpi, min(as_of) as since, bool_and(good_at is null) as never
    from judged
    where good_at is null or started_at > good_at
    group by kpi
"""


@dataclass(frozen=True)
class Department:
    """How many figures of a department are certified; ``share`` is in per cent."""

    name: str
    counted: str
    share: float


@dataclass(frozen=True)
class Uncertified:
    """A figure that is not certified; ``last`` is what was certified last, empty if nothing was."""

    kpi: str
    figure: Figure
    department: str
    since: str
    last: str


@dataclass(frozen=True)
class Cause:
    """A reason for which figures are not certified."""

    reason: str
    figures: tuple[Uncertified, ...]


def by_department(mart: Mart, say: Speaker) -> list[Department]:
    """Count the certificates of each department, the company's last."""
    words, found = say.words("trust"), list[Department]()
    for name in (*departments(mart), "company"):
        judged = [row for kpi, row in mart.certificates.items() if _department(mart, kpi) == name]
        if judged:
            good = sum(bool(row["certified"]) for row in judged)
            counted = words["of"].format(some=say.count(good), all=say.count(len(judged)))
            label = words["whole_company"] if name == "company" else say.term("department", name)
            found.append(Department(label, counted, round(100 * good / len(judged), 1)))
    return found


def causes(mart: Mart, say: Speaker) -> list[Cause]:
    """Return why figures are not certified, what costs most of them first; KPIs stand before tracked metrics."""
    since = {row["kpi"]: row for row in mart.rows(SINCE)}
    without = [mart.catalogue[kpi] for kpi, row in mart.certificates.items() if _lives(mart, kpi, row)]
    found: dict[str, list[Uncertified]] = {}
    for kpi in sorted(without, key=lambda kpi: (kpi["kind"] != "kpi", say.label(kpi))):
        reason = say.text(mart.certificates[kpi["kpi"]], "reasons") or ""
        found.setdefault(reason, []).append(_uncertified(mart, say, kpi, since.get(kpi["kpi"])))
    ordered = sorted(found.items(), key=lambda item: -len(item[1]))
    return [Cause(reason, tuple(figures)) for reason, figures in ordered]


def _lives(mart: Mart, kpi: str, certificate: Row) -> bool:
    return kpi in mart.catalogue and not certificate["certified"]


def _department(mart: Mart, kpi: str) -> str | None:
    return mart.catalogue[kpi]["department"] if kpi in mart.catalogue else None


def _uncertified(mart: Mart, say: Speaker, kpi: Row, since: Row | None) -> Uncertified:
    words = say.words("trust")
    said = words["never" if since and since["never"] else "since_day"]
    return Uncertified(
        kpi=kpi["kpi"],
        figure=figure(mart, say, kpi["kpi"]),
        department=say.term("department", kpi["department"]),
        since=said.format(day=say.day(say.local(since["since"]).date())) if since and since["since"] else "",
        last=_last(mart, say, kpi),
    )


def _last(mart: Mart, say: Speaker, kpi: Row) -> str:
    card = mart.scorecard.get(kpi["kpi"])
    if not card or card["last_certified_value"] is None:
        return ""
    period = say.period(card["grain"], card["last_certified_period_start"], card["last_certified_period_end"])
    return f"{say.value(card['last_certified_value'], kpi)} ({period})"
