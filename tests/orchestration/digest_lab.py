"""A company with two departments whose published mart is written by hand, and who gets its digests."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path

from metrics.alerting import load_alerting
from orchestration.company import Company
from orchestration.digests.send import Outcome, send_digests
from orchestration.publishing.versions import MART
from tests.dashboards import written_mart as mart

CALENDAR = "time_zone: Europe/Madrid\nfirst_day: 2025-01-01\ncurrency: EUR\n"
RULES = """
dashboard: https://kpi.example.com/site
channels:
  leadership: {url_env: URL_LEADERSHIP}
  ventas: {url_env: URL_VENTAS, language: es}
digests:
  - {department: company, channel: leadership}
  - {department: sales, channel: ventas, weekday: friday, hour: 16}
"""
SUNDAY = datetime(2026, 10, 4, 21, 59)  # the last minute of 2026-W40 in Madrid
MONDAY = datetime(2026, 10, 4, 22, 30)  # 2026-W41 there, while it is still Sunday in UTC


class DigestLab:
    """Publishes marts of one KPI of sales, which is on the company's scorecard too."""

    def __init__(self, folder: Path, rules: str = RULES) -> None:
        (folder / "sources.yml").write_text("systems: {}\n")
        (folder / "staging").mkdir()
        (folder / "calendar.yml").write_text(CALENDAR)
        (folder / "alerts.yml").write_text(rules)
        self.company = Company(folder, folder / "data")
        self.runs = 0

    def publish(self, as_of: datetime = SUNDAY, value: float = 1234) -> None:
        """Publish a mart."""
        self.runs += 1
        version = self.company.published / "versions" / f"run{self.runs}"
        version.mkdir(parents=True)
        mart.write_mart(
            version / MART,
            kpi_runs=[mart.run(as_of=as_of)],
            kpi_catalog=[mart.kpi("deals_won", company_level=True)],
            kpi_scorecard=[mart.card("deals_won", value, target=1000, company_level=True)],
        )
        (version / "files.json").write_text(json.dumps({"run_id": mart.RUN, "as_of": as_of.isoformat()}))
        (self.company.published / "current").unlink(missing_ok=True)
        (self.company.published / "current").symlink_to(f"versions/run{self.runs}")

    def send(self, again: bool = False, seconds: float = 20, **urls: str) -> dict[str, Outcome]:
        """Send every digest of alerts.yml, to the URLs of ``leadership`` and ``ventas``; returns to whom → outcome."""
        environment = {f"URL_{name.upper()}": url for name, url in urls.items()}
        digests = load_alerting(self.company.alerts).digests
        outcomes = send_digests(self.company, digests, environment, again=again, seconds=seconds)
        return {outcome.to: outcome for outcome in outcomes}
