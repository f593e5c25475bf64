"""A mart in memory, made by hand, whose values are judged by their targets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import duckdb
import yaml

from metrics.calendar import GRAINS, Calendar
from metrics.contracts import Contract
from metrics.contracts.models import Kpi
from metrics.periods import Period, named_period, period_of
from metrics.steering.clock import local
from metrics.steering.rows import insert, rows
from metrics.steering.targets import write_targets
from tests.metrics.empty_mart import attach_empty_mart

USUAL = Calendar("UTC", "monday", 1, date(2024, 1, 1), "EUR")
OCTOBER = datetime(2026, 10, 15, 12)
TABLES = ("kpi_catalog", "kpi_values", "kpi_scorecard", "kpi_targets", "calendar")
WORDS = {"en": "Words", "es": "Palabras"}
REVIEWS = {"day": "daily", "week": "weekly", "month": "monthly", "quarter": "quarterly", "year": "yearly"}
FIXED: dict[str, Any] = {
    "label": WORDS, "description": WORDS, "question": WORDS, "playbook": WORDS, "metric": "rate", "unit": "ratio",
    "objective": "grow", "tier": "primary", "level": ["department"], "perspective": "department_objective",
    "timing": "lagging", "slices": ["channel"],
}  # fmt: skip


class TargetsLab:
    """One company at one moment. Periods are named as in contracts: 2026, 2026-Q3, 2026-08, 2026-W33, 2026-08-12.

    A value of a slice is ``2026-08 sms``: of the channel sms.
    """

    def __init__(self, calendar: Calendar = USUAL, as_of: datetime = OCTOBER) -> None:
        self.con = duckdb.connect()
        self.calendar, self.as_of = calendar, as_of
        self.contracts: list[Contract] = []
        attach_empty_mart(self.con, TABLES)
        self._fill_calendar()

    def kpi(
        self,
        name: str,
        targets: Iterable[str],
        values: Mapping[str, Any],
        direction: str = "at_least",
        additive: bool = False,
        min_sample: int | None = None,
        matures: int = 0,
        review: str = "month",
        **columns: Any,
    ) -> None:
        """A KPI with its targets (``each month, value: 100``) and values; a value may be (value, sample size)."""
        quality = {"freshness": "24h", "needs": WORDS}
        body = Kpi.model_validate(
            {
                **FIXED, "name": name, "quality": quality, "direction": direction, "review": REVIEWS[review],
                "targets": [yaml.safe_load(f"{{period: {target}}}") for target in targets],
            }
        )  # fmt: skip
        assert body.rules() == []
        self.contracts.append(Contract("sales", body, "sales.yml", ("kpis", 0), {}))
        row = {
            "kpi": name, "kind": "kpi", "lifecycle": "active", "direction": direction, "is_additive": additive,
            "min_sample": min_sample, "review_grain": review, "grains": ", ".join(GRAINS), **columns,
        }  # fmt: skip
        insert(self.con, "mart.kpi_catalog", [row])
        insert(self.con, "mart.kpi_values", [self._value(name, at, value, matures) for at, value in values.items()])

    def judge(self) -> TargetsLab:
        """Make the scorecard as the warehouse does, and judge everything."""
        self.con.execute("""
            insert into mart.kpi_scorecard by name
            select kpi, grain, period_start, period_end, value from (
                select catalog.kpi, catalog.review_grain as grain, period_start, period_end, value
                from mart.kpi_catalog as catalog
                left join mart.kpi_values as latest
                    on catalog.kpi = latest.kpi and catalog.review_grain = latest.grain
                    and slice = '' and is_complete and value is not null
                where catalog.lifecycle = 'active' and catalog.kind = 'kpi'
                qualify row_number() over (partition by catalog.kpi order by period_start desc) = 1
            )
        """)
        write_targets(self.con, self.as_of, self.calendar, self.contracts)
        return self

    def value(self, kpi: str, at: str) -> dict[str, Any]:
        """The row of kpi_values."""
        return self._row("kpi_values", kpi, at) or {}

    def target(self, kpi: str, at: str) -> dict[str, Any] | None:
        """The row of kpi_targets; None where there is none."""
        return self._row("kpi_targets", kpi, at)

    def card(self, kpi: str) -> dict[str, Any]:
        """The row of kpi_scorecard."""
        (row,) = rows(self.con, "select * from mart.kpi_scorecard where kpi = ?", [kpi])
        return row

    def targets(self, kpi: str, grain: str) -> list[tuple[date, float]]:
        """All targets of a grain: (first day, value)."""
        query = "select period_start, value from mart.kpi_targets where kpi = ? and grain = ? order by 1"
        return self.con.execute(query, [kpi, grain]).fetchall()

    def _row(self, table: str, kpi: str, at: str) -> dict[str, Any] | None:
        period, channel = self._place(at)
        query = f"select * from mart.{table} where kpi = ? and grain = ? and period_start = ? and slice_value = ?"
        found = rows(self.con, query, [kpi, period.grain, period.start, channel])
        assert len(found) <= 1
        return found[0] if found else None

    def _place(self, at: str) -> tuple[Period, str]:
        name, _, channel = at.partition(" ")
        return named_period(name, self.calendar), channel

    def _value(self, kpi: str, at: str, value: Any, matures: int) -> dict[str, Any]:
        period, channel = self._place(at)
        number, sample = value if isinstance(value, tuple) else (value, 1000)
        over = local(self.as_of, self.calendar.time_zone).date() >= period.end + timedelta(days=matures)
        return {
            "kpi": kpi, "grain": period.grain, "period_start": period.start, "period_end": period.last_day,
            "slice": "channel" if channel else "", "slice_value": channel, "value": number, "sample_size": sample,
            "is_complete": over,
        }  # fmt: skip

    def _fill_calendar(self) -> None:
        day, rows = period_of(self.calendar.first_day, "year", self.calendar).start, []
        while day < date(2028, 1, 1):
            week, month, quarter, year = (period_of(day, grain, self.calendar).start for grain in GRAINS[1:])
            rows.append(
                {"day": day, "week": week, "month": month, "fiscal_quarter": quarter, "fiscal_year": year,
                 "is_working_day": day.isoweekday() <= 5}
            )  # fmt: skip
            day += timedelta(days=1)
        insert(self.con, "mart.calendar", rows)
