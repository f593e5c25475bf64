"""What ``exceptions.yml`` lets differ from MetricFlow."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.metricflow.metricflow_oracle import UNKNOWN
from tests.metricflow.value_comparison import Key

FILE = Path(__file__).parent / "exceptions.yml"


class ListedExceptions:
    """The exceptions, for the metrics of one manifest (as dbt writes it)."""

    def __init__(self, manifest: Mapping[str, Any]):
        self._metrics = {metric["name"]: metric for metric in manifest["metrics"]}
        self._listed = yaml.safe_load(FILE.read_text())

    @property
    def refused(self) -> dict[str, str]:
        """Metric → what its refusal says, for the metrics of the manifest."""
        return {m: item["feature"] for item in self._listed["refused"] for m in item["metrics"] if m in self._metrics}

    @property
    def refused_slices(self) -> dict[str, str]:
        """Slice → what its refusal says."""
        return {name: item["feature"] for item in self._listed["refused_slices"] for name in item["slices"]}

    def of_own(self, metric: str, grain: str, slice_name: str) -> bool:
        """True if a metric of the project may differ at a grain and slice."""
        return any(
            item["metric"] == metric and grain in item["grains"] and slice_name in item["slices"]
            for item in self._listed["own"]
        )

    def of_key(self, metric: str, slice_name: str, key: Key) -> bool:
        """True if a row may come from the time spine alone: see ``spine_rows_of_slices``."""
        return bool(slice_name) and key[1] == UNKNOWN and any(map(_joins_spine, self._measures(metric)))

    def _measures(self, metric: str) -> Iterator[Mapping[str, Any]]:
        params = self._metrics[metric]["type_params"]
        conversion = params.get("conversion_type_params") or {}
        named = (params.get("measure"), conversion.get("base_measure"), conversion.get("conversion_measure"))
        yield from (measure for measure in named if measure)
        for item in (params.get("numerator"), params.get("denominator"), *(params.get("metrics") or ())):
            if item:
                yield from self._measures(item["name"])


def _joins_spine(measure: Mapping[str, Any]) -> bool:
    return bool(measure.get("join_to_timespine"))
