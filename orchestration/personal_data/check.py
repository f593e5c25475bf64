"""Looks for personal data in facts, dimensions and the mart before readers see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from metrics.steering.checks import Check
from metrics.wording.text import Words
from orchestration.declarations.sources import Sources
from orchestration.personal_data.search import CONTACTS, Finding, Place, search
from orchestration.personal_data.values import count_values

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NAME = "no_personal_data"
# Written by those who define KPIs: no value of a row gets there, and a person may be called like an objective.
DEFINITIONS = ("kpi_catalog", "kpi_definitions", "kpi_lineage", "kpi_targets", "objectives", "key_results", "calendar")
REASON = Words("personal data would be shown", "se mostrarían datos personales")


def personal_data_checks(
    con: DuckDBPyConnection, sources: Sources, databases: Sequence[str] = ("warehouse", "mart")
) -> list[Check]:
    """Look through what is about to be published, a check per table; all of them must pass.

    Looked for is every value that landed in a text column marked ``pii`` (in longer texts also one that was kept out),
    its hash, and any e-mail address that no owner or contact column declares. Staging may hold hashes.

    Args:
        con: with the databases attached: ``warehouse`` (schemas staging and marts) and the new ``mart``, and the values
            to look for, as ``collect_values`` leaves them.
        sources: the declarations, which say what is personal.
        databases: which of the two to look through.
    """
    values = count_values(con)
    contacts: set[str] = contacts_of(con) if "mart" in databases else set()
    places = [place for place in _places(con, sources, values > 0) if place.database in databases]
    return [_check(place, search(con, place, contacts), values) for place in places]


def leak_message(checks: Iterable[Check]) -> str | None:
    """Say why nothing may be published, naming tables and columns but no value; None if there is no reason."""
    lines = [f"{check.object}: {check.observed}" for check in checks if check.name == NAME and not check.passed]
    if not lines:
        return None
    hint = "hash it in staging with pii(), or leave it out (docs/personal-data.md)"
    return "\n".join([f"personal data would be published; {hint}:", *lines])


def _check(place: Place, findings: Sequence[Finding], values: int) -> Check:
    told = "; ".join(f"{found.column} holds {found.what} ({found.cells:,} found)" for found in findings)
    return Check(
        object=place.table,
        name=NAME,
        kind="kpi",
        severity="error",
        passed=not findings,
        observed=told or f"none of {values:,} personal values found",
        hurts=None if place.database == "warehouse" else (),
        reason=REASON,
    )


def _places(con: DuckDBPyConnection, sources: Sources, names: bool) -> list[Place]:
    """The staged tables of personal data, every fact and dimension, every table of the mart; ``names``: any to find."""
    query = "select database_name, schema_name, table_name from duckdb_tables() where database_name in (?, ?)"
    tables = sorted(con.execute(query, ["warehouse", "mart"]).fetchall())
    staged = {f"stg_{t.system}__{t.name}" for t in sources.tables() if any(column.pii for column in t.columns)}
    found: list[Place] = []
    for database, schema, table in tables:
        if database == "mart":
            written = table in DEFINITIONS
            found.append(Place(database, schema, table, names and not written, not written))
        elif schema == "marts" or table in staged:
            found.append(Place(database, schema, table, names, schema == "marts"))
    return found


def contacts_of(con: DuckDBPyConnection) -> set[str]:
    """The addresses that the mart's owner and contact columns declare, which its texts may repeat."""
    query = (
        "select schema_name, table_name, column_name from duckdb_columns() "
        "where database_name = 'mart' and data_type = 'VARCHAR' and column_name in (select unnest(?::varchar[]))"
    )
    columns = con.execute(query, [list(CONTACTS)]).fetchall()
    asked = (f'select distinct lower("{column}") from mart.{schema}."{table}"' for schema, table, column in columns)
    return {row[0] for ask in asked for row in con.execute(ask).fetchall() if row[0]}
