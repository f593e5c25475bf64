"""What a run is asked for, checked before anything is begun."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from orchestration.company import Company
from orchestration.declarations.sources import load_sources, parse_time
from orchestration.errors import UsageError
from orchestration.publishing.versions import published_as_of


@dataclass(frozen=True)
class Request:
    """What a run is asked for. ``as_of`` is naive UTC; ``recompute`` the first and last day to compute again."""

    company: Company
    as_of: datetime
    full_refresh: bool = False
    recompute: tuple[date, date] | None = None


def request_run(company: Company, as_of: str = "", full_refresh: bool = False, recompute: str = "") -> Request:
    """Check what a run is asked for; without an as-of it is the sources' own, else the clock.

    A run judged before the published mart is whole, has folders of its own, and never moves what is published.

    Raises:
        UsageError: an as-of or a range of days that cannot be read.
    """
    days = _days(recompute) if recompute else None
    now = _as_of(as_of) if as_of else _naive(load_sources(company.sources_path).default_as_of())
    published = published_as_of(company.published)
    if published and now < published:
        return Request(company.with_as_of_folder(now), now, full_refresh=True, recompute=days)
    return Request(company, now, full_refresh, days)


def _as_of(text: str) -> datetime:
    try:
        return _naive(parse_time(text))
    except ValueError:
        raise UsageError(f"--as-of {text}: is not a timestamp; write one such as 2026-06-30T23:59:59Z") from None


def _naive(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)


def _days(text: str) -> tuple[date, date]:
    first, separator, last = text.partition("..")
    try:
        days = date.fromisoformat(first), date.fromisoformat(last if separator else first)
    except ValueError:
        raise UsageError(f"--recompute {text}: is not a range of days; write 2026-01-01..2026-01-31") from None
    if days[0] > days[1]:
        raise UsageError(f"--recompute {text}: ends before it begins")
    return days
