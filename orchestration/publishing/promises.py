"""What a company promised, as its definitions say when a mart is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics.alerting import load_alerting
from metrics.calendar import load_calendar
from metrics.contracts import load_contracts
from metrics.contracts.objectives import load_okrs
from metrics.planning import load_action_plans
from metrics.problems import DefinitionError
from metrics.steering.steer import Promises
from orchestration.alerts.outbox import deliveries
from orchestration.errors import BuildError

if TYPE_CHECKING:
    from orchestration.company import Company


def gather_promises(company: Company) -> Promises:
    """Read a company's definitions, and what became of its alerts; raises DefinitionError with all that is wrong."""
    calendar, contracts = load_calendar(company.calendar), load_contracts(company.kpis)
    kpis = {contract.name for contract in contracts}
    return Promises(
        calendar=calendar,
        contracts=contracts,
        okrs=load_okrs(company.objectives, company.check_ins, contracts if company.has_goals else None),
        plans=load_action_plans(company.actions, contracts, calendar),
        alerting=load_alerting(company.alerts, kpis if company.has_alerts else None),
        deliveries=deliveries(company.deliveries),
    )


def check_promises(company: Company) -> None:
    """Raise BuildError with all that is wrong in what ``gather_promises`` reads, a line each."""
    try:
        gather_promises(company)
    except DefinitionError as error:
        raise BuildError(str(error)) from None
