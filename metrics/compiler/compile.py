"""Contracts and semantic manifest in, dbt models out."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from metrics.calendar import Calendar
from metrics.compiler.columns import check_columns
from metrics.compiler.errors import CompileError, RefusalError
from metrics.compiler.formulas import Column, Formula, Leaf
from metrics.compiler.grains import check_grains
from metrics.compiler.inputs import Reads, entities, inputs
from metrics.compiler.keep.input_days import Count, counts
from metrics.compiler.keep.states import States
from metrics.compiler.locations import Locations
from metrics.compiler.manifest import ManifestIndex, read_manifest
from metrics.compiler.read.finalise import finalise
from metrics.compiler.resolve import Resolver
from metrics.compiler.write.catalog import catalog_row
from metrics.compiler.write.exposures import exposures
from metrics.compiler.write.input_days import input_days
from metrics.compiler.write.properties import properties
from metrics.compiler.write.templating import render
from metrics.compiler.write.values import CompiledKpi, metric_values, open_values
from metrics.compiler.write.wide import wide_models
from metrics.contracts.loader import Contract
from metrics.problems import Problem

SEMANTIC_FOLDER = Path(__file__).parent.parent / "semantic"
PROPERTIES_FILE = "_kpi__models.yml"


def compile_kpis(
    manifest: Path | Mapping[str, Any],
    contracts: Sequence[Contract],
    calendar: Calendar,
    semantic_folder: Path = SEMANTIC_FOLDER,
    columns: Mapping[str, Collection[str]] | None = None,
) -> dict[str, str]:
    """File name → text of every generated dbt model and their properties file.

    ``manifest`` is ``semantic_manifest.json`` (its path or its parsed JSON); ``semantic_folder`` holds the YAML that it
    was parsed from, for lines in messages; ``columns`` are those that dbt models declare, for definitions to name.
    Raises CompileError with everything that is refused.
    """
    index, locations = ManifestIndex(read_manifest(manifest)), Locations(semantic_folder)
    check_columns(index, columns or {}, locations)
    return _Compilation(index, calendar, locations).models(contracts)


class _Compilation:
    def __init__(self, index: ManifestIndex, calendar: Calendar, locations: Locations):
        self._index = index
        self._calendar = calendar
        self._locations = locations
        self._resolver = Resolver(index)
        self._states = States()
        self._reads: dict[str, Reads] = {}
        self._counts: dict[str, tuple[Count, ...]] = {}

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
            check_grains(leaf, body.grains)
        slices = self._keep_slices(formula, body.slices)
        kpi = CompiledKpi(
            name=body.name,
            grains=body.grains,
            slices=("", *body.slices) if body.total else body.slices,
            review_grain=body.review_grain,
            finalised=finalise(formula, self._states),
        )
        states = {source.model for source in kpi.finalised.sources}
        reads = Reads(inputs(formula, slices), tuple(sorted(states)), entities(formula, self._index))
        self._reads[body.name] = reads
        self._counts[body.name] = counts(formula, self._index, self._states)
        return kpi, catalog_row(contract, formula, reads, self._calendar)

    def _keep_slices(self, formula: Formula, slices: Iterable[str]) -> dict[Leaf, list[Column]]:
        kept: dict[Leaf, list[Column]] = {leaf: [] for leaf in formula.leaves}
        for name in slices:
            columns = {leaf: self._resolver.slice(leaf, name) for leaf in formula.leaves}
            _check_one_meaning(name, columns)
            for leaf, column in columns.items():
                self._states.add_slice(leaf, name, column)
                kept[leaf].append(column)
        return kept

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
        texts["kpi_metric_values.sql"] = metric_values(kpis)
        texts["kpi_open_values.sql"] = open_values(kpis)
        texts["kpi_catalog.sql"] = render("catalog", rows=rows)
        texts["kpi_input_days.sql"] = input_days(self._counts)
        texts[PROPERTIES_FILE] = properties(self._states, rows[0], self._reads)
        return texts


def _check_one_meaning(name: str, columns: Mapping[Leaf, Column]) -> None:
    """Raises RefusalError if a slice is of the row itself for one part of a formula, of another's row for another."""
    own = {leaf.fact.model for leaf, column in columns.items() if not column.joins}
    for leaf, column in columns.items():
        strangers = sorted(own - {join.model for join in column.joins})
        if column.joins and strangers:
            feature = f"slice {name!r} is of {strangers[0]} itself, but of a row that {leaf.fact.model} joins"
            raise RefusalError(leaf.metric, feature, slice_name=name)
