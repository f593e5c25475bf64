"""What a mart's values mean for those who act on them: the tables that are judged, in the order that they need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from metrics.calendar import Calendar
from metrics.contracts import Contract, Objective
from metrics.steering.targets import write_targets

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class Promises:
    """What a company promised: its calendar, the contracts of its KPIs and its objectives."""

    calendar: Calendar
    contracts: tuple[Contract, ...] = ()
    objectives: tuple[Objective, ...] = ()


def steer(con: DuckDBPyConnection, run_id: str, as_of: datetime, promises: Promises, has_previous: bool) -> None:
    """Judge the certified values of the attached ``mart`` by what was promised.

    Args:
        con: has the new mart attached as ``mart``, its values certified, and the published one as ``previous``.
        run_id: the run that publishes.
        as_of: its now, naive UTC.
        promises: what the company promised.
        has_previous: whether a mart was published before.
    """
    write_targets(con, as_of, promises.calendar, promises.contracts)
