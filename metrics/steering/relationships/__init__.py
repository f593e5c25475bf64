"""Which KPIs move before which others, and whether what contracts declare of it shows in the values."""

from metrics.steering.relationships.write import write_relationships

__all__ = ["write_relationships"]
