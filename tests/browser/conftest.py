"""A Chromium for each module of this folder, and the sites that they visit, each built once however many processes."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import companies
import odd_marts
import pytest
from playwright.sync_api import Browser, sync_playwright
from site_under_test import Site

from dashboards.build import build
from tests import tools


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of this machine; tests that find none fail, and say how to get one.

    Closed after each module: Playwright keeps an event loop running, and other tests of the process want one of theirs.
    """
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=tools.chromium(), args=tools.FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site of the sample company with all its faults, as its run published it."""
    return _published(_once(tmp_path_factory, "sample", companies.run_sample))


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Site:
    """The site of the public extracts' company, most of whose KPIs have no data, as its run published it."""
    if not companies.DATASETS.exists():
        pytest.skip("the public extracts are not beside this checkout (../shared/datasets)")
    return _published(_once(tmp_path_factory, "real", companies.run_real))


@pytest.fixture(scope="session")
def odd(tmp_path_factory: pytest.TempPathFactory, sample: Site) -> Site:
    """The site of a mart whose KPIs are all odd in some way."""
    return _built(tmp_path_factory, "odd", sample, odd_marts.make_odd)


@pytest.fixture(scope="session")
def aimless(tmp_path_factory: pytest.TempPathFactory, sample: Site) -> Site:
    """The site of a mart without objectives and targets."""
    return _built(tmp_path_factory, "aimless", sample, odd_marts.make_aimless)


@pytest.fixture(scope="session")
def empty(tmp_path_factory: pytest.TempPathFactory, sample: Site) -> Site:
    """The site of a mart in which no KPI ever had a value."""
    return _built(tmp_path_factory, "empty", sample, odd_marts.make_empty)


@pytest.fixture(scope="session", params=["sample", "real"])
def site(request: pytest.FixtureRequest) -> Site:
    """The site of either company."""
    return request.getfixturevalue(request.param)


def _published(folder: Path) -> Site:
    data = folder / "company" / "data"
    return Site(data / "published" / "dashboard", data / "published" / "kpi_mart.duckdb")


def _built(factory: pytest.TempPathFactory, name: str, of: Site, change: Callable[[Path], None]) -> Site:
    def make(folder: Path) -> None:
        mart = folder / "kpi_mart.duckdb"
        shutil.copyfile(of.mart, mart)
        change(mart)
        build(mart, folder / "dashboard", "Europe/Madrid")

    folder = _once(factory, name, make)
    return Site(folder / "dashboard", folder / "kpi_mart.duckdb")


def _once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Let the first test process fill a folder that all of them read."""
    root = factory.getbasetemp()
    root = root.parent if "PYTEST_XDIST_WORKER" in os.environ else root
    folder, done = root / f"site-{name}", root / f"site-{name}.done"
    with (root / f"site-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder
