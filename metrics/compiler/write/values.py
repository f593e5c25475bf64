"""The two models of values: every period of every KPI, and the open period with what it is compared with."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from metrics.calendar import GRAINS
from metrics.compiler.keep.sources import OffsetSource, Source
from metrics.compiler.read.finalise import Finalised
from metrics.compiler.write.templating import digest, render


@dataclass(frozen=True)
class CompiledKpi:
    """A KPI as the templates see it; ``slices`` starts with '' if it has a total."""

    name: str
    grains: tuple[str, ...]
    slices: tuple[str, ...]
    review_grain: str
    finalised: Finalised


def metric_values(kpis: Sequence[CompiledKpi]) -> str:
    """The text of kpi_metric_values."""
    sources = _sources(kpis)
    offsets = dict.fromkeys(source.offset for source in sources if isinstance(source, OffsetSource))
    reads = {
        (kpi.name, source.model, source.offset.name if isinstance(source, OffsetSource) else "")
        for kpi in kpis
        for source in kpi.finalised.sources
    }
    kinds = {source.model: source.kind == "periods" for source in sources if not isinstance(source, OffsetSource)}
    return render(
        "values",
        kpis=kpis,
        sources=sources,
        definitions={kpi.name: _fingerprint(kpi) for kpi in kpis},
        skeleton=digest("_config", "_values", "_periodic", "values"),
        offsets=list(offsets),
        reads=sorted(reads),
        daily=sorted(model for model, periodic in kinds.items() if not periodic),
        periodic=sorted(model for model, periodic in kinds.items() if periodic),
    )


def open_values(kpis: Iterable[CompiledKpi]) -> str:
    """The text of kpi_open_values: KPIs that have a total, and that no other period's values are part of."""
    totals = [kpi for kpi in kpis if "" in kpi.slices and not kpi.finalised.has_offsets]
    reviewed = {kpi.review_grain for kpi in totals}
    grains = [grain for grain in GRAINS if grain in reviewed]
    return render("open_values", kpis=totals, sources=_sources(totals), grains=grains)


def _fingerprint(kpi: CompiledKpi) -> str:
    """What a KPI's values are computed by: they are recomputed when it changes, those of other KPIs are not."""
    made = kpi.finalised
    read = str([kpi.grains, kpi.slices, made.value, made.numerator, made.denominator, made.sample_size, made.present])
    columns = [
        (source.model, source.cte, name, sql)
        for source in kpi.finalised.sources
        for name, sql in source.columns.items()
        if f"{source.cte}.{name}" in read
    ]
    return hashlib.sha256(f"{read}{columns}".encode()).hexdigest()[:12]


def _sources(kpis: Iterable[CompiledKpi]) -> list[Source]:
    """What the KPIs are read from, each once; offsets after what they are offsets of."""
    found: dict[str, Source] = {}
    for kpi in kpis:
        for source in kpi.finalised.sources:
            if isinstance(source, OffsetSource) and source.kind == "offset":
                found[source.of.cte] = source.of
            found[source.cte] = source
    return sorted(found.values(), key=lambda source: (source.kind == "offset", source.cte))
