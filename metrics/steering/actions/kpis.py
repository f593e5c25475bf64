"""What the catalogue says of the KPIs that plans are about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from metrics.steering.actions.sentences import Measure

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

CATALOGUE = """
    select
        kpi, unit, currency,
        coalesce(owner_team, owner_email, department), owner_email, direction,
        case when lifecycle = 'retired' then coalesce(successor, '') end
    from mart.kpi_catalog
"""


@dataclass(frozen=True)
class PromisedKpi:
    """A KPI with its owner's address; ``retired`` is the successor (or empty) of one that is not measured any more."""

    measure: Measure
    owner: str | None
    direction: str | None
    retired: str | None


def read_kpis(con: DuckDBPyConnection) -> dict[str, PromisedKpi]:
    """Every KPI of the mart by its name."""
    return {
        kpi: PromisedKpi(Measure(unit, currency, team), owner, direction, retired)
        for kpi, unit, currency, team, owner, direction, retired in con.execute(CATALOGUE).fetchall()
    }
