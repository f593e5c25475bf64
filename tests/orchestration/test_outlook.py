"""What `kpi show` says of periods ahead, in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from metrics.steering.rows import insert
from orchestration.cli.reading.outlook import outlook
from tests.metrics.empty_mart import create_tables

pytestmark = pytest.mark.fast

REVENUE = {"kpi": "revenue", "unit": "currency", "currency": "EUR"}
DECEMBER = {
    "kpi": "revenue", "grain": "quarter", "period_start": date(2026, 10, 1), "period_end": date(2026, 12, 31),
    "forecast": 1234, "lower": 1100, "upper": 1400, "probability_on_target": 0.62, "method": "ets(A,N,N) by month",
    "known_to": date(2026, 9, 30),
}  # fmt: skip


def a_mart(verdict: str | None = None, **forecast: Any) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    create_tables(con, ("kpi_forecasts", "kpi_targets"))
    later = {"period_start": date(2027, 1, 1), "period_end": date(2027, 3, 31)}
    finer = {"grain": "month", "period_end": date(2026, 10, 31)}
    insert(con, "kpi_forecasts", [{**DECEMBER, **finer}, {**DECEMBER, **later}, {**DECEMBER, **forecast}])
    key = {name: DECEMBER[name] for name in ("kpi", "grain", "period_start")}
    insert(con, "kpi_targets", [{**key, "slice": "", "attainability": 0.012, "attainability_verdict": verdict}])
    return con


def test_the_next_period_of_the_coarsest_promise_is_told_with_its_chance() -> None:
    con = a_mart()
    english, spanish = outlook(con, REVENUE, "en"), outlook(con, REVENUE, "es")
    assert english == (
        "1,234 EUR (1,100 EUR to 1,400 EUR) by 2026-12-31; 62% likely on target; "
        "ets(A,N,N) by month, known to 2026-09-30"
    )
    assert spanish == (
        "1.234 EUR (de 1.100 EUR a 1.400 EUR) hasta el 2026-12-31; "
        "cumple la meta con una probabilidad del 62 %; ets(A,N,N) por meses, con datos hasta el 2026-09-30"
    )


def test_no_chance_is_told_without_a_target() -> None:
    assert "likely" not in str(outlook(a_mart(probability_on_target=None), REVENUE, "en"))


@pytest.mark.parametrize(
    ("verdict", "words", "palabras"),
    [
        (
            "not_attainable",
            "was not attainable when it was set: reached in 1% of",
            "no era alcanzable cuando se fijó",
        ),
        ("too_easy", "was too easy when it was set: reached in 1% of", "era demasiado fácil cuando se fijó"),
    ],
)
def test_a_target_that_was_out_of_reach_or_too_easy_is_told(verdict: str, words: str, palabras: str) -> None:
    con = a_mart(verdict)
    assert words in str(outlook(con, REVENUE, "en"))
    assert palabras in str(outlook(con, REVENUE, "es"))


def test_a_kpi_that_is_not_forecast_has_no_outlook() -> None:
    assert outlook(a_mart(), {**REVENUE, "kpi": "other"}, "en") is None
