"""The benchmark of metrics computes what it claims to: MetricFlow's values, and a full refresh's after an update."""

import duckdb
import pytest

from benchmarks import steps
from benchmarks.definitions import GROUP_BYS, KINDS
from metrics.calendar import GRAINS

pytestmark = pytest.mark.slow

ORDERS = 400


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Both ways have computed every kind of metric."""
    folder = tmp_path_factory.mktemp("benchmark")
    steps.create(folder, ORDERS)
    for kind in KINDS:
        steps.ask_metricflow(folder, kind)
    steps.build(folder, "kept", KINDS)
    return folder


def test_every_metric_is_compared_at_every_grain_and_slice(folder):
    with duckdb.connect(str(folder / "kept.duckdb"), read_only=True) as con:
        asked = con.execute("select count(distinct (kpi, grain, slice)) from kpi_metric_values").fetchone()
        values = con.execute("select count(value) from kpi_metric_values").fetchone()
    assert asked == (sum(len(kind.metrics) for kind in KINDS) * len(GRAINS) * len(GROUP_BYS),)
    assert (steps.values_compared(folder, "kept"),) == values


def test_an_update_gives_what_a_full_refresh_gives(folder):
    steps.add_news(folder, ORDERS)
    steps.build(folder, "refreshed", KINDS)
    with pytest.raises(AssertionError, match="differ from those of a full refresh"):
        steps.tables_compared(folder, "kept", "refreshed", KINDS)
    steps.update(folder, "kept", KINDS)
    steps.tables_compared(folder, "kept", "refreshed", KINDS)


@pytest.mark.parametrize("change", ["set value = value + 0.01", "set value = null", "set slice_value = 'other'"])
def test_a_value_that_is_not_metricflows_ends_the_benchmark(folder, tmp_path, change):
    for name in ("kept", steps.METRICFLOW):
        (tmp_path / f"{name}.duckdb").write_bytes((folder / f"{name}.duckdb").read_bytes())
    with duckdb.connect(str(tmp_path / "kept.duckdb")) as con:
        con.execute(f"update kpi_metric_values {change} where kpi = 'revenue' and grain = 'year' and slice = 'channel'")
    with pytest.raises(AssertionError, match="values that are not MetricFlow's"):
        steps.values_compared(tmp_path, "kept")
