"""The generated company in a folder of its own, run by the real command, and what the published mart says of it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data.sample_company.company import generate
from data.sample_company.plan import Plan
from tests.oracle import comparison

FAILED = f'select "check", kpis from kpi_checks where not passed and run_id = ({comparison.NEWEST_RUN})'
VERDICTS = f"""
    select kpi, certified, reasons_en, reasons_es from kpi_certifications where run_id = ({comparison.NEWEST_RUN})
"""


@dataclass(frozen=True)
class SampleRun:
    """A company's folder; its run-time folders are in ``folder/data``."""

    folder: Path

    @classmethod
    def of(cls, folder: Path, faults: Iterable[str], seed: int = 7, scale: float = 1.0) -> SampleRun:
        """Generate the company with these faults; nothing is run."""
        company = cls(folder / "company")
        generate(Plan(seed=seed, scale=scale, active=frozenset(faults)), company.extracts)
        company.declare()
        return company

    def declare(self) -> None:
        """Lay the declarations of the sample company beside the extracts."""
        root = comparison.ROOT
        shutil.copyfile(root / "data" / "sources.yml", self.folder / "sources.yml")
        shutil.copytree(root / "dbt_project" / "models" / "staging", self.folder / "staging")
        shutil.copytree(root / "expectations" / "suites", self.folder / "expectations")

    @property
    def extracts(self) -> Path:
        """Where the source systems deliver."""
        return self.folder / "extracts"

    @property
    def data(self) -> Path:
        """The run-time folder."""
        return self.folder / "data"

    def run(self, *options: str) -> SampleRun:
        """Run from pull to the published mart, and see that its books are kept."""
        comparison.run_kpi(self.data, "run", "--company", self.folder, *options)
        assert_kept_books(self)
        return self

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Query the published mart."""
        return comparison.query(self.data, sql)

    def truth(self, fault: str) -> dict[str, Any]:
        """What the generator says it did."""
        return json.loads((self.extracts / "truth.json").read_text())["faults"][fault]

    def failed(self) -> dict[str, set[str]]:
        """The KPIs that each failed check of the newest run names, warnings too."""
        return {check: set(kpis) for check, kpis in self.ask(FAILED)}

    def reasons(self) -> dict[str, tuple[str, str]]:
        """Why KPIs and tracked metrics are not certified, in English and Spanish."""
        return {kpi: (english, spanish) for kpi, certified, english, spanish in self.ask(VERDICTS) if not certified}


def assert_kept_books(company: SampleRun) -> None:
    """Rows in = rows landed + quarantined in every run, and the tables and rules of the newest one sum to it."""
    runs = company.ask("select rows_in, rows_landed, rows_quarantined from kpi_runs order by started_at")
    assert all(came == landed + quarantined for came, landed, quarantined in runs), runs
    of = f"where run_id = ({comparison.NEWEST_RUN})"
    ((landed, quarantined),) = company.ask(f"select sum(rows_landed), sum(rows_quarantined) from kpi_sources {of}")
    ((by_rule,),) = company.ask(f"select coalesce(sum(rows), 0) from kpi_quarantine {of}")
    assert quarantined == by_rule
    if len(runs) == 1:
        assert (landed, quarantined) == runs[0][1:]
    print(f"books: runs {runs}; as it stands {landed} landed, {quarantined} quarantined")
