"""What a mart's values mean for those who act on them: the tables that are judged, in the order that they need."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from metrics.alerting import Alerting
from metrics.calendar import Calendar
from metrics.contracts import Contract
from metrics.contracts.objectives import Okrs
from metrics.planning import ActionPlan
from metrics.steering.actions import write_actions
from metrics.steering.alerts import Delivery, write_alerts
from metrics.steering.clock import local
from metrics.steering.drivers import write_drivers
from metrics.steering.forecasts import write_forecasts
from metrics.steering.objectives import write_objectives
from metrics.steering.relationships import write_relationships
from metrics.steering.signals import read_series, write_signals
from metrics.steering.targets import write_targets

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


NO_ALERTS = Alerting()
NOTHING_AIMED_AT = Okrs()


@dataclass(frozen=True)
class Promises:
    """What a company promised: its calendar, the contracts of its KPIs, its objectives and its action plans.

    ``alerting`` says who is told of what, ``deliveries`` what became of telling it.
    """

    calendar: Calendar
    contracts: tuple[Contract, ...] = ()
    okrs: Okrs = NOTHING_AIMED_AT
    plans: tuple[ActionPlan, ...] = ()
    alerting: Alerting = NO_ALERTS
    deliveries: tuple[Delivery, ...] = ()


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
    charted = list(read_series(con, local(as_of, promises.calendar.time_zone).date(), promises.calendar))
    write_signals(con, charted, promises.calendar)
    write_drivers(con)
    write_forecasts(con, as_of, promises.calendar, has_previous)
    write_relationships(con, charted)
    write_objectives(con, as_of, promises.calendar, promises.okrs)
    write_actions(con, as_of, promises.calendar, promises.plans)
    write_alerts(con, run_id, as_of, promises.alerting, promises.deliveries, has_previous)
