"""Writes the digests of the published mart, each once, however many channels get it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestration.company import Company
from orchestration.errors import UsageError
from orchestration.publishing.versions import MART
from orchestration.querying.published import published_version

if TYPE_CHECKING:
    from datetime import datetime

    from dashboards.mart import Mart
    from metrics.wording.numbers import Language


@dataclass(frozen=True)
class Letter:
    """A digest that is written: its subject line, and what it says as HTML and as plain text."""

    subject: str
    html: str
    text: str


class Writer:
    """Writes digests of one mart; ``site`` is the dashboard's address, if it has one."""

    def __init__(self, mart: Mart, zone: str, site: str | None) -> None:
        self._mart = mart
        self._zone = zone
        self._site = site
        self._letters: dict[tuple[str, str], Letter] = {}

    @property
    def as_of(self) -> datetime:
        """The mart's now, naive in UTC."""
        return self._mart.run["as_of"]

    @property
    def week(self) -> str:
        """The ISO week of the mart's now in the company's time zone: ``2026-W40``."""
        from metrics.steering.clock import local

        return f"{local(self.as_of, self._zone):%G-W%V}"

    @property
    def departments(self) -> list[str]:
        """Of what there is a digest: the company, and the departments with a KPI on the scorecard."""
        from dashboards.digest import scopes

        return list(scopes(self._mart))

    def write(self, department: str, language: Language) -> Letter:
        """Write a digest.

        Raises:
            UsageError: there is none of that department.
        """
        if department not in self.departments:
            allowed = ", ".join(self.departments) or "none: no KPI is on the scorecard"
            raise UsageError(f"{department}: no KPI of that department is on the scorecard; use one of {allowed}")
        if (department, language) not in self._letters:
            self._letters[department, language] = self._letter(department, language)
        return self._letters[department, language]

    def _letter(self, department: str, language: Language) -> Letter:
        from dashboards.digest import as_html, as_text, compose
        from dashboards.speaker import Speaker

        digest = compose(self._mart, Speaker(language, self._zone), department)
        return Letter(digest.subject, as_html(digest, self._site), as_text(digest, self._site))


@contextmanager
def open_writer(company: Company, site: str | None) -> Iterator[Writer]:
    """Open the published mart of a company to write its digests, with links to its ``site`` if it has one.

    Raises:
        UsageError: nothing is published yet, or by a version of kpi-mart that lacks what digests say.
    """
    from dashboards.mart import Mart
    from metrics.calendar import load_calendar

    version, zone = published_version(company), load_calendar(company.calendar).time_zone
    with version.open(MART) as con, version.told_if_older(con):
        yield Writer(Mart(con), zone, site)
