"""A mart in memory, made by hand, in which objectives are judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import yaml

from metrics.calendar import Calendar
from metrics.contracts.objectives import CheckIn, Objective, Okrs
from metrics.periods import named_period
from metrics.steering.objectives import write_objectives
from metrics.steering.rows import insert, rows
from tests.metrics.empty_mart import attach_empty_mart

MADRID = Calendar("Europe/Madrid", "monday", 1, date(2024, 1, 1), "EUR")
END_OF_Q3 = datetime(2026, 9, 30, 22)  # local midnight of October 1st, in UTC
MID_Q3 = datetime(2026, 8, 16, 10)  # 46 of 92 days before August 16th are over
TABLES = ("kpi_catalog", "kpi_values", "objectives", "key_results", "key_result_checkins")
OBJECTIVE = """
id: sell
label: {en: Sell, es: Vender}
description: {en: Sell more., es: Vender más.}
owner: {team: Sales, email: sales@shop.test}
"""
KEY_RESULT = {"id": "step", "label": {"en": "Step", "es": "Paso"}, "period": "each quarter"}


class OkrLab:
    """One company whose values are given by the name of their period; ``judge`` writes its tables."""

    def __init__(self, calendar: Calendar = MADRID) -> None:
        self.calendar = calendar
        self.con = duckdb.connect()
        attach_empty_mart(self.con, TABLES)

    def metric(self, name: str, unit: str = "count", matures: int = 0, additive: bool = False) -> OkrLab:
        row = {"kpi": name, "label_en": name.title(), "label_es": name.upper(), "unit": unit}
        insert(self.con, "mart.kpi_catalog", [{**row, "matures_after_days": matures, "is_additive": additive}])
        return self

    def values(self, kpi: str, values: Mapping[str, Any], slice: str = "") -> OkrLab:
        """Period → its value, or (numerator, denominator); of a slice, period → slice value → value."""
        rows = [
            row
            for name, value in values.items()
            for slice_value, number in (value.items() if slice else [("", value)])
            for row in [self._row(kpi, name, number) | {"slice": slice, "slice_value": slice_value}]
        ]
        insert(self.con, "mart.kpi_values", rows)
        return self

    def weeks(self, kpi: str, first: str, values: Sequence[Any]) -> OkrLab:
        """Values of weeks in a row, the first by its first day; None leaves the week out."""
        start = date.fromisoformat(first)
        days = [start + timedelta(weeks=number) for number in range(len(values))]
        rows = [
            self._row(kpi, None, value) | {"grain": "week", "period_start": day}
            for day, value in zip(days, values, strict=True)
            if value is not None
        ]
        insert(self.con, "mart.kpi_values", rows)
        return self

    def days(self, kpi: str, first: str, values: Sequence[float]) -> OkrLab:
        """Values of days in a row."""
        start = date.fromisoformat(first)
        listed = {(start + timedelta(days=number)).isoformat(): value for number, value in enumerate(values)}
        return self.values(kpi, listed)

    def judge(
        self,
        key_results: Sequence[Mapping[str, Any]] = (),
        as_of: datetime = END_OF_Q3,
        goal: Mapping[str, Any] | None = None,
        check_ins: Sequence[Mapping[str, Any]] = (),
    ) -> OkrLab:
        """Judge one objective with these key results, each beside what they have in common."""
        listed = [{**KEY_RESULT, **key_result} for key_result in key_results]
        objective = Objective.model_validate({**yaml.safe_load(OBJECTIVE), "goal": goal, "key_results": listed})
        assert not list(objective.rules())
        said = [CheckIn.model_validate({"by": "ana@shop.test", "note": "Going on.", **each}) for each in check_ins]
        okrs = Okrs((objective,), tuple(sorted(said, key=lambda check_in: check_in.date)))
        write_objectives(self.con, as_of, self.calendar, okrs)
        return self

    def only(self, table: str) -> dict[str, Any]:
        """The one row of a table."""
        (row,) = self.all(table)
        return row

    def all(self, table: str) -> list[dict[str, Any]]:
        """All rows of a table, in the order of their keys."""
        return rows(self.con, f"select * from mart.{table} order by id")

    def step(self) -> tuple[Any, ...]:
        """Baseline, target, current, progress and expected progress of the only key result."""
        row = self.only("key_results")
        return tuple(row[name] for name in ("baseline", "target", "current", "progress", "expected_progress"))

    def _row(self, kpi: str, name: str | None, value: Any) -> dict[str, Any]:
        over, under = value if isinstance(value, tuple) else (None, None)
        row = {"kpi": kpi, "slice": "", "slice_value": "", "numerator": over, "denominator": under}
        row["value"] = over / under if under else value
        if name is None:
            return row
        period = named_period(name, self.calendar)
        return row | {"grain": period.grain, "period_start": period.start, "period_end": period.last_day}


def written(folder: Path, name: str, text: str) -> None:
    """Write a definition file of a company."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text)
