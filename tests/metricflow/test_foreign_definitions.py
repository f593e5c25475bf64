"""Every metric that ships with MetricFlow either equals it, or is refused by name, reason and feature."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from metrics.calendar import GRAINS
from tests.metricflow import straight_run
from tests.metricflow.foreign_definitions import CALENDAR, EXTENDED, LAST_DAY, SIMPLE, ForeignDefinitions
from tests.metricflow.listed_exceptions import ListedExceptions
from tests.metricflow.metricflow_oracle import Oracle
from tests.metricflow.straight_run import Asked, Refusal, StraightCompiler
from tests.metricflow.value_comparison import Comparison

pytestmark = pytest.mark.slow

# Dimensions are all sliced by; of entities, which may have many keys, these.
SLICED_ENTITIES = {"listing", "user", "session", "company"}
DIMENSIONS = {
    "is_instant", "country_latest", "is_lux_latest", "capacity_latest", "company_name", "verification_type",
    "home_state", "home_state_latest", "account_type", "referrer_id",
}  # fmt: skip


@dataclass(frozen=True)
class Parity:
    """What came of every metric of a manifest."""

    metrics: tuple[str, ...]
    compared: dict[str, Comparison]
    refusals: tuple[Refusal, ...]
    exceptions: ListedExceptions

    @property
    def outcomes(self) -> dict[str, str]:
        """Metric → equal, refused or wrong."""
        return {
            name: "refused" if name not in self.compared else "wrong" if self.compared[name].differences else "equal"
            for name in self.metrics
        }

    def report(self) -> Comparison:
        """Print the table, and return all comparisons in one."""
        total = Comparison()
        for comparison in self.compared.values():
            total.add(comparison)
        for name, outcome in self.outcomes.items():
            print(f"{outcome:8} {name}")
        count = Counter(self.outcomes.values())
        print(f"equal {count['equal']} · refused {count['refused']} · wrong {count['wrong']}: {total}")
        return total


@pytest.fixture(scope="module", params=[SIMPLE, EXTENDED], ids=lambda definitions: definitions.name)
def parity(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Parity:
    """The outcome of one of the manifests."""
    definitions: ForeignDefinitions = request.param
    with duckdb.connect(config={"threads": 1}) as con:
        definitions.create_tables(con)
        straight_run.create_calendar(con, CALENDAR, LAST_DAY)
        return compared(definitions, con, tmp_path_factory.mktemp(definitions.name))


def compared(definitions: ForeignDefinitions, con: duckdb.DuckDBPyConnection, folder: Path) -> Parity:
    """Ask both sides for everything that MetricFlow answers and the compiler accepts."""
    manifest = definitions.manifest()
    oracle = Oracle(manifest, con)
    metrics = tuple(metric["name"] for metric in manifest["metrics"])
    compiler = StraightCompiler(manifest, CALENDAR, folder)
    accepted = compiler.accepted(asked(oracle, metric) for metric in metrics)
    straight_run.build(con, CALENDAR, compiler.models(accepted))
    exceptions = ListedExceptions(manifest)
    comparisons = {item.metric: compare(con, oracle, exceptions, item) for item in accepted}
    return Parity(metrics, comparisons, tuple(compiler.refusals), exceptions)


def asked(oracle: Oracle, metric: str) -> Asked:
    """A metric at every grain that MetricFlow answers at (all, if none: it is to be refused), by all its slices."""
    slices = tuple(name for name in oracle.slices(metric) if name in DIMENSIONS | SLICED_ENTITIES)
    return Asked(metric, oracle.grains(metric) or GRAINS, slices)


def compare(con: duckdb.DuckDBPyConnection, oracle: Oracle, exceptions: ListedExceptions, item: Asked) -> Comparison:
    """One metric at its grains, in all and by its slices."""
    comparison = Comparison()
    group_bys = {"": "", **oracle.slices(item.metric)}
    for grain in item.grains:
        for name in ("", *item.slices):
            ours = straight_run.values(con, item.metric, grain, name)
            theirs = oracle.values(item.metric, grain, group_bys[name])
            excepted = exceptions.of_rows(item.metric, name, theirs, ours)
            comparison.compare(f"{item.metric} by {grain} {name}", theirs, ours, excepted)
    return comparison


def test_no_metric_is_wrong(parity: Parity) -> None:
    assert not parity.report().differences


def test_the_metrics_that_are_refused_are_those_listed_and_say_why(parity: Parity) -> None:
    refused = {refusal.metric: refusal.reason for refusal in parity.refusals if refusal.metric not in parity.compared}
    assert refused.keys() == parity.exceptions.refused.keys()
    for metric, feature in parity.exceptions.refused.items():
        assert metric in refused[metric]
        assert feature in refused[metric]


def test_the_slices_that_are_refused_are_those_listed_and_say_why(parity: Parity) -> None:
    listed = parity.exceptions.refused_slices
    for refusal in parity.refusals:
        if refusal.slice:
            assert listed.get(refusal.slice, "not listed") in refusal.reason, refusal


def test_the_grains_that_are_refused_are_those_of_offsets(parity: Parity) -> None:
    for refusal in parity.refusals:
        if refusal.grain:
            assert "an offset of" in refusal.reason, refusal
