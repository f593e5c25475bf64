"""What each piece costs: the share of a first run that goes into checks, certificates, steering and publication.

The run is profiled, which slows Python down more than SQL; dbt's own seconds are those that it tells of its nodes.

    python -m benchmarks.pieces --scale 1
"""

from __future__ import annotations

import argparse
import json
import pstats
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.runs import company_of_scale, run_kpi

# Piece → its functions, by the end of their file and their name; within a piece none calls another.
PIECES = {
    "rows and deliveries judged while pulled": (
        ("/row_rules.py", "by_rule"),
        ("/inspection.py", "add"),
        ("/inspection.py", "judge_in_order"),
        ("/inspection.py", "findings"),
    ),
    "raw tables judged as they stand": (("/source_checks.py", "source_checks"),),
    "search for personal data": (("/private.py", "collect"), ("/private.py", "refuse_leaks")),
    "certificates": (("/proof.py", "write_proof"),),
    "mart suites": (("/mart_suites.py", "check_mart"),),
    "targets and statuses": (("/targets/write.py", "write_targets"),),
    "signals and relationships": (
        ("/signals/write.py", "write_signals"),
        ("/relationships/write.py", "write_relationships"),
    ),
    "drivers": (("/drivers/write.py", "write_drivers"),),
    "forecasts": (("/forecasts/write.py", "write_forecasts"),),
    "objectives, plans and alerts": (
        ("/objectives/write.py", "write_objectives"),
        ("/actions/write.py", "write_actions"),
        ("/alerts/write.py", "write_alerts"),
    ),
    "publication, with the eight above": (("/publish.py", "publish"),),
}


def main() -> None:
    """Generate a company in a temporary folder, run it once under the profiler, and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--scale", type=float, default=1.0, help="1 is about a million web events")
    scale = arguments.parse_args().scale
    with tempfile.TemporaryDirectory() as folder:
        company = company_of_scale(Path(folder), scale)
        profile = Path(folder) / "profile"
        run_kpi(company, [sys.executable, "-m", "cProfile", "-o", str(profile)])
        stats = pstats.Stats(str(profile))
        seconds = {piece: _seconds(stats, functions) for piece, functions in PIECES.items()}
        seconds |= _dbt(company)
        whole: float = stats.total_tt  # type: ignore[attr-defined]
    print(f"scale {scale:g}, {whole:,.0f} s under the profiler\n")
    print("| piece | seconds | share |\n|---|---:|---:|")
    for piece, spent in seconds.items():
        print(f"| {piece} | {spent:.2f} | {spent / whole:.1%} |")


def _seconds(stats: pstats.Stats, functions: tuple[tuple[str, str], ...]) -> float:
    called: Mapping[tuple[str, int, str], tuple[int, int, float, float, object]] = stats.stats  # type: ignore[attr-defined]
    found = [
        told[3] for (file, _, name), told in called.items() if any(file.endswith(f) and name == n for f, n in functions)
    ]
    if len(found) < len(functions):
        raise LookupError(f"the run called only {len(found)} of {', '.join(name for _, name in functions)}")
    return sum(found)


def _dbt(company: Path) -> dict[str, float]:
    """Seconds of dbt's models and tests, which run two at a time."""
    (file,) = company.glob("data/**/target/run_results.json")
    spent = {"dbt's models": 0.0, "dbt's tests": 0.0}
    for result in json.loads(file.read_text())["results"]:
        is_test = result["unique_id"].startswith("test.")
        spent["dbt's tests" if is_test else "dbt's models"] += result["execution_time"]
    return spent


if __name__ == "__main__":
    main()
