"""The governed definitions of KPIs: what is promised, by whom, and how it is measured."""

from metrics.contracts.loader import Contract, Loaded, contracts_of, load_contracts, read_contracts

__all__ = ["Contract", "Loaded", "contracts_of", "load_contracts", "read_contracts"]
