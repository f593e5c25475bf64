"""Reads one published mart: every query once, however many pages and languages ask it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

Row = dict[str, Any]
THIS_RUN = "(select max_by(run_id, started_at) from kpi_runs where status = 'published')"
SCORECARD = """
    select card.*, certified.period_end as last_certified_period_end, open.period_end as open_period_end,
        goal.is_complete as goal_is_over
    from kpi_scorecard as card
    left join kpi_values as certified
        on card.kpi = certified.kpi and card.grain = certified.grain and certified.slice = ''
        and card.last_certified_period_start = certified.period_start
    left join kpi_values as open
        on card.kpi = open.kpi and card.grain = open.grain and open.slice = ''
        and card.open_period_start = open.period_start
    left join kpi_values as goal
        on card.kpi = goal.kpi and card.goal_grain = goal.grain and goal.slice = ''
        and card.goal_start = goal.period_start
"""


@contextmanager
def open_mart(file: Path) -> Iterator[Mart]:
    """Open a mart file for reading."""
    import duckdb

    with duckdb.connect(str(file), read_only=True) as con:
        yield Mart(con)


class Mart:
    """A mart under its connection; answers are kept, so they must not be changed."""

    def __init__(self, con: DuckDBPyConnection) -> None:
        self._con = con
        self._answers: dict[str, list[Row]] = {}
        self._groups: dict[tuple[str, str], dict[Any, list[Row]]] = {}

    def rows(self, sql: str) -> list[Row]:
        """Return the rows of a query, column → value."""
        if sql not in self._answers:
            answer = self._con.execute(sql)
            columns = [column[0] for column in answer.description or ()]
            self._answers[sql] = [dict(zip(columns, row, strict=True)) for row in answer.fetchall()]
        return self._answers[sql]

    def by(self, column: str, sql: str) -> dict[Any, list[Row]]:
        """Return the rows of a query by the value of one of its columns, each group in the query's order."""
        if (column, sql) not in self._groups:
            self._groups[column, sql] = grouped(self.rows(sql), column)
        return self._groups[column, sql]

    @cached_property
    def catalogue(self) -> dict[str, Row]:
        """The KPIs and tracked metrics that live, by name in the order of their labels."""
        living = "select * from kpi_catalog where lifecycle <> 'retired' order by label_en, kpi"
        return {row["kpi"]: row for row in self.rows(living)}

    @cached_property
    def scorecard(self) -> dict[str, Row]:
        """The scorecard's row of each KPI that is on it.

        It has the last days of its certified and its open period too, and whether the period of its goal is over.
        """
        return {row["kpi"]: row for row in self.rows(SCORECARD) if row["kpi"] in self.catalogue}

    @cached_property
    def run(self) -> Row:
        """The run that published the mart; run_id, as_of (UTC) and started_at."""
        found = self.rows("select * from kpi_runs where status = 'published' order by started_at desc limit 1")
        return found[0] if found else {"run_id": "", "as_of": None, "started_at": None}

    @cached_property
    def certificates(self) -> dict[str, Row]:
        """What the run found of each KPI and tracked metric."""
        newest = self.rows("select * from kpi_certifications")
        return {row["kpi"]: row for row in newest if row["run_id"] == self.run["run_id"]}

    def is_proven(self, kpi: str) -> bool:
        """Whether nothing speaks against the values of a KPI: it is certified, or no run has judged it yet."""
        return bool(self.certificates.get(kpi, {"certified": True})["certified"])


def grouped(rows: Sequence[Row], column: str) -> dict[Any, list[Row]]:
    """Return rows by the value of a column."""
    groups: dict[Any, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return groups


def names(listed: str | None) -> list[str]:
    """The names of a list that the mart holds as text: ``channel, country``."""
    return [name for part in (listed or "").split(",") if (name := part.strip())]
