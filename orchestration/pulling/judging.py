"""Finds by which suite a table is judged; read once for all tables, and again only when a file changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from expectations.suite import Suite
from orchestration.company import REPOSITORY, Company
from orchestration.declarations.sources import Sources, Table
from orchestration.declarations.suite_files import load_suites, suite_of

_read: dict[Path, tuple[object, Mapping[tuple[str, str], Suite]]] = {}


def judged(company: Company, sources: Sources, table: Table) -> tuple[Table, Suite]:
    """The table as it is judged today, which is part of its declaration, and its suite."""
    suite = suite_of(suites(company, sources), table)
    return replace(table, rules=suite.fingerprint), suite


def suites(company: Company, sources: Sources) -> Mapping[tuple[str, str], Suite]:
    """The suites of a company; all errors at once in one ``UsageError``."""
    home = company.folder / "expectations" if company.folder else REPOSITORY / "expectations" / "suites"
    state = (sources, [(path, path.stat().st_mtime_ns) for path in sorted(home.glob("*/*.yml"))])
    if not state[1]:
        return {}
    known = _read.get(home)
    if known is None or known[0] != state:
        known = _read[home] = (state, load_suites(company, sources))
    return known[1]
