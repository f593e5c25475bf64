"""What a company promised, as its definitions say when a mart is published."""

from __future__ import annotations

from typing import TYPE_CHECKING

from metrics.calendar import load_calendar
from metrics.contracts import load_contracts, load_objectives
from metrics.steering.steer import Promises

if TYPE_CHECKING:
    from orchestration.company import Company


def gather_promises(company: Company) -> Promises:
    """Read a company's calendar, contracts and objectives; raises DefinitionError with all that is wrong in them."""
    return Promises(
        calendar=load_calendar(company.calendar),
        contracts=load_contracts(company.kpis),
        objectives=load_objectives(company.objectives),
    )
