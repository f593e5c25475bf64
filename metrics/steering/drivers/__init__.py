"""Why a KPI changed: what each of its segments contributed, which of them to name, and a sentence that says so."""

from metrics.steering.drivers.write import write_drivers

__all__ = ["write_drivers"]
