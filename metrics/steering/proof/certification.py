"""Which KPIs can be trusted, and why not: the rows of kpi_checks and kpi_certifications, and what hangs on them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from metrics.calendar import Calendar
from metrics.steering import words
from metrics.steering.checks import Check, check_row
from metrics.steering.clock import local
from metrics.steering.proof import certified_values, run_history
from metrics.steering.proof.freshness import Newest, fresh_checks, newest_events
from metrics.steering.proof.gaps import Gap, count_input, find_gaps
from metrics.steering.proof.kpi_checks import DEFINITION_APPROVED, UP_TO_DATE, Inputs, Moment, kpi_checks
from metrics.steering.proof.subjects import Subject, read_subjects
from metrics.steering.rows import insert
from metrics.wording.text import Words

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# What a failed check means, in the order in which leaders read it; of all others but these two: not measurable.
_MEASURABLE = ""
_HEADINGS = {
    _MEASURABLE: Words("not measurable", "no medible"),
    UP_TO_DATE: Words("not up to date", "no está al día"),
    DEFINITION_APPROVED: Words("definition not approved", "definición no aprobada"),
}


@dataclass(frozen=True)
class Evidence:
    """What a run knows beside its marts.

    ``as_of`` is naive UTC. ``approved`` is what ``kpis.lock`` holds: KPI → version and hash. ``checks`` are those of
    others, upstream of the KPIs. ``kpis_of`` names the KPIs downstream of an object, ``events`` by KPI the source
    tables (``system.table``) whose events its days follow.
    """

    as_of: datetime
    calendar: Calendar
    approved: Mapping[str, tuple[int, str]]
    checks: Sequence[Check]
    kpis_of: Callable[[str], Collection[str]]
    events: Mapping[str, Collection[str]]


@dataclass(frozen=True)
class Certification:
    """The verdict on one KPI: its own checks and those that can hurt it."""

    subject: Subject
    inputs: Inputs
    checks: tuple[Check, ...]

    @property
    def failed(self) -> list[Check]:
        """The failed checks that cost the certificate."""
        return [check for check in self.checks if check.severity == "error" and not check.passed]

    @property
    def is_measurable(self) -> bool:
        """Whether there is a value and nothing upstream speaks against it."""
        return not self._against(_MEASURABLE)

    @property
    def is_up_to_date(self) -> bool:
        """Whether the newest input is young enough; where nothing tells its age, whether there is any."""
        judged = [check.passed for check in self.checks if _part(check) == UP_TO_DATE]
        return all(judged) if judged else self.subject.has_values and bool(self.inputs.tables)

    @property
    def is_approved(self) -> bool:
        """Whether the definition is the one of ``kpis.lock``."""
        return not self._against(DEFINITION_APPROVED)

    @property
    def reasons(self) -> Words | None:
        """Why it is not certified, for leaders; None if it is."""
        said = [(heading, check) for part, heading in _HEADINGS.items() for check in self._against(part)]
        return words.sentences((heading, check.reason or _unexplained(check)) for heading, check in said)

    def _against(self, part: str) -> list[Check]:
        """The failed checks that speak against one part of the certificate."""
        return [check for check in self.failed if _part(check) == part]


def certify(con: DuckDBPyConnection, run_id: str, evidence: Evidence, has_previous: bool) -> None:
    """Judge every KPI and tracked metric, and write what was found into ``mart``.

    Fills kpi_checks and kpi_certifications, after what ``previous`` has of earlier runs, and the columns on
    certification of kpi_values and kpi_scorecard.
    """
    zone = evidence.calendar.time_zone
    newest = newest_events(con, evidence.as_of, zone)
    gaps = find_gaps(con, local(evidence.as_of, zone).date(), evidence.calendar.closed)
    alone = [_judged_alone(subject, newest, gaps, evidence) for subject in read_subjects(con)]
    known = {certification.subject.kpi for certification in alone}
    upstream = [*evidence.checks, *fresh_checks(newest.values(), evidence.as_of, zone)]
    hurt = [(check, _hurt(check, evidence, known)) for check in upstream]
    own = [(check, _hurt(check, evidence, known)) for certification in alone for check in certification.checks]
    run_history.carry(con, run_id, has_previous)
    _write_checks(con, run_id, [*hurt, *own])
    _write_certifications(con, run_id, [_with_upstream(certification, hurt) for certification in alone])
    certified_values.mark_values(con, run_id)
    certified_values.mark_scorecard(con, run_id, has_previous)


def _judged_alone(
    subject: Subject, newest: Mapping[str, Newest], gaps: Mapping[str, list[Gap]], evidence: Evidence
) -> Certification:
    """The verdict by the KPI's own checks."""
    tables = tuple(newest[table] for table in sorted(evidence.events.get(subject.kpi, ())) if table in newest)
    inputs = Inputs(tables, tuple(gaps.get(subject.kpi, ())))
    now = Moment(evidence.as_of, evidence.calendar.time_zone)
    return Certification(subject, inputs, tuple(kpi_checks(subject, inputs, evidence.approved.get(subject.kpi), now)))


def _with_upstream(certification: Certification, hurt: Iterable[tuple[Check, tuple[str, ...]]]) -> Certification:
    upstream = (check for check, kpis in hurt if certification.subject.kpi in kpis)
    return replace(certification, checks=(*certification.checks, *upstream))


def _hurt(check: Check, evidence: Evidence, known: Collection[str]) -> tuple[str, ...]:
    """The KPIs that a check can hurt, whether it failed or not."""
    kpis = evidence.kpis_of(check.object) if check.hurts is None else check.hurts
    return tuple(sorted(set(kpis) & set(known)))


def _part(check: Check) -> str:
    """Of what a check is proof; a check of others may be named like one of a KPI's own."""
    is_own = check.kind == "kpi" and check.hurts == (check.object,)
    return check.name if is_own and check.name in _HEADINGS else _MEASURABLE


def _unexplained(check: Check) -> Words:
    what = f"{check.object}: {check.name}"
    return Words(f"a check failed ({what})", f"una comprobación falló ({what})")


def _write_checks(con: DuckDBPyConnection, run_id: str, hurt: Iterable[tuple[Check, tuple[str, ...]]]) -> None:
    insert(con, "mart.kpi_checks", [check_row(check, run_id, kpis) for check, kpis in hurt])


def _write_certifications(con: DuckDBPyConnection, run_id: str, certifications: Sequence[Certification]) -> None:
    windows = {
        c.subject.kpi: (c.subject.window.start, c.subject.window.end) for c in certifications if c.subject.window
    }
    rows = count_input(con, windows)
    insert(con, "mart.kpi_certifications", [_row(c, run_id, rows.get(c.subject.kpi)) for c in certifications])


def _row(certification: Certification, run_id: str, input_rows: int | None) -> dict[str, object]:
    reasons, oldest = certification.reasons, certification.inputs.oldest
    return {
        "kpi": certification.subject.kpi,
        "run_id": run_id,
        "measurable": certification.is_measurable,
        "up_to_date": certification.is_up_to_date,
        "definition_approved": certification.is_approved,
        "certified": reasons is None,
        "reasons_en": reasons.en if reasons else None,
        "reasons_es": reasons.es if reasons else None,
        "newest_input_at": oldest.at if oldest else None,
        "input_rows": input_rows,
        "checks_run": len(certification.checks),
        "checks_failed": sum(not check.passed for check in certification.checks),
    }
