"""Compiles contracts over any manifest, piece by piece where parts are refused, and runs the result in DuckDB."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from metrics.calendar import GRAINS, Calendar, Grain
from metrics.compiler import CompileError, compile_kpis
from metrics.contracts import Contract
from tests.metrics.dry_run import DryRun
from tests.metrics.lab import contracts_of, period_start

VALUES = "kpi_metric_values"
REVIEWS = {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}


@dataclass(frozen=True)
class Asked:
    """A metric at grains and by slices, as a contract asks for it."""

    metric: str
    grains: tuple[Grain, ...]
    slices: tuple[str, ...]

    def contract(self) -> dict[str, Any]:
        """What the contract says."""
        return {
            "metric": self.metric,
            "grains": list(self.grains),
            "slices": list(self.slices),
            "review": REVIEWS[self.grains[0]],
        }


@dataclass(frozen=True)
class Refusal:
    """What the compiler says to a metric, at one grain or by one slice if it is only that which it refuses."""

    metric: str
    reason: str
    grain: str = ""
    slice: str = ""


class StraightCompiler:
    """Compiles what it can of what is asked; ``refusals`` has the rest."""

    def __init__(self, manifest: Mapping[str, Any], calendar: Calendar, folder: Path):
        self._manifest = manifest
        self._calendar = calendar
        self._folder = folder
        self.refusals: list[Refusal] = []

    def accepted(self, asked: Iterable[Asked]) -> list[Asked]:
        """What is asked, without the grains, slices and metrics that are refused."""
        return [kept for item in asked for kept in self._accepted(item)]

    def models(self, asked: Iterable[Asked]) -> dict[str, str]:
        """Texts of the models of contracts that are all accepted."""
        nothing = (
            self._folder / "no_yaml"
        )  # MetricFlow's own YAML holds several documents a file: no lines for messages
        return compile_kpis(self._manifest, self._contracts(asked), self._calendar, semantic_folder=nothing)

    def _accepted(self, asked: Asked) -> Iterator[Asked]:
        if not self._reason(asked):
            yield asked
            return
        grains = tuple(grain for grain in asked.grains if self._grain(asked, grain))
        if not grains:
            self.refusals = [r for r in self.refusals if r.metric != asked.metric]
            self.refusals.append(Refusal(asked.metric, self._reason(Asked(asked.metric, asked.grains, ()))))
            return
        slices = asked.slices
        if self._reason(Asked(asked.metric, grains, slices)):
            slices = tuple(name for name in slices if self._slice(asked, grains, name))
        yield Asked(asked.metric, grains, slices)

    def _grain(self, asked: Asked, grain: Grain) -> bool:
        reason = self._reason(Asked(asked.metric, (grain,), ()))
        if reason:
            self.refusals.append(Refusal(asked.metric, reason, grain=grain))
        return not reason

    def _slice(self, asked: Asked, grains: tuple[Grain, ...], name: str) -> bool:
        reason = self._reason(Asked(asked.metric, grains, (name,)))
        if reason:
            self.refusals.append(Refusal(asked.metric, reason, slice=name))
        return not reason

    def _reason(self, asked: Asked) -> str:
        """Why the compiler refuses; empty if it does not."""
        try:
            self.models([asked])
        except CompileError as error:
            return str(error)
        return ""

    def _contracts(self, asked: Iterable[Asked]) -> tuple[Contract, ...]:
        return contracts_of(self._folder, [item.contract() for item in asked])


def create_calendar(con: duckdb.DuckDBPyConnection, calendar: Calendar, last_day: date) -> None:
    """The calendar that generated models read: the days that are measured, and no others."""
    days = [calendar.first_day + timedelta(days=n) for n in range((last_day - calendar.first_day).days + 1)]
    rows = [(day, grain, period_start(day, grain, calendar)) for day in days for grain in GRAINS]
    con.execute("create table calendar_periods (day date, grain varchar, period_start date)")
    con.executemany("insert into calendar_periods values (?, ?, ?)", rows)
    con.execute("create table time_spine as select distinct day from calendar_periods")


def build(con: duckdb.DuckDBPyConnection, calendar: Calendar, models: Mapping[str, str], model: str = VALUES) -> None:
    """Compute one model whole, after every generated model that it reads."""
    text = models[f"{model}.sql"]
    for read in dict.fromkeys(re.findall(r"ref\('(\w+)'\)", text)):
        if f"{read}.sql" in models and not _exists(con, read):
            build(con, calendar, models, read)
    run = DryRun(calendar.time_zone, changed="select null::varchar as key where '{}' is null".format)
    con.execute(f"create table {model} as {run.render(model, text).sql}")


def _exists(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    return con.execute("select count(*) from duckdb_tables() where table_name = ?", [name]).fetchone() != (0,)


def values(
    con: duckdb.DuckDBPyConnection, kpi: str, grain: str, slice_name: str
) -> dict[tuple[date, str], float | None]:
    """(period start, slice value) → value."""
    rows = con.execute(
        f"select period_start, slice_value, cast(value as double) from {VALUES} "
        "where kpi = ? and grain = ? and slice = ?",
        [kpi, grain, slice_name],
    ).fetchall()
    found = {(start, slice_value): value for start, slice_value, value in rows}
    assert len(found) == len(rows), f"a key of {kpi} by {grain} and {slice_name or 'in all'} came twice"
    return found
