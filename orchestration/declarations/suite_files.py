"""Reads the expectation suites of a company; every error names file, line, rule and what is allowed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from expectations.suite import EMPTY, Suite
from orchestration.company import REPOSITORY, Company
from orchestration.declarations.sources import Sources, Table
from orchestration.declarations.suite_check import Errors, check_suite
from orchestration.declarations.yaml_check import listed
from orchestration.errors import UsageError, shown


def load_suites(company: Company, sources: Sources) -> Mapping[tuple[str, str], Suite]:
    """The suites by (system, table); a table without a file has none here.

    Files lie in ``expectations/suites/<system>/<table>.yml``; a ``--company DIR`` has its own in
    ``DIR/expectations/<system>/<table>.yml`` and none of the project's. All errors at once in one ``UsageError``.
    """
    home = company.folder / "expectations" if company.folder else REPOSITORY / "expectations" / "suites"
    suites: dict[tuple[str, str], Suite] = {}
    wrong: list[str] = []
    for path in sorted(home.rglob("*.yml")):
        table, errors = _table(path.relative_to(home).with_suffix(""), sources)
        if table:
            suites[table.system, table.name], errors = check_suite(path, table.columns)
        wrong += [text if line else f"{shown(path)}:1: {text}" for line, text in sorted(errors)]
    if wrong:
        raise UsageError("\n".join(wrong))
    return suites


def suite_of(suites: Mapping[tuple[str, str], Suite], table: Table) -> Suite:
    """The suite of what a table landed as, or one without rules."""
    return suites.get((table.system, table.landed_as), EMPTY)


def _table(place: Path, sources: Sources) -> tuple[Table | None, Errors]:
    """The table that a file's place names."""
    known = {(t.system, t.name): t for t in sources.tables()}
    table = known.get((place.parent.as_posix(), place.name))
    if table is None:
        pulled = listed(f"{t.system}/{t.name}.yml" for t in sources.pulled())
        return None, [(0, f"{place}: is no table of {shown(sources.path)}; a suite is {pulled}")]
    if table.staged_from:
        return None, [(0, f"{place}: is staged from {table.staged_from}, whose suite judges its rows; write it there")]
    return table, []
