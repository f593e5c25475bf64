"""What is done about missed KPIs: whether plans are kept, what is asked for, and what it came to."""

from metrics.steering.actions.write import write_actions

__all__ = ["write_actions"]
