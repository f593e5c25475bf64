"""The calendar of the company that a command is about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.company import load_company
from orchestration.errors import UsageError

if TYPE_CHECKING:
    from metrics.calendar import Calendar


def calendar_of(folder: Path | None) -> Calendar:
    """Read the calendar.yml of a company.

    Raises:
        UsageError: it cannot be used: file and line of all that is wrong, and what is allowed.
    """
    from metrics.calendar import load_calendar
    from metrics.problems import DefinitionError

    try:
        return load_calendar(load_company(folder).calendar)
    except DefinitionError as error:
        raise UsageError(str(error)) from None
