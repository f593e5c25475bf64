"""Judges a new mart by its suites: a table that breaks a blocking rule is not shown to anybody."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from expectations.one_row import Verdict, judge
from expectations.suite import Rule, Suite, SuiteError
from metrics.steering.checks import Check, check_row
from metrics.steering.rows import insert
from orchestration.publishing.contract import MartTable, mart_tables
from orchestration.publishing.errors import PublishError
from orchestration.publishing.mart import name
from orchestration.publishing.mart_suite_files import profile_columns

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Judge = Callable[[Mapping[str, Any], Sequence[Rule]], list[Verdict]]


def check_mart(
    con: DuckDBPyConnection, run_id: str, as_of: datetime, suites: Mapping[str, Suite], judging: Judge = judge
) -> None:
    """Judge the attached ``mart``, and keep what was found in its kpi_checks.

    Args:
        con: has the new mart attached as ``mart``, filled.
        run_id: the run that publishes.
        as_of: its now, naive UTC.
        suites: the suite of every table, as ``load_mart_suites`` reads them.
        judging: gives the verdicts on the row of numbers that the suites ask for.

    Raises:
        PublishError: a blocking rule is broken; names table and rule, what was found and what is allowed.
    """
    checks = mart_checks(con, run_id, as_of, suites, judging)
    broken = [check for check in checks if not check.passed and check.severity == "error"]
    if broken:
        found = "\n".join(f"{check.object}: {check.name}: {check.observed}" for check in broken)
        raise PublishError(f"the new mart is not published:\n{found}", checks)
    keep_checks(con, run_id, checks)


def keep_checks(con: DuckDBPyConnection, run_id: str, checks: Sequence[Check]) -> None:
    """Add checks of tables of the attached ``mart`` to its kpi_checks: they can hurt every KPI."""
    kpis = [kpi for (kpi,) in con.execute("select kpi from mart.kpi_catalog order by kpi").fetchall()]
    insert(con, "mart.kpi_checks", [check_row(check, run_id, kpis) for check in checks])


def mart_checks(
    con: DuckDBPyConnection, run_id: str, as_of: datetime, suites: Mapping[str, Suite], judging: Judge = judge
) -> list[Check]:
    """Judge the attached ``mart``: a check per rule, an error if the rule blocks.

    Raises:
        PublishError: a rule cannot be judged.
    """
    asked, row = {}, {}
    for table in mart_tables():
        rules = suites[table.name].table
        asked |= {f"{table.name}.{rule.name}": (table, rule) for rule in rules}
        profile = _profile(con, table, suites[table.name], run_id, as_of)
        row |= {_place(table, column): value for column, value in profile.items()}
    try:
        verdicts = judging(row, [_placed(table, rule) for table, rule in asked.values()])
    except SuiteError as error:
        raise PublishError(f"expectations/mart: {error}") from None
    return [_check(table, rule, verdict) for (table, rule), verdict in zip(asked.values(), verdicts, strict=True)]


def _profile(
    con: DuckDBPyConnection, table: MartTable, suite: Suite, run_id: str, as_of: datetime
) -> dict[str, float | None]:
    """Return the numbers that the rules of a table ask for, by one scan of it.

    The aggregates of a suite may name ``$run_id`` and ``$as_of`` (naive UTC), and other tables as ``mart.<table>``.
    """
    import duckdb

    known = profile_columns(table) | suite.computed
    columns = sorted({rule.kwargs["column"] for rule in suite.table})
    if not columns:
        return {}
    listed = ", ".join(f"({known[column]})::double as {name(column)}" for column in columns)
    named = {key: value for key, value in (("run_id", run_id), ("as_of", as_of)) if f"${key}" in listed}
    try:
        values = con.execute(f"select {listed} from mart.{name(table.name)}", named).fetchone()
    except duckdb.Error as error:
        raise PublishError(f"expectations/mart/{table.name}.yml: {error}") from None
    return dict(zip(columns, values or (), strict=True))


def _placed(table: MartTable, rule: Rule) -> Rule:
    """Return a rule on the one row of all tables."""
    column = _place(table, rule.kwargs["column"])
    return replace(rule, name=f"{table.name}.{rule.name}", kwargs={**rule.kwargs, "column": column})


def _place(table: MartTable, column: str) -> str:
    return f"{table.name}.{column}"


def _check(table: MartTable, rule: Rule, verdict: Verdict) -> Check:
    return Check(
        object=table.name,
        name=rule.name,
        kind="gx",
        severity="error" if rule.severity == "block" else "warn",
        passed=verdict.passed,
        observed=verdict.observed.removeprefix(f"{table.name}."),
        hurts=(),
    )
