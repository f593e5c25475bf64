"""The small languages of a contract: identifiers, durations, sentences, notes that are published."""

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints, WithJsonSchema

_DURATION = re.compile(r"^(\d+)([hdw])$")
_IDENTIFIER = re.compile(r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$")
_WITHIN = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_HOURS = {"h": 1, "d": 24, "w": 168}
_LONGEST = 3660 * 24  # beyond it a day that is so far from another may be none of the calendar


def _duration(value: str) -> str:
    if not _DURATION.match(value):
        raise ValueError(f"{value!r} is not a duration; use a number of hours, days or weeks such as 24h, 30d, 2w")
    if duration_hours(value) > _LONGEST:
        raise ValueError(f"{value!r} is longer than ten years; use a shorter time")
    return value


def _identifier(value: str) -> str:
    if not _IDENTIFIER.match(value):
        raise ValueError(f"{value!r} is not a name; use lower case letters, digits and single underscores")
    return value


def _days(value: str) -> str:
    if duration_hours(_duration(value)) < 24 or duration_hours(value) % 24:
        raise ValueError(f"{value!r} is no number of whole days; use one such as 7d or 2w")
    return value


def _without_address(value: str) -> str:
    if found := _WITHIN.search(value):
        raise ValueError(f"names the address {found[0]}, and notes are published; name the team instead")
    return value


def duration_hours(value: str) -> int:
    """Hours of a duration such as ``24h``, ``30d`` or ``2w``."""
    number, unit = _DURATION.findall(value)[0]
    return int(number) * _HOURS[unit]


def _schema(pattern: re.Pattern[str]) -> WithJsonSchema:
    return WithJsonSchema({"type": "string", "pattern": pattern.pattern})


Duration = Annotated[str, AfterValidator(_duration), _schema(_DURATION)]
Identifier = Annotated[str, AfterValidator(_identifier), _schema(_IDENTIFIER)]
Sentence = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Days = Annotated[str, AfterValidator(_days), _schema(_DURATION)]
Note = Annotated[Sentence, AfterValidator(_without_address)]
