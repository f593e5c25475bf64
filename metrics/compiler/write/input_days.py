"""The model of every KPI's input rows by day, from which missing days are told."""

from collections.abc import Mapping, Sequence

from metrics.compiler.keep.input_days import Count
from metrics.compiler.write.templating import render


def input_days(counts: Mapping[str, Sequence[Count]]) -> str:
    """The text of kpi_input_days; ``counts`` is KPI → the counts of its inputs."""
    reads = [(kpi, count.topic) for kpi, found in counts.items() for count in found]
    return render("input_days", counts=sorted({count for found in counts.values() for count in found}), reads=reads)
