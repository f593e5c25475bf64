"""Holds every value of a published mart against MetricFlow over the warehouse of the run that published it."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from tests.metricflow.listed_exceptions import ListedExceptions
from tests.metricflow.metricflow_oracle import Oracle
from tests.metricflow.value_comparison import Comparison, Values


@dataclass(frozen=True)
class Contract:
    """What a catalogue row says of a KPI or tracked metric; ``slices`` has '' where there is a total."""

    kpi: str
    metric: str
    grains: tuple[str, ...]
    slices: tuple[str, ...]
    min_persons: int | None


def compared(data: Path) -> Comparison:
    """Every contract × grain × slice of the mart that was published in a run-time folder."""
    manifest = json.loads((data / "dbt_project" / "target" / "semantic_manifest.json").read_text())
    total = Comparison()
    with (
        duckdb.connect(str(data / "warehouse" / "warehouse.duckdb"), read_only=True) as warehouse,
        duckdb.connect(str(data / "published" / "kpi_mart.duckdb"), read_only=True) as mart,
    ):
        oracle, exceptions = Oracle(manifest, warehouse), ListedExceptions(manifest)
        for contract in contracts(mart):
            total.add(compare(contract, mart, oracle, exceptions))
    return total


def contracts(mart: duckdb.DuckDBPyConnection) -> Iterator[Contract]:
    """All contracts of the mart, by name."""
    rows = mart.execute(
        "select kpi, metric, grains, slices, min_persons, kpi in (select kpi from kpi_values where slice = '') "
        "or slices = '' from kpi_catalog order by kpi"
    ).fetchall()
    for kpi, metric, grains, slices, min_persons, has_total in rows:
        names = tuple(slices.split(", ")) if slices else ()
        yield Contract(kpi, metric, tuple(grains.split(", ")), ("", *names) if has_total else names, min_persons)


def compare(
    contract: Contract, mart: duckdb.DuckDBPyConnection, oracle: Oracle, exceptions: ListedExceptions
) -> Comparison:
    """One contract at its grains, in all and by its slices."""
    comparison = Comparison()
    group_bys = {"": "", **oracle.slices(contract.metric)}
    for grain in contract.grains:
        for name in contract.slices:
            if exceptions.of_own(contract.metric, grain, name):
                continue
            ours = values(mart, contract.kpi, grain, name)
            theirs = oracle.values(contract.metric, grain, group_bys[name])
            excepted = exceptions.of_rows(contract.metric, name, theirs, ours, bool(contract.min_persons))
            comparison.compare(f"{contract.kpi} by {grain} {name}", theirs, ours, excepted)
    return comparison


def values(mart: duckdb.DuckDBPyConnection, kpi: str, grain: str, slice_name: str) -> Values:
    """(period start, slice value) → value."""
    rows = mart.execute(
        "select period_start, slice_value, value from kpi_values where kpi = ? and grain = ? and slice = ?",
        [kpi, grain, slice_name],
    ).fetchall()
    return {(start, slice_value): value for start, slice_value, value in rows}
