"""How far objectives and their key results have got, and what their owners say of them."""

from metrics.steering.objectives.write import write_objectives

__all__ = ["write_objectives"]
