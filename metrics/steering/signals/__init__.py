"""Noise and change: control charts of KPIs, what they signal, and periods without the value that they should have."""

from metrics.steering.signals.series import read_series
from metrics.steering.signals.write import write_signals

__all__ = ["read_series", "write_signals"]
