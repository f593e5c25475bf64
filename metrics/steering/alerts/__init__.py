"""Which alerts are open: they begin, last and end with what the mart says of its KPIs."""

from metrics.steering.alerts.alert import Delivery
from metrics.steering.alerts.write import write_alerts

__all__ = ["Delivery", "write_alerts"]
