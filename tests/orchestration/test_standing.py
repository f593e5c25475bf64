"""What the terminal says of how KPIs keep what is promised of them."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest
import yaml

from metrics.contracts.targets import Target
from metrics.steering.rows import insert
from orchestration.cli.reading.standing import standing
from orchestration.cli.steering.scorecard import print_scorecard
from orchestration.cli.terminal import console
from orchestration.reports.target_words import target_words
from tests.metrics.empty_mart import create_tables

pytestmark = pytest.mark.fast

LEADS = {"kpi": "leads", "label_en": "Leads generated", "label_es": "Leads", "unit": "count", "currency": None,
         "department": "marketing"}  # fmt: skip
CARD = {
    "kpi": "leads", "department": "marketing", "grain": "month", "period_start": date(2026, 8, 1),
    "period_end": date(2026, 8, 31), "value": 1200, "previous_value": 1000, "target": 1250, "attainment": 0.96,
    "status": "at_risk", "streak": -3, "certified": True, "trend": "up", "trend_slope": 25.0,
    "trend_confidence": 0.97, "goal_grain": "quarter", "goal_start": date(2026, 7, 1), "goal_end": date(2026, 9, 30),
    "goal_value": 3000, "goal_target": 3680, "goal_expected": 2500, "pace": 1.2,
}  # fmt: skip


def a_mart(**card: Any) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    create_tables(con, ("kpi_catalog", "kpi_scorecard", "kpi_actions"))
    insert(con, "kpi_catalog", [LEADS])
    insert(con, "kpi_scorecard", [{**CARD, **card}])
    return con


def said(lang: Any, **card: Any) -> dict[str, str]:
    return dict(standing(a_mart(**card), LEADS, lang))


def test_status_trend_and_goal_are_told_in_both_languages():
    assert said("en") == {
        "status": "▲ at risk in August 2026: 1,200, target 1,250; attained 96.0%; 3 periods in a row not on target",
        "trend": "rises by 25 a period (97.0% sure)",
        "goal": "3,000 to date, target 3,680 for July to September 2026; expected by now 2,500, pace 120.0%",
    }
    assert said("es") == {
        "status": "▲ en riesgo en agosto de 2026: 1.200, meta 1.250; alcanzada al 96,0 %; "
        "3 periodos seguidos fuera de la meta",
        "trend": "sube 25 por periodo (seguro al 97,0 %)",
        "goal": "3.000 hasta ahora, meta de 3.680 para julio a septiembre de 2026; se esperaba 2.500, ritmo 120,0 %",
    }


def test_a_value_with_too_few_rows_says_so():
    found = said("en", status=None, status_reason="small_sample", attainment=None, streak=None)
    assert found["status"] == "sample too small in August 2026: 1,200, target 1,250"


def test_a_band_is_told_by_its_bounds():
    found = said("en", target=None, target_low=900, target_high=1100, goal_target=None, goal_expected=None, pace=None)
    assert found["status"].startswith("▲ at risk in August 2026: 1,200, target 900 to 1,100")
    assert found["goal"] == "3,000 to date for July to September 2026"


def test_what_has_no_status_trend_or_goal_is_not_spoken_of():
    nothing = dict.fromkeys(CARD) | {"kpi": "leads"}
    assert said("en", **nothing) == {}


@pytest.mark.parametrize(
    ("card", "gap"),
    [
        ({}, "−4.0%"),
        ({"target": None, "target_low": 900, "target_high": 1000}, "+20.0%"),
        ({"target": None, "target_low": 900, "target_high": 1300}, "0.0%"),
        ({"target": None}, "–"),
    ],
)
def test_the_scorecard_shows_a_value_beside_its_target(card, gap, capsys):
    print_scorecard(a_mart(**card), console())
    output = capsys.readouterr().out
    (line,) = (line for line in output.splitlines() if "Leads generated" in line)
    assert f" {gap} " in line
    assert "▲ at risk" in line
    assert "marketing" in output
    assert "leads: 3,000 to date" in output
    assert all(len(line) <= 100 for line in output.splitlines())


def test_a_target_is_told_with_its_slice_its_spread_and_the_day_it_was_set():
    text = (
        "{period: 2026-Q3, value: 900, baseline: 800, slice: {channel: sms}, spread: working_days, set_at: 2026-06-15}"
    )
    target = Target.model_validate(yaml.safe_load(text))
    assert target_words(target, "count", None, "en") == (
        "2026-Q3 (channel = sms): 900 from 800, spread over working days, at risk from 95%, set on 2026-06-15"
    )
    assert target_words(target, "count", None, "es") == (
        "2026-Q3 (channel = sms): 900 desde 800, repartida por días laborables, en riesgo desde 95 %, "
        "fijada el 2026-06-15"
    )
    relative = Target.model_validate({"period": "each week", "value": "+2.5%", "over": "previous_year"})
    assert target_words(relative, "count", None, "es").startswith("cada semana: +2,5 % sobre el año anterior")
