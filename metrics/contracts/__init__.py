"""The governed definitions of KPIs: what is promised, by whom, and how it is measured."""

from metrics.contracts.loader import Contracts, load_contracts
from metrics.contracts.models import Kpi, Target, Text, TrackedMetric
from metrics.problems import DefinitionError

__all__ = ["Contracts", "DefinitionError", "Kpi", "Target", "Text", "TrackedMetric", "load_contracts"]
