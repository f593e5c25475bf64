"""The two companies whose sites are looked at, each run by the real command; what it writes is in ``company/data``."""

from __future__ import annotations

import shutil
from pathlib import Path

from data.sample_company.faults import NAMES
from tests.acceptance.sample_runs import SampleRun
from tests.oracle import comparison

REAL = comparison.ROOT / "tests" / "real_company"
DATASETS = comparison.ROOT.parent / "shared" / "datasets"
SCALE = 0.05  # enough orders for every KPI to have values, plans and drivers


def run_sample(folder: Path) -> None:
    """Run the sample company, small and with all its faults, plans and objectives."""
    company = SampleRun.of(folder, NAMES, scale=SCALE)
    for name in ("actions", "objectives"):
        shutil.copytree(comparison.ROOT / "metrics" / name, company.folder / name)
    company.run()


def run_real(folder: Path) -> None:
    """Run the public extracts' company, laid out as in the checkout."""
    company = folder / "main" / "tests" / "real_company"
    shutil.copytree(REAL, company, ignore=shutil.ignore_patterns("data"))
    shutil.copytree(DATASETS, folder / "shared" / "datasets", copy_function=shutil.copyfile)
    comparison.run_kpi(folder / "company" / "data", "run", "--company", company)
