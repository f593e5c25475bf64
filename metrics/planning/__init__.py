"""What people do about a missed KPI: action plans, as they are written in YAML."""

from metrics.planning.loader import load_action_plans
from metrics.planning.plans import ActionPlan, CheckIn, Closing, Step

__all__ = ["ActionPlan", "CheckIn", "Closing", "Step", "load_action_plans"]
