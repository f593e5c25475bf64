"""A dbt model and its columns as a properties file describes them."""

from collections.abc import Sequence
from typing import Any

KEYS = {
    "kpi": "Name of the KPI or tracked metric.",
    "day": "Local calendar day.",
    "slice": "Dimension by which the row is broken down; '' for the total.",
    "slice_value": "Value of that dimension; '' for the total, '(unknown)' where it is not known.",
    "grain": "Grain of the period: day, week, month, quarter or year of the business calendar.",
    "period_start": "First day of the period.",
    "span": "open (the open period to date), previous or year_ago (the same elapsed part of that period).",
}


def model(name: str, description: str, columns: list[dict[str, Any]], key: Sequence[str] = ()) -> dict[str, Any]:
    """A model, with a test that its key is unique."""
    tests = {"data_tests": [{"unique_row": {"arguments": {"columns": list(key)}}}]} if key else {}
    return {"name": name, "description": description, **tests, "columns": columns}


def keys(*names: str) -> list[dict[str, Any]]:
    """Columns that mean the same wherever they are."""
    return [column(name, KEYS[name]) for name in names]


def column(name: str, description: str) -> dict[str, Any]:
    """A column and what it is."""
    return {"name": name, "description": description}
