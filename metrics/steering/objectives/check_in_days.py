"""When the owner of a key result last said where it stands, and when they should next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from metrics.contracts.objectives import CheckIn, KeyResult
from metrics.periods import Period


@dataclass(frozen=True)
class Attention:
    """What is known of a key result's check-ins; ``confidence`` is that of the newest one of the period."""

    last: date | None
    next: date | None
    is_overdue: bool
    confidence: float | None


def attention(key_result: KeyResult, check_ins: Sequence[CheckIn], period: Period, now: date) -> Attention:
    """Look through the check-ins of a key result, the oldest first, none of a day after the run's now.

    The first one is due a cadence after the period begins, none once a period that does not come back is over.
    ``now`` is the first day that is not over.
    """
    last = check_ins[-1] if check_ins else None
    every = timedelta(days=key_result.check_in_days)
    due = (last.date if last else period.start) + every
    is_wanted = period.end > now or key_result.period.startswith("each ")
    return Attention(
        last=last.date if last else None,
        next=due if is_wanted else None,
        is_overdue=is_wanted and due < now,
        confidence=last.confidence if last and last.date >= period.start else None,
    )
