"""Judges the extracts of a sample company by the shipped suites, file by file, without a pull."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

from expectations.one_row import judge
from expectations.profile import PAST, DeliveryProfile, Profiler, compared
from expectations.rows import broken_rows
from expectations.split import split
from expectations.suite import Suite
from orchestration.company import REPOSITORY, Company
from orchestration.connectors.formats import READERS
from orchestration.declarations.sources import Sources, Table, load_sources
from orchestration.declarations.suite_files import load_suites

NOW = datetime(2026, 10, 1, 12)


@dataclass
class Found:
    """What the suite of one table finds in its files: rows set apart by rule, and failed delivery rules."""

    rows: int = 0
    broken: Counter[str] = field(default_factory=Counter[str])
    examples: dict[str, str] = field(default_factory=dict[str, str])
    failed: list[tuple[str, str, str]] = field(default_factory=list)


@cache
def shipped() -> tuple[Sources, dict[tuple[str, str], Suite]]:
    """The project's sources and suites."""
    sources = load_sources(REPOSITORY / "data" / "sources.yml")
    return sources, dict(load_suites(Company(None, REPOSITORY / "data"), sources))


def judged(extracts: Path, table: Table, suite: Suite, zone: str) -> Found:
    """Judge all files of a table in the order of their names."""
    found, past = Found(), list[DeliveryProfile]()
    for file in sorted(extracts.parent.glob(table.path.replace("extracts", extracts.name, 1))):
        profile = _delivery(file, table, suite, zone, found)
        for verdict in judge(compared(profile, past), suite.delivery):
            if not verdict.passed:
                found.failed.append((file.name, verdict.rule.name, verdict.observed))
        past = [profile, *past][:PAST]
    return found


def _delivery(file: Path, table: Table, suite: Suite, zone: str, found: Found) -> DeliveryProfile:
    identity = (*table.key, *([table.cursor] if table.cursor else []))
    with Profiler(table.columns, suite.time, identity, NOW) as profiler:
        for chunk in READERS[table.format](file, 0):
            found.rows += chunk.num_rows
            divided = split(chunk, table.columns, table.required, zone)
            found.broken.update(divided.rejected.column("_rule").to_pylist())
            for broken in broken_rows(divided.kept, suite, table.columns, NOW):
                found.broken[broken.rule] += len(broken.positions)
                found.examples.setdefault(broken.rule, broken.messages[0])
            profiler.add(divided.kept)
        return profiler.profile()
