"""The governed definitions of KPIs: what is promised, by whom, and how it is measured."""

from metrics.contracts.loader import Contract, load_contracts

__all__ = ["Contract", "load_contracts"]
