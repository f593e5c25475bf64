"""Lists what is quarantined still, by table and rule, and the deliveries that are refused whole."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from orchestration.company import Company
from orchestration.connectors import NothingThereError
from orchestration.declarations.sources import Sources, Table
from orchestration.raw_checks import source_words
from orchestration.raw_checks.table_state import TableState, refused_still, table_state


@dataclass(frozen=True)
class RowsApart:
    """The quarantined rows of a table under one rule.

    ``newest`` is when the last of them was pulled (UTC); ``example`` names file, row and reason of one, without
    personal data. ``reason_en`` and ``reason_es`` say what the rule is about, where its suite does.
    """

    table: str
    rule: str
    rows: int
    newest: str
    example: str
    reason_en: str
    reason_es: str


@dataclass(frozen=True)
class Refused:
    """A delivery that was refused whole and lies unchanged at its source; ``rows`` is 0 where it cannot be read."""

    table: str
    rule: str
    path: str
    rows: int
    refused_at: str
    observed: str
    reason_en: str
    reason_es: str


@dataclass(frozen=True)
class Listing:
    """Everything that is quarantined still."""

    rows: list[RowsApart]
    refused: list[Refused]


def listing(company: Company, sources: Sources, tables: Iterable[Table]) -> Listing:
    """Read what is quarantined of these tables; nothing is pulled."""
    rows: list[RowsApart] = []
    refused: list[Refused] = []
    for table in tables:
        state, name = table_state(company, sources, table), f"{table.system}.{table.name}"
        rows += _rows(state, name)
        refused += _refused(sources, state, name)
    return Listing(rows, refused)


def _rows(state: TableState, name: str) -> list[RowsApart]:
    found: list[RowsApart] = []
    for apart in state.apart:
        words = source_words.set_apart(state.suite, apart.rule)
        found.append(RowsApart(name, apart.rule, apart.rows, apart.newest, apart.example, words.en, words.es))
    return found


def _refused(sources: Sources, state: TableState, name: str) -> list[Refused]:
    try:
        there = refused_still(sources, state)
    except (NothingThereError, OSError):
        return []
    found: list[Refused] = []
    for path, footer in sorted((path, batch.footer) for path, batch in there.items()):
        rule, words = footer.rule or "", source_words.refusal(state.suite, footer.rule or "")
        observed = footer.reason or ""
        found.append(Refused(name, rule, path, footer.rows_in, footer.pulled_at, observed, words.en, words.es))
    return found
