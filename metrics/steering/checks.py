"""What a check found, whoever made it: the rows of kpi_checks before lineage names the KPIs."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from metrics.wording.text import Words

Kind = Literal["gx", "dbt", "kpi"]
Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class Check:
    """One check as it stands now, judged from data and not from earlier runs.

    ``object`` is a raw table (``shop.orders``), a dbt model, a table of the mart or a KPI; ``name`` is unique there.
    A failed ``error`` takes the certificate from the KPIs that it hurts: those downstream of the object, or exactly
    ``hurts`` where that is given. ``reason`` says so to a leader, ``observed`` to an engineer.
    """

    object: str
    name: str
    kind: Kind
    severity: Severity
    passed: bool
    observed: str = ""
    failed_rows: int | None = None
    hurts: tuple[str, ...] | None = None
    reason: Words | None = None


def check_row(check: Check, run_id: str, kpis: Iterable[str]) -> dict[str, object]:
    """The row of kpi_checks of a run, with the KPIs that the check can hurt."""
    return {
        "check": f"{check.object}.{check.name}",
        "run_id": run_id,
        "object": check.object,
        "kind": check.kind,
        "severity": check.severity,
        "passed": check.passed,
        "observed": check.observed,
        "failed_rows": check.failed_rows,
        "kpis": list(kpis),
    }
