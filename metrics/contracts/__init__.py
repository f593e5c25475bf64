"""The governed definitions of KPIs: what is promised, by whom, and how it is measured."""

from metrics.contracts.loader import Contract, Loaded, contracts_of, load_contracts, read_contracts
from metrics.contracts.objectives import Objective, load_objectives

__all__ = [
    "Contract",
    "Loaded",
    "Objective",
    "contracts_of",
    "load_contracts",
    "load_objectives",
    "read_contracts",
]
