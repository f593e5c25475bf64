"""The checks that every KPI has of its own: has it a value, on enough rows, new enough, and of the approved meaning."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from metrics.steering import words
from metrics.steering.checks import Check, Severity
from metrics.steering.clock import local
from metrics.steering.proof.freshness import Newest
from metrics.steering.proof.gaps import Gap
from metrics.steering.proof.subjects import Coverage, Subject, Window
from metrics.wording.text import Words

UP_TO_DATE = "up_to_date"
DEFINITION_APPROVED = "definition_approved"
_NAMED_GAPS = 3


@dataclass(frozen=True)
class Inputs:
    """What reaches a KPI: the tables whose events its days follow, and the gaps in its rows."""

    tables: tuple[Newest, ...]
    gaps: tuple[Gap, ...]

    @property
    def oldest(self) -> Newest | None:
        """The least fresh of the tables that have something and tell when."""
        judged = [table for table in self.tables if table.is_judged]
        return min(judged, key=lambda table: (table.at or datetime.max, table.table), default=None)


@dataclass(frozen=True)
class Moment:
    """A run's now, in naive UTC, and the zone in which it is said."""

    as_of: datetime
    time_zone: str


def kpi_checks(subject: Subject, inputs: Inputs, approved: tuple[int, str] | None, now: Moment) -> Iterator[Check]:
    """Judge one KPI; ``approved`` is the version and hash that ``kpis.lock`` has of it.

    A check that cannot be made, as of the age of data that is not there, is left out.
    """
    yield _has_source(subject)
    if not subject.unfed:
        yield _has_data(subject, inputs)
        if subject.has_values:
            yield _no_missing_days(subject, inputs.gaps)
        yield from _of_window(subject)
        if oldest := inputs.oldest:
            yield _up_to_date(subject, inputs, oldest, now)
    yield _definition_approved(subject, approved)


def _check(
    subject: Subject,
    name: str,
    reason: Words | None,
    observed: str = "",
    failed_rows: int | None = None,
    severity: Severity = "error",
) -> Check:
    """A check of the KPI that fails if there is a reason."""
    passed, hurts = reason is None, (subject.kpi,)
    return Check(subject.kpi, name, "kpi", severity, passed, observed, failed_rows, hurts, reason)


def _has_source(subject: Subject) -> Check:
    if not subject.unfed:
        return _check(subject, "has_source", None)
    missing = words.entities(subject.unfed)
    reason = Words(f"no source for {missing.en}", f"sin fuente para {missing.es}")
    return _check(subject, "has_source", reason, f"sources.yml has no table of entity {', '.join(subject.unfed)}")


def _has_data(subject: Subject, inputs: Inputs) -> Check:
    """Without a table that can hold what the KPI needs there is no data, even if it counts to zero."""
    if (window := subject.window) and inputs.tables:
        return _check(subject, "has_data", None, f"latest complete {window.grain}: {window.start}")
    if subject.has_values and inputs.tables:
        return _check(subject, "has_data", words.no_complete(subject.review_grain))
    if inputs.tables and all(table.at is None for table in inputs.tables):
        return _check(subject, "has_data", Words("no data yet", "todavía no hay datos"))
    return _check(subject, "has_data", Words(f"no {subject.needs.en}", f"no hay {subject.needs.es}"))


def _no_missing_days(subject: Subject, gaps: Sequence[Gap]) -> Check:
    """Gaps elsewhere cost the values of their own periods; one in the window costs the KPI."""
    if not gaps:
        return _check(subject, "no_missing_days", None, "no day is missing")
    window = subject.window
    inside = [gap for gap in gaps if window and gap.first_day <= window.end and gap.last_day >= window.start]
    observed = "; ".join(map(_described, gaps))
    rows = sum(gap.expected - gap.rows for gap in gaps)
    severity: Severity = "error" if inside else "warn"
    return _check(subject, "no_missing_days", _missing(inside or gaps), observed, rows, severity)


def _described(gap: Gap) -> str:
    span = f"{gap.first_day}" if gap.first_day == gap.last_day else f"{gap.first_day} to {gap.last_day}"
    return f"{span}: {gap.rows} rows where about {gap.expected} are usual ({gap.topic})"


def _missing(gaps: Sequence[Gap]) -> Words:
    """The days of the latest gaps; more than a few are counted."""
    spans = list(dict.fromkeys((gap.first_day, gap.last_day) for gap in gaps))
    said = [words.days(*span) for span in spans[-_NAMED_GAPS:]]
    more = len(spans) - len(said)
    return Words(
        f"data is missing {', '.join(day.en for day in said)}" + (f" and {more} more before" if more else ""),
        f"faltan datos {', '.join(day.es for day in said)}" + (f" y {more} más antes" if more else ""),
    )


def _of_window(subject: Subject) -> Iterator[Check]:
    if subject.window and subject.min_sample is not None:
        yield _enough_rows(subject, subject.window, subject.min_sample)
    if subject.window and subject.coverage:
        yield _covered(subject, subject.window, subject.coverage)


def _enough_rows(subject: Subject, window: Window, least: int) -> Check:
    size, when = window.sample_size or 0, words.in_period(window.grain, window.start)
    observed = f"{size} {when.en}; at least {least}"
    reason = Words(
        f"a sample of only {size} {when.en} (at least {least} are needed)",
        f"una muestra de solo {size} {when.es} (se necesitan al menos {least})",
    )
    return _check(subject, "enough_rows", reason if size < least else None, observed)


def _covered(subject: Subject, window: Window, coverage: Coverage) -> Check:
    share = (window.denominator or 0) / coverage.value if coverage.value else 0
    least, label, when = coverage.at_least, coverage.label, words.in_period(window.grain, window.start)
    observed = f"{share:.1%} of {label.en} {when.en}; at least {least:.1%}"
    reason = Words(
        f"covers only {share:.1%} of {label.en} {when.en} (at least {least:.0%} is needed)",
        f"cubre solo el {share:.1%} de {label.es} {when.es} (se necesita al menos el {least:.0%})",
    )
    return _check(subject, "covered", reason if share < least else None, observed)


def _up_to_date(subject: Subject, inputs: Inputs, oldest: Newest, now: Moment) -> Check:
    at = oldest.at or now.as_of
    since, limit = f"{local(at, now.time_zone):%Y-%m-%d %H:%M}", words.duration(subject.freshness)
    name, origin = words.entities([oldest.entity or oldest.table]), _origin(oldest, inputs.tables)
    reason = Words(
        f"no {name.en}{origin.en} since {since} (limit: {limit.en})",
        f"sin {name.es}{origin.es} desde {since} (límite: {limit.es})",
    )
    observed = f"{oldest.table}: {since}; limit: {limit.en}"
    is_late = now.as_of - at > timedelta(hours=subject.freshness_hours)
    return _check(subject, UP_TO_DATE, reason if is_late else None, observed)


def _origin(table: Newest, tables: Sequence[Newest]) -> Words:
    """The system, where several feed the entity."""
    if Counter(other.entity for other in tables)[table.entity] < 2:
        return Words("", "")
    system = table.table.split(".")[0]
    return Words(f" from {system}", f" de {system}")


def _definition_approved(subject: Subject, approved: tuple[int, str] | None) -> Check:
    version, digest = subject.version, subject.definition_hash
    observed = f"version {version}, {digest}"
    if approved == (version, digest):
        return _check(subject, DEFINITION_APPROVED, None, observed)
    locked = f"version {approved[0]}, {approved[1]}" if approved else "nothing"
    reason = Words(f"version {version} is not the approved one", f"la versión {version} no es la aprobada")
    return _check(subject, DEFINITION_APPROVED, reason, f"{observed}; kpis.lock has {locked}")
