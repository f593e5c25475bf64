"""A published mart written row by row: every table of the contract, and in it what a test says."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.publishing.contract import mart_tables

Row = Mapping[str, Any]
RUN = "run-0001"
AS_OF = datetime(2026, 9, 30, 22)
STARTED = datetime(2026, 10, 1, 5)


def write_mart(file: Path, **tables: Iterable[Row]) -> Path:
    """Write a mart whose tables hold these rows; a column that a row does not name is NULL.

    Without kpi_runs it was published by ``RUN``.
    """
    filled = {"kpi_runs": [run()], **tables}
    with duckdb.connect(str(file)) as con:
        for table in mart_tables():
            columns = ", ".join(f'"{name}" {kind}' for name, kind in table.columns.items())
            con.execute(f"create table {table.name} ({columns})")
            for row in filled.pop(table.name, ()):
                names = ", ".join(f'"{name}"' for name in row)
                con.execute(
                    f"insert into {table.name} ({names}) values ({', '.join('?' * len(row))})", list(row.values())
                )
    assert not filled, f"no such tables: {', '.join(filled)}"
    return file


def run(run_id: str = RUN, started_at: datetime = STARTED, **columns: Any) -> Row:
    """A row of kpi_runs: one that published."""
    return {"run_id": run_id, "started_at": started_at, "as_of": AS_OF, "status": "published", **columns}


def kpi(name: str, **columns: Any) -> Row:
    """A row of kpi_catalog: an active monthly KPI of sales that counts, ``Name`` and ``Nombre`` in words."""
    said = name.replace("_", " ")
    row = {
        "kpi": name,
        "version": 1,
        "kind": "kpi",
        "label_en": said.capitalize(),
        "label_es": f"{said.capitalize()} (es)",
        "description_en": f"What {said} is.",
        "description_es": f"Qué es {said}.",
        "question_en": f"How is {said}?",
        "question_es": f"¿Cómo va {said}?",
        "department": "sales",
        "company_level": False,
        "tier": "primary",
        "perspective": "department_objective",
        "timing": "lagging",
        "unit": "count",
        "direction": "increase",
        "owner_team": "Sales team",
        "owner_email": "sales@example.com",
        "review": "monthly",
        "review_grain": "month",
        "grains": "month, quarter",
        "has_total": True,
        "lifecycle": "active",
        "freshness": "24h",
        "freshness_hours": 24,
        "formula": f"number of {said}",
        "formula_sql": f"count({name})",
    }
    return {**row, **columns}


def metric(name: str, **columns: Any) -> Row:
    """A row of kpi_catalog: a tracked metric."""
    promised = dict.fromkeys(("question_en", "question_es", "perspective", "timing", "direction"))
    return {**kpi(name), **promised, "kind": "metric", "tier": "usage", **columns}


def card(name: str, value: float | None = 10, status: str | None = "on_target", **columns: Any) -> Row:
    """A row of kpi_scorecard: September 2026 of a certified KPI."""
    row = {
        "kpi": name,
        "department": "sales",
        "company_level": False,
        "grain": "month",
        "period_start": date(2026, 9, 1),
        "period_end": date(2026, 9, 30),
        "value": value,
        "status": status,
        "certified": True,
        "run_id": RUN,
    }
    return {**row, **columns}


def value(name: str, number: float | None = 10, **columns: Any) -> Row:
    """A row of kpi_values: the total of September 2026."""
    row = {
        "kpi": name,
        "grain": "month",
        "period_start": date(2026, 9, 1),
        "period_end": date(2026, 9, 30),
        "slice": "",
        "slice_value": "",
        "value": number,
        "is_complete": True,
        "certified": True,
        "run_id": RUN,
    }
    return {**row, **columns}


def certificate(name: str, certified: bool = True, run_id: str = RUN, **columns: Any) -> Row:
    """A row of kpi_certifications."""
    proof = dict.fromkeys(("measurable", "up_to_date", "definition_approved"), True)
    return {"kpi": name, "run_id": run_id, **proof, "measurable": certified, "certified": certified, **columns}
