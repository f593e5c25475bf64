"""What ``exceptions.yml`` lets differ from MetricFlow."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from tests.metricflow.metricflow_oracle import UNKNOWN
from tests.metricflow.value_comparison import Key, Values

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

    def of_rows(
        self, metric: str, slice_name: str, theirs: Values, ours: Values, persons_are_counted: bool = False
    ) -> Callable[[Key], bool]:
        """Which of the keys that differ may: see ``choices``."""
        joins_spine = any(map(_joins_spine, self._measures(metric)))
        mixes = self._metrics[metric]["type"] == "cumulative"
        last_of_spine = max((day for day, _ in theirs), default=date.max) if joins_spine else date.max
        days = [day for day, _ in ours]

        def excepted(key: Key) -> bool:
            if key[0] > last_of_spine:
                return True
            only_theirs = key not in ours
            if not slice_name:
                return joins_spine and only_theirs and not (days and min(days) <= key[0] <= max(days))
            from_spine = joins_spine and key[1] == UNKNOWN and (only_theirs or mixes)
            return from_spine or (persons_are_counted and only_theirs)

        return excepted

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
