"""What a run costs: the first, one without news, and one with a single new order, beside the floor of one bare scan.

Every figure is from this machine and this invocation; compare ratios, not seconds. CPU is user and system time of all
processes: it says more than seconds where other work shares the machine.

    python -m benchmarks.runs --scale 1
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
ORDER = (
    "O999999999,C00000001,,,2026-09-15 12:00:00,,store,direct,ES,completed,"
    "10.00,0.00,10.00,6.00,EUR,1.000000,2026-09-30 12:00:00,0\n"
)


def main() -> None:
    """Generate a company in a temporary folder, measure, and print a table."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--scale", type=float, default=1.0, help="1 is about a million web events")
    scale = arguments.parse_args().scale
    with tempfile.TemporaryDirectory() as folder:
        company = company_of_scale(Path(folder), scale)
        floor = _timed(lambda: _scan(company / "extracts"))
        first = _timed(lambda: run_kpi(company))
        again = _timed(lambda: run_kpi(company))
        _append_order(company / "extracts" / "shop" / "orders" / "2026-09.csv")
        appended = _timed(lambda: run_kpi(company))
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"scale {scale:g}, peak memory of one process {peak:,.0f} MB\n")
    print("| step | seconds | CPU | CPU × first run |\n|---|---:|---:|---:|")
    rows = {"bare scan of the extracts (floor)": floor, "first run": first, "nothing new": again, "one order": appended}
    for step, (seconds, cpu) in rows.items():
        print(f"| {step} | {seconds:.1f} | {cpu:.1f} | {cpu / first[1]:.2f} |")


def company_of_scale(folder: Path, scale: float, faults: str = "all") -> Path:
    """Generate the sample company, with ``all`` its faults or ``none``, as a company judged by the project's suites."""
    shutil.copy(ROOT / "data" / "sources.yml", folder)
    shutil.copytree(ROOT / "dbt_project" / "models" / "staging", folder / "staging")
    shutil.copytree(ROOT / "expectations" / "suites", folder / "expectations")
    command = [sys.executable, "-m", "data.sample_company", "--scale", str(scale), "--out", str(folder / "extracts")]
    command += ["--faults", faults]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return folder


def run_kpi(company: Path, python: Sequence[str] = (sys.executable,)) -> None:
    """Run `kpi run`; ``python`` is how Python is started."""
    command = [*python, "-m", "orchestration.cli", "run", "--company", str(company)]
    environment = {**os.environ, "KPI_DATA_DIR": str(company / "data")}
    subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.DEVNULL)


def _scan(extracts: Path) -> None:
    """Read every fact's extract once, in a process of its own: what no pipeline can beat."""
    query = f"""
        select count(*), sum(net::double) from read_csv('{extracts}/shop/orders/*.csv', all_varchar = true);
        select count(distinct session_id) from read_parquet('{extracts}/web/*.parquet', union_by_name = true);
        select count(*) from read_json('{extracts}/helpdesk/*/*.jsonl*', union_by_name = true);
    """
    subprocess.run([sys.executable, "-c", f"import duckdb; duckdb.connect().execute({query!r}).fetchall()"], check=True)


def _append_order(file: Path) -> None:
    with file.open("a", encoding="utf-8") as orders:
        orders.write(ORDER)


def _timed(step: Callable[[], None]) -> tuple[float, float]:
    """Seconds and CPU seconds."""
    start, before = time.perf_counter(), _cpu()
    step()
    return time.perf_counter() - start, _cpu() - before


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
