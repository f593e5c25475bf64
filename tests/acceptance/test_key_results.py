"""Published key results equal SQL over the raw extracts of the generated company, at a quarter's end and amid it."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from sample_runs import SampleRun

from data.sample_company.faults import NAMES
from tests.oracle import okrs, sample_company
from tests.oracle.comparison import ROOT

pytestmark = pytest.mark.slow

BEFORE, START, END = date(2026, 4, 1), date(2026, 7, 1), date(2026, 10, 1)
AMID = "2026-08-16T10:00:00Z"  # noon of a Sunday in Madrid: 46 of the quarter's 92 days are over
NUMBERS = """
    select id, baseline, target, current, progress, expected_progress, status from key_results
    union all
    select id, baseline, target, current, goal_progress, null, null from objectives where metric is not null
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> SampleRun:
    """A small generated company with every fault, run to the end of the quarter and once more as of half of it."""
    company = SampleRun.of(tmp_path_factory.mktemp("okrs"), NAMES, scale=0.1)
    # what the sample company's owners say is said of no other company, so it must bring it
    shutil.copytree(ROOT / "metrics" / "objectives", company.folder / "objectives")
    return company.run().run("--as-of", AMID)


def published(mart: Path) -> dict[str, tuple[Any, ...]]:
    with duckdb.connect(str(mart), read_only=True) as con:
        return {name: tuple(rest) for name, *rest in con.execute(NUMBERS).fetchall()}


def assert_as_by_sql(found: dict[str, tuple[Any, ...]], company: SampleRun, until: date, as_of: str = "") -> None:
    quarter = okrs.Quarter(BEFORE, START, END, until)
    expected = okrs.key_results(sample_company.tables(company.extracts, as_of), quarter)
    assert found.keys() == expected.keys()
    print(f"key results by {until}: {expected}")
    for name, numbers in expected.items():
        for told, by_sql in zip(found[name][:4], numbers, strict=True):
            assert told == (None if by_sql is None else pytest.approx(by_sql, rel=1e-9)), name


def test_key_results_at_the_end_of_a_quarter_equal_sql_over_the_raw_extracts(company: SampleRun) -> None:
    found = published(company.data / "published" / "kpi_mart.duckdb")
    assert_as_by_sql(found, company, END)
    assert {numbers[4] for name, numbers in found.items() if name != "grow_sales"} == {1.0}


def test_key_results_amid_a_quarter_equal_sql_over_what_had_happened_by_then(company: SampleRun) -> None:
    (mart,) = (company.data / "as_of").glob("*/published/kpi_mart.duckdb")
    found = published(mart)
    assert_as_by_sql(found, company, date(2026, 8, 16), AMID)
    expected = {name: numbers[4] for name, numbers in found.items() if name != "grow_sales"}
    assert expected.pop("weekly_presentations") == 1.0
    assert set(expected.values()) == {0.5}


def test_check_ins_and_statuses_are_those_of_the_day(company: SampleRun) -> None:
    ((late,),) = company.ask("select list(id) from key_results where checkin_overdue")
    assert late == ["more_recurring_sales"]
    ((newest,),) = company.ask("select max(checked_in_on) from key_result_checkins")
    assert newest == date(2026, 9, 30)
    (mart,) = (company.data / "as_of").glob("*/published/kpi_mart.duckdb")
    with duckdb.connect(str(mart), read_only=True) as con:
        assert con.execute("select max(checked_in_on) from key_result_checkins").fetchone() == (date(2026, 8, 12),)


def test_statuses_follow_from_progress_and_what_is_expected(company: SampleRun) -> None:
    rows = company.ask("select id, progress, expected_progress, status from key_results")
    assert len(rows) == 8
    for name, progress, expected, status in rows:
        by_hand = "on_target" if progress >= expected else "at_risk" if progress >= 0.7 * expected else "off_target"
        assert status == by_hand, name
    assert set(company.ask("select status from objectives where key_results = 0")) == {("no_target",)}
