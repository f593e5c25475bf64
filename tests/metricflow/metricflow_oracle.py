"""Asks MetricFlow itself, in this process, for the values of a semantic manifest over an open DuckDB connection."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import duckdb

from metrics.calendar import GRAINS, Grain
from orchestration.querying.semantic_layer import GroupBy, SemanticLayer, SemanticLayerError

UNKNOWN = "(unknown)"
Key = tuple[date, str]


class Oracle:
    """MetricFlow over one manifest (as dbt writes it) and one open connection.

    Each metric is a query of its own: asked together, metrics meet in an outer join, in which a missing row and a row
    without a value look the same and fills reach rows that other metrics brought.
    """

    def __init__(self, manifest: Mapping[str, Any], con: duckdb.DuckDBPyConnection):
        self._layer = SemanticLayer(manifest)
        self._metrics = {metric["name"]: metric for metric in manifest["metrics"]}
        self._con = con

    def slices(self, metric: str) -> dict[str, str]:
        """Slice name → what MetricFlow groups by, for all that it can group the metric by, at most one join away.

        Slices are categorical dimensions and entities; a name means the fact's own dimension, else its own entity, else
        a joined one. One that means another group-by for an input of the metric (a view's user is not the user of its
        listing) is none.
        """
        found: dict[str, str] = {}
        for item in sorted(self._layer.group_bys(metric), key=_distance):
            if item.kind != "time" and len(item.path) <= 1:
                found.setdefault(item.element, item.name)
        for name in self._inputs(metric):
            theirs = self.slices(name)
            found = {element: group_by for element, group_by in found.items() if theirs.get(element) == group_by}
        return found

    def _inputs(self, metric: str) -> list[str]:
        params = self._metrics[metric]["type_params"]
        inputs = (params.get("numerator"), params.get("denominator"), *(params.get("metrics") or ()))
        return [item["name"] for item in inputs if item]

    def grains(self, metric: str) -> tuple[Grain, ...]:
        """Those that MetricFlow answers at: none finer than the metric's facts, none if DuckDB lacks its aggregate."""
        return tuple(grain for grain in GRAINS if self._answers(metric, grain))

    def _answers(self, metric: str, grain: Grain) -> bool:
        try:
            self._sql(metric, grain, "")
        except SemanticLayerError:
            return False
        return True

    def _sql(self, metric: str, grain: str, group_by: str) -> str:
        return self._layer.sql([metric], [f"metric_time__{grain}", *([group_by] if group_by else [])])

    def values(self, metric: str, grain: str, group_by: str = "") -> dict[Key, float | None]:
        """(period start, slice value) → value; the slice value of the total is '', of NULL ``(unknown)``.

        Rows without a day, which MetricFlow puts into a period of their own that has no start, are left out.
        """
        slice_value = f"coalesce(cast({group_by} as varchar), '{UNKNOWN}')" if group_by else "''"
        rows = self._con.execute(
            f"select cast(metric_time__{grain} as date), {slice_value}, cast({metric} as double) "
            f"from ({self._sql(metric, grain, group_by)}) where metric_time__{grain} is not null"
        ).fetchall()
        found = {(start, slice_value): value for start, slice_value, value in rows}
        assert len(found) == len(rows), (
            f"MetricFlow gives more than one row of a key of {metric} by {grain}, {group_by}"
        )
        return found


def _distance(item: GroupBy) -> tuple[bool, bool, int, str]:
    """Sorts the fact's own before joined ones, and of its own dimensions before entities."""
    return not item.is_own, item.kind == "entity", len(item.path), item.name
