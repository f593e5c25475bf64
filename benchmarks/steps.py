"""The steps of the benchmark of metrics, each to be run in a process of its own over the files of one folder."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from benchmarks import warehouse
from benchmarks.compiled import VALUES, CompiledModels
from benchmarks.definitions import GROUP_BYS, Kind, manifest, models
from metrics.calendar import GRAINS

TOLERANCE = 1e-9
SHOP = "shop"
METRICFLOW = "metricflow"


@dataclass(frozen=True)
class Cost:
    """Seconds of a step's SQL, and megabytes of its process at most."""

    seconds: float
    peak_mb: float


def create(folder: Path, orders: int) -> None:
    """Create the shop's tables, and an empty one for MetricFlow's answers."""
    warehouse.create_shop(folder / f"{SHOP}.duckdb", orders)
    with duckdb.connect(str(folder / f"{METRICFLOW}.duckdb")) as con:
        con.execute(
            "create table answers (kpi varchar, grain varchar, period_start date, slice varchar, slice_value varchar, "
            "value double)"
        )


def scan(folder: Path) -> Cost:
    """Read what the metrics read of the fact, without any grouping: the fastest of five times."""
    query = (
        "select max(ordered_day), max(customer_id), max(channel), max(country), bool_or(is_repeat), sum(net_amount), "
        "sum(discount_amount), sum(units), count(order_id) from fct_orders"
    )
    with duckdb.connect(str(folder / f"{SHOP}.duckdb"), read_only=True) as con:
        seconds = min(_seconds(lambda: con.execute(query).fetchall()) for _ in range(5))
    return _cost(seconds)


def ask_metricflow(folder: Path, kind: Kind) -> Cost:
    """Let MetricFlow compute a kind's values, all metrics in one query per grain and slice, and keep them."""
    from orchestration.querying.semantic_layer import SemanticLayer

    layer, seconds = SemanticLayer(manifest()), 0.0
    with _opened(folder, METRICFLOW) as con:
        con.execute(f"use {SHOP}")
        for grain in GRAINS:
            for name in GROUP_BYS:
                group_bys = [f"metric_time__{grain}", *([GROUP_BYS[name]] if name else [])]
                sql = layer.sql(kind.metrics, group_bys)
                seconds += _seconds(lambda sql=sql: con.execute(f"create or replace temp table answer as {sql}"))
                _keep(con, kind, grain, name)
    return _cost(seconds)


def _keep(con: duckdb.DuckDBPyConnection, kind: Kind, grain: str, name: str) -> None:
    slice_value = f"coalesce({GROUP_BYS[name]}::varchar, '(unknown)')" if name else "''"
    for metric in kind.metrics:
        con.execute(
            f"insert into {METRICFLOW}.answers select '{metric}', '{grain}', metric_time__{grain}, '{name}', "
            f"{slice_value}, {metric} from answer"
        )


def build(folder: Path, name: str, kinds: Sequence[Kind]) -> Cost:
    """Compute the compiled models of some kinds whole, in a file of that name."""
    return _run(folder, name, kinds, CompiledModels.build)


def add_news(folder: Path, orders: int) -> None:
    """Add the orders of a new and of a late day."""
    warehouse.add_news(folder / f"{SHOP}.duckdb", orders)


def update(folder: Path, name: str, kinds: Sequence[Kind]) -> Cost:
    """Bring a file's models up to date with the news."""
    days = f"('{warehouse.NEW_DAY}'), ('{warehouse.LATE_DAY}')"
    with duckdb.connect(str(folder / f"{name}.duckdb")) as con:
        con.execute(f"insert into changes select 'fct_orders.ordered_day', day from (values {days}) as days (day)")
    return _run(folder, name, kinds, CompiledModels.update)


def _run(folder: Path, name: str, kinds: Sequence[Kind], step: Callable[[CompiledModels], None]) -> Cost:
    texts = models(kinds)
    with _opened(folder, name) as con:
        con.execute(f"set search_path = '{name}.main,{SHOP}.main'")
        return _cost(_seconds(lambda: step(CompiledModels(texts, con))))


def _opened(folder: Path, name: str) -> duckdb.DuckDBPyConnection:
    """A file of the folder, with the shop attached to be read."""
    con = duckdb.connect(str(folder / f"{name}.duckdb"))
    con.execute("set enable_progress_bar = false")
    return con.execute(f"attach '{folder / SHOP}.duckdb' as {SHOP} (read_only)")


def values_compared(folder: Path, name: str) -> int:
    """How many values of a file MetricFlow gives too; rows without a value are no values.

    Raises:
        AssertionError: One of the two lacks a value, or they differ by more than rounding.
    """
    key = "kpi, grain, period_start, slice, slice_value"
    with duckdb.connect(str(folder / f"{name}.duckdb"), read_only=True) as con:
        con.execute(f"attach '{folder / METRICFLOW}.duckdb' as {METRICFLOW} (read_only)")
        con.execute(
            f"create temp table pairs as select {key}, ours.value as ours, theirs.value as theirs from "
            f"(select {key}, value::double as value from {VALUES} where value is not null) as ours full join "
            f"(select * from {METRICFLOW}.answers where value is not null) as theirs using ({key})"
        )
        equal = f"abs(ours - theirs) <= {TOLERANCE} * greatest(abs(ours), abs(theirs))"
        differing = con.execute(f"select * from pairs where not coalesce({equal}, false) limit 5").fetchall()
        assert not differing, f"values that are not MetricFlow's (key, ours, theirs): {differing}"
        return con.execute("select count(*) from pairs").fetchall()[0][0]


def tables_compared(folder: Path, updated: str, refreshed: str, kinds: Sequence[Kind]) -> None:
    """Compare every table of two files.

    Raises:
        AssertionError: A table's rows are not the same in both.
    """
    with duckdb.connect(str(folder / f"{updated}.duckdb"), read_only=True) as con:
        con.execute(f"attach '{folder / refreshed}.duckdb' as {refreshed} (read_only)")
        for model in CompiledModels(models(kinds), con).in_order():
            new, old = f"from {updated}.{model}", f"from {refreshed}.{model}"
            differing = con.execute(f"({new} except all {old}) union all ({old} except all {new}) limit 5").fetchall()
            assert not differing, f"rows of {model} differ from those of a full refresh: {differing}"


def _seconds(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def _cost(seconds: float) -> Cost:
    return Cost(seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
