"""Contracts and semantic manifest in, dbt models out."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from metrics.calendar import GRAINS, Calendar, Grain
from metrics.compiler.catalog import catalog_row
from metrics.compiler.errors import CompileError, RefusalError
from metrics.compiler.exposures import exposures
from metrics.compiler.finalise import Finalised, finalise
from metrics.compiler.formulas import Column, Cumulative, Formula, Join, Leaf
from metrics.compiler.locations import Locations
from metrics.compiler.manifest import ManifestIndex, read_manifest
from metrics.compiler.properties import properties
from metrics.compiler.resolve import Resolver
from metrics.compiler.sources import OffsetSource, Source
from metrics.compiler.states import States
from metrics.compiler.templating import digest, render
from metrics.compiler.wide import wide_models
from metrics.compiler.windows import Offset
from metrics.contracts.loader import Contract
from metrics.problems import Problem

SEMANTIC_FOLDER = Path(__file__).parent.parent / "semantic"
PROPERTIES_FILE = "_kpi__models.yml"


@dataclass(frozen=True)
class CompiledKpi:
    """A KPI as the templates see it."""

    name: str
    grains: tuple[str, ...]
    slices: tuple[str, ...]
    review_grain: str
    finalised: Finalised


def compile_kpis(
    manifest: Path | Mapping[str, Any],
    contracts: Sequence[Contract],
    calendar: Calendar,
    semantic_folder: Path = SEMANTIC_FOLDER,
) -> dict[str, str]:
    """File name → text of every generated dbt model and their properties file.

    ``manifest`` is ``semantic_manifest.json`` (its path or its parsed JSON); ``semantic_folder`` holds the YAML that it
    was parsed from, for lines in messages. Raises CompileError with everything that is refused.
    """
    return _Compilation(ManifestIndex(read_manifest(manifest)), calendar, Locations(semantic_folder)).models(contracts)


class _Compilation:
    def __init__(self, index: ManifestIndex, calendar: Calendar, locations: Locations):
        self._index = index
        self._calendar = calendar
        self._locations = locations
        self._resolver = Resolver(index)
        self._states = States()

    def models(self, contracts: Sequence[Contract]) -> dict[str, str]:
        """The texts; every refusal of every contract is collected before one error is raised."""
        kpis: list[CompiledKpi] = []
        rows: list[dict[str, str]] = []
        problems: list[Problem] = []
        if not contracts:
            raise CompileError([Problem("metrics/kpis", 1, "kpis", "are missing; define at least one KPI or metric")])
        for contract in contracts:
            try:
                kpi, row = self._compile(contract)
            except RefusalError as refusal:
                problems.append(self._problem(contract, refusal))
            else:
                kpis.append(kpi)
                rows.append(row)
        if problems:
            raise CompileError(problems)
        return self._texts(kpis, rows) | wide_models(contracts) | exposures(contracts)

    def _compile(self, contract: Contract) -> tuple[CompiledKpi, dict[str, str]]:
        body = contract.body
        formula = self._resolver.formula(body.metric)
        for leaf in formula.leaves:
            _check_grains(leaf, body.grains)
        joins = self._keep_slices(formula, body.slices)
        kpi = CompiledKpi(
            name=body.name,
            grains=body.grains,
            slices=("", *body.slices) if body.total else body.slices,
            review_grain=body.review_grain,
            finalised=finalise(formula, self._states),
        )
        states = [source.model for source in kpi.finalised.sources]
        return kpi, catalog_row(contract, formula, joins, states, self._index, self._calendar)

    def _keep_slices(self, formula: Formula, slices: Iterable[str]) -> tuple[Join, ...]:
        joins: dict[Join, None] = {}
        for leaf in formula.leaves:
            joins.update(dict.fromkeys(leaf.condition.joins if leaf.condition else ()))
        for name in slices:
            columns = {leaf: self._resolver.slice(leaf, name) for leaf in formula.leaves}
            _check_one_meaning(name, columns)
            for leaf, column in columns.items():
                self._states.add_slice(leaf, name, column)
                joins.update(dict.fromkeys(column.joins))
        return tuple(joins)

    def _problem(self, contract: Contract, refusal: RefusalError) -> Problem:
        """A refusal at the element that causes it; an unknown metric or slice is the contract's fault."""
        if refusal.metric == contract.body.metric and refusal.metric not in self._index.metrics:
            return contract.problem("metric", refusal.feature)
        if refusal.field is not None:
            return contract.problem(refusal.field, f"{refusal.feature} (metric {refusal.metric})")
        if refusal.slice_name is not None:
            place = contract.body.slices.index(refusal.slice_name)
            return contract.problem(f"slices.{place}", f"{refusal.feature} (metric {refusal.metric})")
        file, line = self._locations.of(refusal.element)
        return Problem(file, line, refusal.metric, f"{refusal.feature} (needed by {contract.name})")

    def _texts(self, kpis: list[CompiledKpi], rows: list[dict[str, str]]) -> dict[str, str]:
        texts = {f"{kept.model}.sql": render(template, state=kept) for template, kept in self._states.models}
        texts["kpi_metric_values.sql"] = _values(kpis)
        texts["kpi_open_values.sql"] = _open_values(
            [kpi for kpi in kpis if "" in kpi.slices and not kpi.finalised.has_offsets]
        )
        texts["kpi_catalog.sql"] = render("catalog", rows=rows)
        texts[PROPERTIES_FILE] = properties(self._states, rows[0])
        return texts


def _check_one_meaning(name: str, columns: Mapping[Leaf, Column]) -> None:
    """Raises RefusalError if a slice is of the row itself for one part of a formula, of a joined row for another."""
    joined = {leaf: bool(column.joins) for leaf, column in columns.items()}
    if len(set(joined.values())) > 1:
        leaf = next(leaf for leaf, is_joined in joined.items() if is_joined)
        own = next(leaf for leaf, is_joined in joined.items() if not is_joined)
        feature = f"slice {name!r} is of {own.fact.model} itself, but of a row that {leaf.fact.model} joins"
        raise RefusalError(leaf.metric, feature, slice_name=name)


def _check_grains(leaf: Leaf, grains: Sequence[Grain]) -> None:
    """Raises RefusalError where a value of the leaf at one of the grains would mislead."""
    if leaf.offset is not None and not set(grains) <= set(_offset_grains(leaf, leaf.offset)):
        allowed = ", ".join(_offset_grains(leaf, leaf.offset)) or "no grain"
        raise RefusalError(leaf.metric, f"an offset of {leaf.offset.name} is right at {allowed} only", field="grains")
    finer = {grain for grain in grains if GRAINS.index(grain) < GRAINS.index(leaf.fact.grain)}
    if finer or (leaf.fact.grain == "week" and set(grains) != {"week"}):
        raise RefusalError(leaf.metric, f"{leaf.fact.day} is a {leaf.fact.grain}, not a day", field="grains")


def _offset_grains(leaf: Leaf, offset: Offset) -> tuple[str, ...]:
    """The grains at which an offset moves whole periods; a start of cumulative values is that of a day."""
    return ("day",) if isinstance(leaf.reading, Cumulative) and not offset.count else offset.grains


def _sources(kpis: Iterable[CompiledKpi]) -> list[Source]:
    """What the KPIs are read from, each once; offsets after what they are offsets of."""
    found: dict[str, Source] = {}
    for kpi in kpis:
        for source in kpi.finalised.sources:
            if isinstance(source, OffsetSource) and source.kind == "offset":
                found[source.of.cte] = source.of
            found[source.cte] = source
    return sorted(found.values(), key=lambda source: (source.kind == "offset", source.cte))


def _values(kpis: list[CompiledKpi]) -> str:
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


def _open_values(kpis: list[CompiledKpi]) -> str:
    reviewed = {kpi.review_grain for kpi in kpis}
    grains = [grain for grain in GRAINS if grain in reviewed]
    return render("open_values", kpis=kpis, sources=_sources(kpis), grains=grains)
