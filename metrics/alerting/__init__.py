"""Who is told of what: the rules, routes and channels of ``alerts.yml``."""

from metrics.alerting.loader import load_alerting
from metrics.alerting.models import Alerting, Channel, Digest, Route, Rule

__all__ = ["Alerting", "Channel", "Digest", "Route", "Rule", "load_alerting"]
