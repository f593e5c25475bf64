"""What is promised of every period, and how far the values keep it."""

from metrics.steering.targets.write import write_targets

__all__ = ["write_targets"]
