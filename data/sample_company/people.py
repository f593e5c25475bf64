"""Personnel: who works here and what they answer each quarter. The headcount does not grow with the scale."""

from pathlib import Path

import numpy as np
import pyarrow as pa

from data.sample_company.clock import DAY, HOUR, day_of
from data.sample_company.columns import NONE, dates, ids, integers, labels, local_text
from data.sample_company.plan import Plan
from data.sample_company.streams import pick
from data.sample_company.writers import CsvFile

DEPARTMENTS = ("sales", "marketing", "ecommerce", "support", "operations")
_DEPARTMENT_MIX = (22, 14, 18, 28, 18)
_ANSWER_LEVEL = np.array([7.4, 7.6, 7.5, 6.8, 7.1])
_AT_START, _HIRED = 74, 46


def write(plan: Plan, out: Path) -> None:
    """Write ``people/employees.csv`` and ``people/surveys.csv``."""
    rng, rows = plan.rng("people"), _AT_START + _HIRED
    tenure = rng.integers(30, 2_500, _AT_START)
    hired = np.sort(np.concatenate([plan.first - tenure, rng.choice(plan.days, _HIRED)]))
    stayed = hired + rng.exponential(2_300, rows).astype(np.int64) + 60
    # Nobody who left before the first day is in the extract.
    left = np.where(stayed < plan.first, plan.first + stayed % 1_900, stayed)
    left = np.where(left <= plan.days[-1], left, NONE)
    department = pick(rng.random(rows), _DEPARTMENT_MIX)
    employees = pa.table(
        {
            "employee_id": ids("E", np.arange(rows), 4),
            "department": labels(DEPARTMENTS, department),
            "hired_on": dates(hired),
            "left_on": dates(left),
        }
    )
    _write_one(out / "people" / "employees.csv", employees)
    _write_one(out / "people" / "surveys.csv", _surveys(plan, rng, hired, left, department))


def _write_one(path: Path, table: pa.Table) -> None:
    file = CsvFile(path)
    file.write(table)
    file.close()


def _surveys(plan: Plan, rng: np.random.Generator, hired, left, department) -> pa.Table:
    """A survey per employee and quarter, sent on the first Monday of its last month at nine, local time."""
    sent_days = [d for d in plan.days if day_of(d).month % 3 == 0 and day_of(d).weekday() == 0 and day_of(d).day <= 7]
    day = np.repeat(sent_days, len(hired))
    employee = np.tile(np.arange(len(hired)), len(sent_days))
    there = (hired[employee] < day) & ((left[employee] < 0) | (left[employee] > day))
    day, employee = day[there], employee[there]
    sent = day * DAY + 9 * HOUR
    answered = sent + (rng.exponential(2.5, len(day)) * DAY).astype(np.int64) + 900
    is_answered = (rng.random(len(day)) < 0.82) & (answered < (plan.days[-1] + 1) * DAY)
    mood = _ANSWER_LEVEL[department[employee]] + 0.6 * (day - plan.first) / len(plan.days)
    score = np.clip(np.round(rng.normal(mood, 1.6)), 1, 10).astype(np.int64)
    return pa.table(
        {
            "survey_id": ids("ES", day * 1_000 + employee, 9),
            "employee_id": ids("E", employee, 4),
            "sent": local_text(sent),
            "answered": local_text(np.where(is_answered, answered, NONE)),
            "score": integers(np.where(is_answered, score, NONE)),
        }
    )
