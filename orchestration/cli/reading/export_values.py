"""The values of a KPI that `kpi export` is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from dashboards.mart import names
from metrics.calendar import GRAINS, Grain
from orchestration.cli.mart_reader import Row, rows
from orchestration.cli.options import check_choice
from orchestration.errors import UsageError

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

COLUMNS = (
    "kpi",
    "grain",
    "period_start",
    "period_end",
    "slice",
    "slice_value",
    "value",
    "numerator",
    "denominator",
    "sample_size",
    "is_complete",
    "target",
    "target_low",
    "target_high",
    "attainment",
    "status",
    "status_reason",
    "previous_value",
    "year_ago_value",
    "certified",
    "run_id",
)
VALUES = """
    select held.*, limits.lower, limits.upper
    from kpi_values as held
    left join kpi_control_limits as limits
        on held.kpi = limits.kpi and held.grain = limits.grain and held.period_start = limits.period_start
        and held.slice = ''
    where held.kpi = $kpi and held.grain = $grain and held.slice = $slice
        and ($first is null or held.period_start >= $first) and ($last is null or held.period_start <= $last)
    order by held.slice_value, held.period_start
"""


@dataclass(frozen=True)
class Asked:
    """Values of a KPI (its row of the catalogue) at a grain, in total or by a slice, in periods from first to last."""

    kpi: Row
    grain: Grain
    by: str
    first: date | None
    last: date | None


def asked(kpi: Row, grain: str, by: str, first: date | None, last: date | None) -> Asked:
    """Return what is asked; raises UsageError for a grain or slice that the KPI has not, with those that it has."""
    grains = [name for name in GRAINS if name in names(kpi["grains"])]
    check_choice("--grain", grain, grains)
    slices = names(kpi["slices"])
    if by and not slices:
        raise UsageError(f"--by {by}: {kpi['kpi']} is not divided by anything; leave it out")
    check_choice("--by", by, slices)
    if not by and not kpi["has_total"]:
        raise UsageError(f"{kpi['kpi']}: has no total, its parts may not be added up; use --by {slices[0]}")
    return Asked(kpi, grain or kpi["review_grain"], by, first, last)


def values(con: DuckDBPyConnection, asked: Asked) -> list[Row]:
    """Return the values, by slice value and period."""
    key = {"kpi": asked.kpi["kpi"], "grain": asked.grain, "slice": asked.by, "first": asked.first, "last": asked.last}
    return rows(con, VALUES, key)
