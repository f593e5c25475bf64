"""What the random histories are made of: how many there are, and that each holds every type of metric."""

import ast
from pathlib import Path

import pytest
from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType
from dbt_semantic_interfaces.type_enums.metric_type import MetricType

from metrics.compiler.formulas import Conversion, Cumulative, Leaf, Quantile, Snapshot
from metrics.compiler.manifest import ManifestIndex, read_manifest
from metrics.compiler.resolve import Resolver
from tests.histories.definitions import SETS
from tests.histories.histories import HISTORIES_EACH
from tests.metrics.lab import manifest_of

pytestmark = pytest.mark.fast


def test_there_are_at_least_300_histories():
    shards = [path for path in Path(__file__).parent.glob("test_*.py") if "run_histories" in _imports(path)]
    assert len(shards) * len(SETS) * HISTORIES_EACH >= 300


def _imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names}


def traits(leaf: Leaf) -> set[str]:
    """What a leaf needs of the compiler beyond a sum over days."""
    found = {"filled"} if leaf.fill is not None else set()
    found |= {"on the spine"} if leaf.spine else set()
    found |= {"approximate"} if leaf.approximate else set()
    found |= {"filtered"} if leaf.condition else set()
    found |= {"filtered by a joined entity"} if leaf.condition and leaf.condition.joins else set()
    found |= {"offset by periods" if leaf.offset.count else "offset to a period's start"} if leaf.offset else set()
    return found | _reading(leaf)


def _reading(leaf: Leaf) -> set[str]:
    distinct = " of distinct keys" if leaf.agg is AggregationType.COUNT_DISTINCT else ""
    match leaf.reading:
        case Conversion(window=window, properties=properties):
            kind = "conversion ever" if window.is_all_time else f"conversion within {window.unit}s"
            return {kind, *(["constant properties"] if properties else [])}
        case Cumulative(window=window, period_agg=picked):
            kind = "all time" if window.is_all_time else "to date" if window.is_to_date else f"{window.unit}s"
            return {f"{kind}{distinct}", f"{picked} of a period"}
        case Snapshot(choice=choice, groups=groups):
            return {f"{choice} day{' of groups' if groups else ''}"}
        case Quantile(discrete=discrete):
            return {"discrete quantile" if discrete else "continuous quantile"}
    return set()


@pytest.mark.parametrize("name", SETS)
def test_every_type_of_metric_and_of_aggregation_is_in_every_set(name, tmp_path):
    (tmp_path / "definitions.yml").write_text(SETS[name].text)
    index = ManifestIndex(read_manifest(manifest_of(tmp_path / "definitions.yml")))
    leaves = [leaf for metric in SETS[name].metrics for leaf in Resolver(index).formula(metric).leaves]
    assert {index.metrics[metric].type for metric in SETS[name].metrics} == set(MetricType)
    assert {leaf.agg for leaf in leaves} == set(AggregationType)
    assert set().union(*map(traits, leaves)) >= {
        "filled", "on the spine", "approximate", "filtered", "filtered by a joined entity",
        "offset by periods", "offset to a period's start", "continuous quantile", "discrete quantile",
        "days", "months", "to date", "all time", "days of distinct keys", "to date of distinct keys",
        "first of a period", "last of a period", "average of a period",
        "conversion ever", "conversion within days", "conversion within months", "constant properties",
        "first day",
    }  # fmt: skip
