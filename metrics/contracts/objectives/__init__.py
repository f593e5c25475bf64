"""Objectives and their key results (OKRs): an ambition, the measured steps towards it, and what owners say of them."""

from metrics.contracts.objectives.check_ins import CheckIn
from metrics.contracts.objectives.loader import Okrs, load_objectives, load_okrs
from metrics.contracts.objectives.models import Goal, KeyResult, Minimum, Objective

__all__ = ["CheckIn", "Goal", "KeyResult", "Minimum", "Objective", "Okrs", "load_objectives", "load_okrs"]
