"""What KPIs will come to: simulated futures, the intervals and chances that follow, and how attainable a target was."""

from metrics.steering.forecasts.write import write_forecasts

__all__ = ["write_forecasts"]
