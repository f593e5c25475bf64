"""Noise and change: control charts of KPIs, what they signal, and periods without the value that they should have."""

from metrics.steering.signals.write import write_signals

__all__ = ["write_signals"]
