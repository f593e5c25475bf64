"""What forecasts cost a run, how often their intervals hold and how far they miss, beside seasonal naive ones.

The company has no faults, so that what comes is chance alone. CPU is user and system time of this process.

    python -m benchmarks.forecasts --scale 1
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING
from unittest.mock import patch

import duckdb

from benchmarks.back_test import Outcome, back_test, shares_held
from benchmarks.runs import ROOT, company_of_scale, run_kpi
from metrics.calendar import GRAINS, load_calendar
from metrics.steering.clock import local
from metrics.steering.forecasts import futures, write_forecasts
from metrics.steering.forecasts.models import Simulated
from metrics.steering.forecasts.naive import naive
from metrics.steering.forecasts.series import read_series

if TYPE_CHECKING:
    from numpy.random import Generator

    from metrics.steering.forecasts.errors import Numbers

CALENDAR = load_calendar(ROOT / "metrics" / "calendar.yml")
NOTHING = """
    delete from mart.kpi_forecasts;
    update mart.kpi_targets set attainability = null, attainability_verdict = null, attainability_method = null,
        attainability_hash = null;
"""


def main() -> None:
    """Generate a company in a temporary folder, run it, and print two tables."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--scale", type=float, default=1.0, help="1 is about a million web events")
    with tempfile.TemporaryDirectory() as folder:
        company = company_of_scale(Path(folder), arguments.parse_args().scale, "none")
        run_kpi(company)
        mart = company / "data" / "published" / "kpi_mart.duckdb"
        _print_costs(_costs(mart, Path(folder)))
        with duckdb.connect(str(mart), read_only=True) as con:
            today = local(_as_of(con, "kpi_runs"), CALENDAR.time_zone).date()
        ours = back_test(mart, CALENDAR, today)
        with _only_naive():
            _print_outcomes(ours, back_test(mart, CALENDAR, today))


def _costs(mart: Path, folder: Path) -> dict[str, float]:
    """CPU seconds of what a run does for forecasts, in this order: the first fit pays for statsmodels."""
    spent: dict[str, float] = {}
    shutil.copy(mart, folder / "mart.duckdb")
    shutil.copy(mart, folder / "previous.duckdb")
    with duckdb.connect() as con:
        con.execute(f"attach '{folder}/mart.duckdb' as mart; attach '{folder}/previous.duckdb' as previous (read_only)")
        as_of = _as_of(con, "mart.kpi_runs")
        spent["values read (floor)"] = _cpu(lambda: read_series(con))
        with _only_naive():
            spent["everything by seasonal naive"] = _written(con, as_of, False)
        spent["import of statsmodels"] = _cpu(_import)
        spent["everything, first run"] = _written(con, as_of, False)
        spent["nothing new"] = _written(con, as_of, True)
        spent["a day later"] = _written(con, as_of + timedelta(days=1), True)
    return spent


def _written(con: duckdb.DuckDBPyConnection, as_of: datetime, has_previous: bool) -> float:
    con.execute(NOTHING)
    return _cpu(lambda: write_forecasts(con, as_of, CALENDAR, has_previous))


def _import() -> None:
    import statsmodels.tsa.exponential_smoothing.ets  # noqa: F401


@contextmanager
def _only_naive() -> Iterator[None]:
    """Let every series be told by its last season or its last value."""

    def simulate(values: Numbers, season: int, steps: int, rng: Generator) -> Simulated | None:
        model = naive(values, season)
        return Simulated(model.simulate(steps, rng), model.method) if model else None

    with patch.object(futures, "simulate", simulate):
        yield


def _as_of(con: duckdb.DuckDBPyConnection, table: str) -> datetime:
    (as_of,) = con.execute(f"select max(as_of) from {table}").fetchone()  # type: ignore[misc]
    return as_of


def _cpu(step: Callable[[], object]) -> float:
    before = time.process_time()
    step()
    return time.process_time() - before


def _print_costs(spent: dict[str, float]) -> None:
    print("| step | CPU seconds |\n|---|---:|")
    for step, seconds in spent.items():
        print(f"| {step} | {seconds:.2f} |")


def _print_outcomes(ours: list[Outcome], peers: list[Outcome]) -> None:
    print(
        "\n| grain | outcomes | 80 % held | by naive | miss × naive | width × naive |\n|---|---:|---:|---:|---:|---:|"
    )
    held, held_by_peers = shares_held(ours), shares_held(peers)
    for name in (*GRAINS, "all"):
        mine, other = ([found for found in some if name in (found.grain, "all")] for some in (ours, peers))
        miss, width = _miss(mine) / _miss(other), _width(mine) / _width(other)
        share, number = held[name]
        print(f"| {name} | {number} | {share:.1%} | {held_by_peers[name][0]:.1%} | {miss:.2f} | {width:.2f} |")


def _miss(outcomes: list[Outcome]) -> float:
    return mean(abs(found.came - found.forecast) / found.scale for found in outcomes)


def _width(outcomes: list[Outcome]) -> float:
    return mean((found.upper - found.lower) / found.scale for found in outcomes)


if __name__ == "__main__":
    main()
