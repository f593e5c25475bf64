"""What the sample company's contracts promise of each period and how its values keep it, in plain Python.

Read from the YAML as it stands, without the loader; weeks begin on Monday, years in January.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2] / "metrics"
ADD_UP = {"total_revenue", "recurring_sales", "leads_generated"}
SIZES = ("day", "week", "month", "quarter", "year")
MONTHS = {"month": 1, "quarter": 3, "year": 12}
Key = tuple[str, date, str, str]


def start_of(day: date, grain: str) -> date:
    if grain == "week":
        return day - timedelta(days=day.weekday())
    return day if grain == "day" else date(day.year, (day.month - 1) // MONTHS[grain] * MONTHS[grain] + 1, 1)


def days_of(start: date, grain: str) -> list[date]:
    days = [start]
    while start_of(days[-1] + timedelta(days=1), grain) == start:
        days.append(days[-1] + timedelta(days=1))
    return days


def a_year_before(start: date, grain: str) -> date:
    return start - timedelta(days=364) if grain in ("day", "week") else start.replace(year=start.year - 1)


def name_of(start: date, grain: str) -> str:
    names = {"day": f"{start}", "month": f"{start:%Y-%m}", "quarter": f"{start.year}-Q{start.month // 3 + 1}"}
    return names.get(grain, f"{start.year}")


class PromisesOf:
    """One KPI: ``values`` has (value, sample size, whether complete) by grain, first day, slice and slice value."""

    def __init__(self, kpi: dict[str, Any], values: dict[Key, tuple[float | None, int, bool]]) -> None:
        self.kpi, self.values = kpi, values
        closed = yaml.safe_load((ROOT / "calendar.yml").read_text())["closed"]
        self.closed = {date.fromisoformat(str(day)) for day in closed}

    @cached_property
    def first_day(self) -> date:
        grain = min((key[0] for key in self.values), key=SIZES.index)
        return min(key[1] for key, value in self.values.items() if key[0] == grain and value[0] is not None)

    @cached_property
    def promises(self) -> dict[tuple[str, str], dict[str, Any]]:
        """Slice and its value → period as written → target."""
        found: dict[tuple[str, str], dict[str, Any]] = {}
        for target in self.kpi["targets"]:
            ((name, value),) = target.get("slice", {"": ""}).items()
            found.setdefault((name, value), {})[str(target["period"])] = target
        return found

    def promise(self, grain: str, start: date, of: tuple[str, str]) -> dict[str, Any] | None:
        found = self.promises.get(of, {})
        return found.get(name_of(start, grain), found.get(f"each {grain}"))

    def known(self, grain: str, start: date, of: tuple[str, str]) -> float | None:
        value, _, complete = self.values.get((grain, start, *of), (None, 0, False))
        return value if complete and start >= self.first_day else None

    def promised(self, grain: str, start: date, of: tuple[str, str]) -> tuple[float, float | None] | None:
        """Target and baseline of a period that has a promise of its own; None if that cannot be worked out."""
        promise = self.promise(grain, start, of)
        if not isinstance(promise["value"], str):
            quarter, year = int(promise["baseline"][-1]), int(promise["baseline"][:4])
            return promise["value"], self.known("quarter", date(year, 3 * quarter - 2, 1), of)
        before = self.known(grain, a_year_before(start, grain), of)
        return None if before is None else (before + float(promise["value"][:-1]) / 100 * abs(before), before)

    def target(self, grain: str, start: date, of: tuple[str, str]) -> tuple[float, float | None, float] | None:
        """Target, baseline and share at risk; None where there is none."""
        if of not in self.promises:
            return None
        if promise := self.promise(grain, start, of):
            found = self.promised(grain, start, of)
            return found and (*found, promise.get("at_risk", 0.95))
        days = days_of(start, grain)
        middle = start + timedelta(days=3 if grain == "week" else 0)
        if self.kpi["name"] in ADD_UP:
            return self._sum([self._share(day, grain, of) for day in days], days.index(middle))
        for size in self._longer(grain):
            begin = start_of(middle, size)
            if promise := self.promise(size, begin, of):
                found = self.promised(size, begin, of)
                return found and (*found, promise.get("at_risk", 0.95))
        return None

    def status(self, key: Key) -> tuple[str | None, str | None]:
        """Status, or the reason why there is none; neither for a slice that nothing is promised of."""
        value, sample, complete = self.values[key]
        target = self.target(key[0], key[1], key[2:])
        if key[2] and target is None:
            return None, None
        if not complete:
            return None, "open"
        if value is None or target is None:
            return ("no_data" if value is None else "no_target"), None
        if sample < (self.kpi["quality"].get("min_sample") or 0):
            return None, "small_sample"
        goal, baseline, at_risk = target
        miss = (goal - value) * (1 if self.kpi["direction"] == "increase" else -1)
        scale = abs(goal) if goal else abs(baseline or 0)
        if miss <= 1e-9 * scale:
            return "on_target", None
        return ("at_risk" if miss <= (1 - at_risk + 1e-9) * scale else "off_target"), None

    def _longer(self, grain: str) -> Iterator[str]:
        yield from SIZES[SIZES.index(grain) + 1 :]

    def _share(self, day: date, grain: str, of: tuple[str, str]) -> tuple[float, float | None, float] | None:
        for size in self._longer(grain):
            begin = start_of(day, size)
            if promise := self.promise(size, begin, of):
                found = self.promised(size, begin, of)
                share = self._weight(day, begin, size, promise.get("spread", "flat"), of)
                return found and (found[0] * share, found[1] * share, promise.get("at_risk", 0.95))
        return None

    def _weight(self, day: date, begin: date, size: str, spread: str, of: tuple[str, str]) -> float:
        days = days_of(begin, size)
        if spread == "working_days":
            weights = [float(d.weekday() < 5 and d not in self.closed) for d in days]
        else:
            shape = [self.values.get(("day", a_year_before(d, "day"), *of)) for d in days]
            whole = spread == "last_year" and all(found and found[2] for found in shape)
            weights = [found[0] for found in shape] if whole else []
        if not weights or min(weights) < 0 or not sum(weights):
            weights = [1.0] * len(days)
        return weights[days.index(day)] / sum(weights)

    def _sum(self, shares: list[Any], middle: int) -> tuple[float, float | None, float] | None:
        if None in shares:
            return None
        return sum(share[0] for share in shares), sum(share[1] for share in shares), shares[middle][2]


def sample_kpis() -> Iterator[dict[str, Any]]:
    """The KPIs of the sample company as their files say."""
    for file in sorted((ROOT / "kpis").glob("*.yml")):
        yield from yaml.safe_load(file.read_text())["kpis"]


def wrong_rows(rows: Iterable[tuple[Any, ...]]) -> list[str]:
    """Rows whose target or status is not what follows from the contracts.

    A row has kpi, grain, first day, slice, slice value, value, sample size, is_complete, target, status and reason.
    """
    by_kpi: dict[str, list[tuple[Any, ...]]] = {}
    for name, *row in rows:
        by_kpi.setdefault(name, []).append(tuple(row))
    wrong = []
    for kpi in sample_kpis():
        mine = by_kpi[kpi["name"]]
        promises = PromisesOf(kpi, {row[:4]: row[4:7] for row in mine})
        for row in mine:
            found = promises.target(row[0], row[1], row[2:4])
            target = found[0] if found else None
            if promises.status(row[:4]) != row[8:] or not _same(target, row[7]):
                wrong.append(f"{kpi['name']} {row}: expected {target}, {promises.status(row[:4])}")
    return wrong


def _same(expected: float | None, found: float | None) -> bool:
    if expected is None or found is None:
        return expected is found
    return abs(expected - found) <= 1e-9 * abs(expected)
