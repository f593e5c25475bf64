"""What metrics cost: compiled models beside MetricFlow's queries for the same values and one bare scan of the fact.

MetricFlow answers all metrics of a kind in one query per grain and slice, which is the fastest way it has; neither
compiling nor writing its queries is counted. Values that differ end the benchmark. Every figure is from this machine
and this invocation; compare ratios, not seconds.

    python -m benchmarks.metrics --orders 1000000
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

from benchmarks import steps
from benchmarks.definitions import GROUP_BYS, KINDS, Kind
from benchmarks.steps import Cost
from metrics.calendar import GRAINS

T = TypeVar("T")
FIRST_BUILD, REFRESHED = "first_build", "refreshed"


@dataclass(frozen=True)
class Row:
    """A step and what it cost; ``rival`` is what the same values cost another way."""

    step: str
    cost: Cost
    rival: Cost | None = None

    def text(self, floor: Cost) -> str:
        """Its line of the table."""
        share = f"{self.cost.seconds / self.rival.seconds:.3f}" if self.rival else ""
        figures = f"{self.cost.seconds:>8.2f} | {self.cost.seconds / floor.seconds:>7,.0f} | {share:>7}"
        return f"| {self.step:<50} | {figures} | {self.cost.peak_mb:>7,.0f} |"


def main() -> None:
    """Measure in a temporary folder and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--orders", type=int, default=1_000_000, help="rows of the fact, over three years")
    arguments.add_argument(
        "--without", action="append", default=[], choices=[kind.name for kind in KINDS], help="a kind to leave out"
    )
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(Path(folder), given.orders, [kind for kind in KINDS if kind.name not in given.without])


def measure(folder: Path, orders: int, kinds: Sequence[Kind]) -> None:
    """Print what each step costs, and how many values are equal.

    Raises:
        AssertionError: Values are not MetricFlow's, or an update's tables are not those of a full refresh.
    """
    _apart(steps.create, folder, orders)
    floor = _apart(steps.scan, folder)
    print(f"{orders:,} orders; (metrics) at {len(GRAINS)} grains, in all and by {len(GROUP_BYS) - 1} slices")
    print("The rival of compiled models is MetricFlow, that of an update a full refresh.\n")
    print(f"| {'step':<50} |  seconds | × floor | × rival | peak MB |")
    print(f"|{'-' * 52}|---------:|--------:|--------:|--------:|")
    print(Row("one bare scan of the fact (floor)", floor).text(floor))
    for row in _full(folder, kinds):
        print(row.text(floor), flush=True)
    compared = _apart(steps.values_compared, folder, FIRST_BUILD)
    for row in _day_after(folder, orders, kinds):
        print(row.text(floor), flush=True)
    _apart(steps.tables_compared, folder, FIRST_BUILD, REFRESHED, kinds)
    print(f"\n{compared:,} values are equal to MetricFlow's, and the update's tables to those of the full refresh.")


def _full(folder: Path, kinds: Sequence[Kind]) -> Iterator[Row]:
    """For each kind, and for all of them: MetricFlow's queries, and the compiled models built whole."""
    asked: list[Cost] = []
    for number, kind in enumerate(kinds):
        theirs = _apart(steps.ask_metricflow, folder, kind)
        asked.append(theirs)
        yield Row(f"MetricFlow: {kind.name} ({len(kind.metrics)})", theirs)
        yield Row(
            f"compiled: {kind.name} ({len(kind.metrics)})",
            _apart(steps.build, folder, f"kind_{number}", [kind]),
            theirs,
        )
    metrics = sum(len(kind.metrics) for kind in kinds)
    every = Cost(sum(cost.seconds for cost in asked), max(cost.peak_mb for cost in asked))
    yield Row(f"MetricFlow: all of them ({metrics})", every)
    yield Row(f"compiled: all of them ({metrics})", _apart(steps.build, folder, FIRST_BUILD, kinds), every)


def _day_after(folder: Path, orders: int, kinds: Sequence[Kind]) -> Iterator[Row]:
    """With orders of a new and of a late day: everything again, and only what they touch."""
    _apart(steps.add_news, folder, orders)
    refreshed = _apart(steps.build, folder, REFRESHED, kinds)
    yield Row("a new and a late day, full refresh", refreshed)
    yield Row("a new and a late day, incremental", _apart(steps.update, folder, FIRST_BUILD, kinds), refreshed)


def _apart(step: Callable[..., T], *arguments: object) -> T:
    """Run a step in a process of its own, so that the peak of its memory is its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(step, *arguments).result()


if __name__ == "__main__":
    main()
