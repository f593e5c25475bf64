"""A published mart made by hand in which there is something to say in every section of an agenda."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb

from metrics.steering.rows import insert
from tests.orchestration.small_mart import RUN, publish_company

WEEK, BEFORE = date(2026, 3, 2), date(2026, 2, 23)  # the mart's now is noon on Tuesday, March 10
HANDLE: dict[str, Any] = {
    "kpi": "handle_time", "label_en": "Handle time", "label_es": "Tiempo de gestión", "department": "support",
    "unit": "seconds", "objective": "delight", "review": "weekly", "review_grain": "week", "company_level": False,
    "owner_team": "Soporte", "owner_email": "support@example.com", "playbook_en": "Compare the channels.",
    "playbook_es": "Compara los canales.", "kind": "kpi", "lifecycle": "active", "slices": "channel",
}  # fmt: skip
RETURNS = HANDLE | {
    "kpi": "returns", "label_en": "Returns <all>", "label_es": "Devoluciones <todas>", "department": "ecommerce",
    "unit": "percent", "company_level": True, "playbook_en": "Ask *them*.", "playbook_es": "Pregunta *ya*.",
    "owner_email": "shop@example.com",
}  # fmt: skip
MARGIN = HANDLE | {
    "kpi": "margin", "label_en": "Margin", "label_es": "Margen", "department": "company", "unit": "currency",
    "currency": "EUR", "review": "monthly", "review_grain": "month", "company_level": True, "objective": None,
}  # fmt: skip
CARD = {
    "kpi": "handle_time", "grain": "week", "period_start": WEEK, "period_end": date(2026, 3, 8), "value": 320.5,
    "target": 300.0, "status": "off_target", "previous_value": 290.0, "streak": -2, "certified": True,
    "goal_grain": "quarter", "goal_start": date(2026, 1, 1), "goal_end": date(2026, 3, 31), "goal_value": 305.0,
    "goal_target": 300.0, "forecast": 306.0, "forecast_lower": 301.0, "forecast_upper": 311.0,
    "probability_on_target": 0.08,
}  # fmt: skip
CARDS = [
    CARD,
    {
        "kpi": "returns", "grain": "week", "period_start": BEFORE, "period_end": date(2026, 3, 1), "value": 0.05,
        "target_low": 0.04, "target_high": 0.06, "status": "on_target", "previous_value": 0.071, "certified": False,
        "reasons_en": "not measurable: data is missing", "reasons_es": "no medible: faltan datos",
        "last_certified_value": 0.071, "last_certified_period_start": date(2026, 2, 16),
    },
    {"kpi": "margin", "grain": "month", "status": "no_data", "certified": True},
]  # fmt: skip
VALUE = {"grain": "week", "slice": "", "slice_value": "", "is_complete": True}
VALUES = [
    VALUE | {"kpi": "handle_time", "period_start": BEFORE, "period_end": date(2026, 3, 1), "status": "on_target"},
    VALUE
    | {"kpi": "returns", "period_start": date(2026, 2, 16), "period_end": date(2026, 2, 22), "status": "off_target"},
]
EXPLANATIONS = [
    {
        "kpi": "handle_time", "grain": "week", "period_start": WEEK, "compare": "previous", "is_notable": True,
        "slice": "channel", "sentence_en": "Handle time rose: sms explains 80% of the change.",
        "sentence_es": "Tiempo de gestión: subió, y sms explica el 80 % del cambio.",
    },
]  # fmt: skip
DRIVERS = [
    {"kpi": "handle_time", "grain": "week", "period_start": WEEK, "compare": "previous", "slice": slice_name,
     "slice_value": value, "contribution": contribution, "rank": rank}
    for slice_name, value, contribution, rank in (
        ("channel", "sms", 24.4, 1), ("channel", "voice", 6.1, 2), ("channel", "chat", 0.0, 3),
        ("agent", "a1", 30.5, 1),
    )
]  # fmt: skip
SIGNALS = [
    {
        "kpi": "handle_time", "grain": "week", "period_start": WEEK, "rule": "beyond_limits", "is_favourable": False,
        "words_en": "above the upper limit of 315.0 s", "words_es": "por encima del límite superior de 315,0 s",
    },
]  # fmt: skip
TARGETS = [
    {
        "kpi": "handle_time", "grain": "quarter", "period": "each quarter", "period_start": date(2026, 1, 1),
        "slice": "", "slice_value": "", "attainability": 0.03, "attainability_verdict": "not_attainable",
    },
]  # fmt: skip
OBJECTIVES = [
    {
        "id": "delight", "label_en": "Delight customers", "label_es": "Entusiasmar a los clientes", "progress": 0.25,
        "expected_progress": 0.75, "status": "off_target", "confidence": 0.4, "due": date(2026, 3, 31),
    },
]  # fmt: skip
KEY_RESULTS = [
    {
        "id": "answer_sooner", "objective": "delight", "label_en": "Answer sooner", "label_es": "Responder antes",
        "progress": 0.25, "expected_progress": 0.75, "status": "off_target", "confidence": 0.4,
        "due": date(2026, 3, 31), "last_checkin": date(2026, 2, 27), "next_checkin": date(2026, 3, 6),
        "checkin_overdue": True, "owner": "support@example.com",
    },
]  # fmt: skip
ACTIONS = [
    {
        "id": "asked:handle_time", "kpi": "handle_time", "status": "asked", "misses": 2, "owner": "support@example.com",
        "words_en": "320.5 s, off its target.", "words_es": "320,5 s, fuera de su meta.",
    },
    {
        "id": "sizes", "kpi": "returns", "status": "overdue", "owner": "shop@example.com", "cause_kind": "process",
        "cause": "Un lote | corto <b>", "due": date(2026, 3, 5), "words_en": "Overdue since 5 March 2026.",
        "words_es": "Vencido desde el 5 de marzo de 2026.",
    },
    {
        "id": "old", "kpi": "returns", "status": "done", "closed_on": date(2026, 1, 5), "owner": "shop@example.com",
        "words_en": "Closed long ago.", "words_es": "Cerrado hace mucho.",
    },
]  # fmt: skip
ALERTS = [
    {
        "id": "a1", "kpi": "handle_time", "rule": "below_target", "opened_at": datetime(2026, 3, 8, 23, 30),
        "words_en": "2 weeks in a row", "words_es": "2 semanas seguidas",
    },
    {
        "id": "a0", "kpi": "handle_time", "rule": "stale", "opened_at": datetime(2026, 2, 1), "words_en": "gone",
        "words_es": "pasada", "resolved_at": datetime(2026, 2, 2),
    },
]  # fmt: skip
RESTATED = {"kpi": "returns", "grain": "week", "slice": "", "slice_value": "", "run_id": RUN, "reason": "late_data"}
RESTATEMENTS = [
    RESTATED | {"period_start": date(2026, 2, 16), "old_value": 0.07, "new_value": 0.071},
    RESTATED | {"period_start": date(2026, 2, 9), "old_value": 0.05, "new_value": 0.06},
    RESTATED | {"period_start": date(2026, 2, 2), "slice": "channel", "old_value": 0.05, "new_value": 0.09},
]
TABLES = {
    "kpi_catalog": [HANDLE, RETURNS, MARGIN], "kpi_scorecard": CARDS, "kpi_values": VALUES, "kpi_targets": TARGETS,
    "kpi_explanations": EXPLANATIONS, "kpi_drivers": DRIVERS, "kpi_signals": SIGNALS, "objectives": OBJECTIVES,
    "key_results": KEY_RESULTS, "kpi_actions": ACTIONS, "kpi_alerts": ALERTS, "kpi_restatements": RESTATEMENTS,
}  # fmt: skip


def publish_reviewed(folder: Path) -> Path:
    """Publish the mart; returns the company's folder."""
    publish_company(folder, "")
    file = folder / "data" / "published" / "kpi_mart.duckdb"
    with duckdb.connect(str(file)) as con:
        for table, listed in TABLES.items():
            con.execute(f"delete from {table}")
            insert(con, table, listed)
    return folder
