"""Whose scorecards there are, and which KPIs and tracked metrics are on each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from metrics.contracts.loader import Contract
from metrics.contracts.models import Kpi, Owner

COMPANY = "company"


@dataclass(frozen=True)
class Scorecard:
    """What a department, or the company, looks at: its active contracts in the order in which they are written."""

    name: str
    contracts: tuple[Contract, ...]

    @property
    def owner(self) -> Owner:
        """Who answers for most of what is on it."""
        owners = Counter(contract.body.owner for contract in self._own if contract.body.owner)
        return owners.most_common(1)[0][0]

    @property
    def title(self) -> str:
        """Its name as a heading."""
        return self.name.capitalize()

    @property
    def kpis(self) -> tuple[Contract, ...]:
        """Those that are promised."""
        return tuple(contract for contract in self.contracts if isinstance(contract.body, Kpi))

    @property
    def _own(self) -> tuple[Contract, ...]:
        return tuple(contract for contract in self.contracts if contract.department == self.name) or self.contracts


def scorecards(contracts: Sequence[Contract]) -> tuple[Scorecard, ...]:
    """One a department that has an active contract, by name, and the company's: its own and every KPI of its level."""
    active = [contract for contract in contracts if contract.body.lifecycle == "active"]
    names = {contract.department for contract in active} | {COMPANY for contract in active if _is_of_company(contract)}
    cards = [Scorecard(name, tuple(contract for contract in active if _is_on(name, contract))) for name in names]
    return tuple(sorted(cards, key=lambda card: card.name))


def _is_on(name: str, contract: Contract) -> bool:
    return contract.department == name or (name == COMPANY and _is_of_company(contract))


def _is_of_company(contract: Contract) -> bool:
    return isinstance(contract.body, Kpi) and "company" in contract.body.level
