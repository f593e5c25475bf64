"""Reads the expectation suites of a company; every error names file, line, rule and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping

from expectations.suite import EMPTY, Suite
from orchestration.company import Company
from orchestration.sources import Sources, Table


def load_suites(company: Company, sources: Sources) -> Mapping[tuple[str, str], Suite]:
    """The suite of every pulled table by (system, table); a table without a file has none here.

    Files lie in ``expectations/suites/<system>/<table>.yml``; a ``--company DIR`` has its own in
    ``DIR/expectations/<system>/<table>.yml`` and none of the project's. All errors at once in one ``UsageError``.
    """
    raise NotImplementedError


def suite_of(suites: Mapping[tuple[str, str], Suite], table: Table) -> Suite:
    """The suite of what a table landed as, or one without rules."""
    return suites.get((table.system, table.landed_as), EMPTY)
