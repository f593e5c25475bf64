"""Where an objective stands, by its key results, or by its own goal if it has none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from metrics.contracts.models import Text
from metrics.periods import Period
from metrics.steering import words
from metrics.steering.objectives.grading import Status, grade
from metrics.steering.objectives.progress import Reading
from metrics.wording.text import Words

NOTHING_PROMISED = Words(
    "no key results yet: it is the objective that KPIs serve",
    "todavía sin resultados clave: los KPI contribuyen a este objetivo",
)


@dataclass(frozen=True)
class Measured:
    """A goal as it was read in its period; ``confidence`` is what its owner last said in it."""

    label: Text | Words | None
    period: Period
    reading: Reading
    confidence: float | None = None


@dataclass(frozen=True)
class Standing:
    """An objective as a whole; the days are None if nothing of it is measured."""

    first_day: date | None
    last_day: date | None
    progress: float | None
    expected: float | None
    status: Status
    reason: Words | None
    confidence: float | None


def standing(steps: Sequence[Measured], own: Measured | None) -> Standing:
    """Sum up an objective: progress and expected progress are the means over what can be measured.

    Its own goal counts if it has no key results; ``reason`` names everything that cannot be measured.
    """
    parts = steps or ([own] if own else [])
    told = [part.reading for part in parts if part.reading.progress is not None]
    progress = _mean(reading.progress for reading in told)
    expected = _mean(reading.expected for reading in told or [part.reading for part in parts])
    return Standing(
        first_day=min((part.period.start for part in parts), default=None),
        last_day=max((part.period.last_day for part in parts), default=None),
        progress=progress,
        expected=expected,
        status=_status(progress, expected) if parts else "no_target",
        reason=_reason([*steps, *([own] if own else [])]) if parts else NOTHING_PROMISED,
        confidence=_mean(part.confidence for part in steps),
    )


def _status(progress: float | None, expected: float | None) -> Status:
    return "no_data" if progress is None or expected is None else grade(progress, expected)


def _reason(parts: Iterable[Measured]) -> Words | None:
    """Why parts cannot be measured, each under its name."""
    said = [(part, part.reading.reason) for part in parts if part.reading.reason]
    return words.sentences((_named(part), reason) for part, reason in said)


def _named(part: Measured) -> Words:
    return Words(part.label.en, part.label.es) if part.label else Words("goal", "meta")


def _mean(numbers: Iterable[float | None]) -> float | None:
    known = [number for number in numbers if number is not None]
    return sum(known) / len(known) if known else None
