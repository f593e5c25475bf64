"""A sample company whose last month is still to come, so that each test can spoil one delivery of it."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from data.sample_company.company import generate
from data.sample_company.plan import Plan
from orchestration.company import REPOSITORY, Company, load_company
from orchestration.declarations.sources import Sources, load_sources
from orchestration.pulling.pull import PullResult, pull_table

SCALE = 0.3
FIRST_FILE = "2026-03"  # what is older says nothing about the newest deliveries
LAST_FILES = ("2026-09.", "2026-09-30.")
NOW = datetime(2026, 10, 1, 6, tzinfo=UTC)


@dataclass(frozen=True)
class Branch:
    """A copy of the company that a test may spoil; the files are shared until somebody writes them."""

    company: Company
    sources: Sources

    @property
    def extracts(self) -> Path:
        """Where the source systems deliver."""
        assert self.company.folder
        return self.company.folder / "extracts"

    def pull(self, table: str) -> PullResult:
        """Pull one raw table, ``system.table``."""
        return pull_table(self.company, *table.split("."), NOW, self.sources)


def build_trunk(folder: Path) -> Branch:
    """The company with everything pulled but the last deliveries, which lie aside in ``folder/last``."""
    plan = Plan(seed=11, scale=SCALE, active=frozenset())
    home = folder / "company"
    home.mkdir(parents=True)
    generate(plan, home / "extracts")
    _forget_old_files(home / "extracts")
    _put_aside(home / "extracts", folder / "last")
    shutil.copy(REPOSITORY / "data" / "sources.yml", home)
    shutil.copytree(REPOSITORY / "dbt_project" / "models" / "staging", home / "staging")
    shutil.copytree(REPOSITORY / "expectations" / "suites", home / "expectations")
    trunk = _branch(home)
    for table in trunk.sources.pulled():
        assert trunk.pull(f"{table.system}.{table.name}").rejected == ()
    return trunk


def branch_off(trunk: Branch, folder: Path, last: Path) -> Branch:
    """A copy of the trunk with the last deliveries in place, as they should be."""
    assert trunk.company.folder
    shutil.copytree(trunk.company.folder, folder, copy_function=os.link)
    shutil.copytree(last, folder / "extracts", copy_function=os.link, dirs_exist_ok=True)
    return _branch(folder)


def _branch(home: Path) -> Branch:
    return Branch(load_company(home), load_sources(home / "sources.yml"))


def _forget_old_files(extracts: Path) -> None:
    for file in extracts.rglob("20*"):
        if file.name < FIRST_FILE:
            file.unlink()


def _put_aside(extracts: Path, last: Path) -> None:
    for file in sorted(extracts.rglob("20*")):
        if file.name.startswith(LAST_FILES):
            place = last / file.relative_to(extracts)
            place.parent.mkdir(parents=True, exist_ok=True)
            file.rename(place)
