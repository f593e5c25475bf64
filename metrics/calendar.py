"""The company's business calendar (``calendar.yml``)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Literal, cast, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, field_validator

from metrics.located_yaml import read_yaml
from metrics.problems import DefinitionError
from metrics.validation import check

WeekDay = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
Grain = Literal["day", "week", "month", "quarter", "year"]
WEEK_DAYS: tuple[WeekDay, ...] = get_args(WeekDay)
GRAINS: tuple[Grain, ...] = get_args(Grain)


@dataclass(frozen=True)
class Calendar:
    """How days, weeks, quarters and years fall in a company.

    ``time_zone`` is an IANA name; ``fiscal_year_starts`` a month (1–12) that quarters and years follow;
    ``first_day`` the first local day that is measured; ``currency`` the ISO code of every amount. On ``closed`` days
    the company does not work, so that nobody misses data of them.
    """

    time_zone: str
    week_starts_on: WeekDay
    fiscal_year_starts: int
    first_day: date
    currency: str
    closed: frozenset[date] = frozenset()

    def as_var(self) -> dict[str, Any]:
        """What models compute with, as plain JSON values, for dbt's var ``calendar``."""
        plain = asdict(self) | {"first_day": self.first_day.isoformat()}
        return {name: value for name, value in plain.items() if name != "closed"}


class _CalendarFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    time_zone: str
    week_starts_on: WeekDay = "monday"
    fiscal_year_starts: int = Field(default=1, ge=1, le=12)
    first_day: date
    currency: str
    closed: frozenset[date] = frozenset()

    @field_validator("time_zone")
    @classmethod
    def _zone_exists(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"{value!r} is not a time zone; use an IANA name such as Europe/Madrid") from error
        return value

    @field_validator("currency")
    @classmethod
    def _is_code(cls, value: str) -> str:
        if not re.fullmatch("[A-Z]{3}", value):
            raise ValueError(f"{value!r} is not a currency; use an ISO 4217 code such as EUR")
        return value

    @field_validator("closed", mode="before")
    @classmethod
    def _are_days(cls, value: Any) -> tuple[date, ...]:
        return tuple(day for part in _listed(value) for day in _days(part))


def _listed(value: Any) -> Sequence[Any]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise ValueError(f"{value!r} is not a list; give days such as 2026-12-25 or 2026-12-24..2027-01-01")
    return cast(Sequence[Any], value)


def _days(part: Any) -> Iterator[date]:
    """The days of ``2026-12-25`` or ``2026-12-24..2027-01-01``, both ends included."""
    first, _, last = str(part).partition("..")
    try:
        begin, end = date.fromisoformat(first), date.fromisoformat(last or first)
    except ValueError:
        allowed = "use a day such as 2026-12-25 or days such as 2026-12-24..2027-01-01"
        raise ValueError(f"{str(part)!r} is no day; {allowed}") from None
    if end < begin:
        raise ValueError(f"{str(part)!r} ends before it begins; turn it round")
    return (begin + timedelta(days=number) for number in range((end - begin).days + 1))


def load_calendar(path: Path) -> Calendar:
    """Read ``calendar.yml``; raises DefinitionError with every problem as ``file:line: field: …``."""
    document = read_yaml(path)
    checked, problems = check(_CalendarFile, document, lambda path: ".".join(map(str, path)) or "file")
    if checked is None or problems:
        raise DefinitionError(problems)
    return Calendar(**checked.model_dump())
