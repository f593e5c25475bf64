"""Contracts and semantic manifest in, dbt models out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from metrics.calendar import GRAINS, Calendar
from metrics.compiler.catalog import catalog_row
from metrics.compiler.errors import CompileError, RefusalError
from metrics.compiler.finalise import Finalised, finalise
from metrics.compiler.formulas import Formula, Join
from metrics.compiler.locations import Locations
from metrics.compiler.manifest import ManifestIndex, read_manifest
from metrics.compiler.properties import properties
from metrics.compiler.resolve import Resolver
from metrics.compiler.states import DistinctState, State, States
from metrics.compiler.templating import render
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
        return self._texts(kpis, rows)

    def _compile(self, contract: Contract) -> tuple[CompiledKpi, dict[str, str]]:
        body = contract.body
        formula = self._resolver.formula(body.metric)
        joins = self._keep_slices(formula, body.slices)
        kpi = CompiledKpi(
            name=body.name,
            grains=body.grains,
            slices=("", *body.slices),
            review_grain=body.review_grain,
            finalised=finalise(formula, self._states),
        )
        return kpi, catalog_row(contract, formula, joins, self._index, self._calendar)

    def _keep_slices(self, formula: Formula, slices: Iterable[str]) -> tuple[Join, ...]:
        joins: dict[Join, None] = {}
        for leaf in formula.leaves:
            joins.update(dict.fromkeys(leaf.condition.joins if leaf.condition else ()))
            for name in slices:
                column = self._resolver.slice(leaf, name)
                self._states.add_slice(leaf, name, column)
                joins.update(dict.fromkeys(column.joins))
        return tuple(joins)

    def _problem(self, contract: Contract, refusal: RefusalError) -> Problem:
        """A refusal at the element that causes it; an unknown metric or slice is the contract's fault."""
        if refusal.metric == contract.body.metric and refusal.metric not in self._index.metrics:
            return contract.problem("metric", refusal.feature)
        if refusal.slice_name is not None:
            place = contract.body.slices.index(refusal.slice_name)
            return contract.problem(f"slices.{place}", f"{refusal.feature} (metric {refusal.metric})")
        file, line = self._locations.of(refusal.element)
        return Problem(file, line, refusal.metric, f"{refusal.feature} (needed by {contract.name})")

    def _texts(self, kpis: list[CompiledKpi], rows: list[dict[str, str]]) -> dict[str, str]:
        states = sorted(self._states.additive.values(), key=lambda state: state.model)
        distincts = sorted(self._states.distinct.values(), key=lambda state: state.model)
        texts = {f"{state.model}.sql": render("state", state=state) for state in states}
        texts |= {f"{state.model}.sql": render("distinct", state=state) for state in distincts}
        texts["kpi_metric_values.sql"] = render("values", kpis=kpis, states=states, distincts=distincts)
        texts["kpi_open_values.sql"] = _open_values(kpis, states, distincts)
        texts["kpi_catalog.sql"] = render("catalog", rows=rows)
        texts[PROPERTIES_FILE] = properties(states, distincts, rows[0])
        return texts


def _open_values(kpis: list[CompiledKpi], states: list[State], distincts: list[DistinctState]) -> str:
    reviewed = {kpi.review_grain for kpi in kpis}
    grains = [grain for grain in GRAINS if grain in reviewed]
    return render("open_values", kpis=kpis, states=states, distincts=distincts, grains=grains)
