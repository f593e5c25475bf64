"""What a company promised, as its definitions say when a mart is published."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from metrics.alerting import load_alerting
from metrics.calendar import load_calendar
from metrics.contracts import Contract, load_contracts
from metrics.contracts.objectives import load_okrs
from metrics.planning import load_action_plans
from metrics.steering.steer import Promises
from orchestration.alerts.outbox import deliveries

if TYPE_CHECKING:
    from orchestration.company import Company


def gather_promises(company: Company) -> Promises:
    """Read a company's definitions, and what became of its alerts; raises DefinitionError with all that is wrong."""
    calendar, contracts = load_calendar(company.calendar), load_contracts(company.kpis)
    return Promises(
        calendar=calendar,
        contracts=contracts,
        okrs=load_okrs(company.objectives, contracts if company.has_goals else None),
        plans=load_action_plans(company.actions, contracts, calendar),
        alerting=load_alerting(company.alerts, _own_kpis(company, contracts)),
        deliveries=deliveries(company.deliveries),
    )


def _own_kpis(company: Company, contracts: Sequence[Contract]) -> set[str] | None:
    """Return the KPIs that alert rules may name; None where the rules were not written for these contracts."""
    return {contract.name for contract in contracts} if company.alerts.parent == company.kpis.parent else None
