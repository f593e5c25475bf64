"""A new mart is judged by its suites before anybody sees it: what is wrong is named, and the old mart stays."""

import shutil
from datetime import datetime
from pathlib import Path

import duckdb
import pytest
from corner_shop import CornerShop

from orchestration.company import load_company
from orchestration.errors import UsageError
from orchestration.mart_run import MartRun
from orchestration.publishing.contract import mart_tables
from orchestration.publishing.errors import PublishError
from orchestration.publishing.mart_suite_files import MART_SUITES, load_mart_suites
from orchestration.publishing.mart_suites import mart_checks
from orchestration.run_request import Request

pytestmark = pytest.mark.slow

NOW = datetime(2026, 3, 10, 12)
# What breaks a published mart, and the rule that says so.
BROKEN = [
    ("update kpi_catalog set label_es = '' where kpi = 'total_revenue'", "kpi_catalog.labels_are_in_both_languages"),
    ("update kpi_catalog set owner_email = 'sales' where kpi = 'total_revenue'", "kpi_catalog.owners_have_an_address"),
    ("update kpi_catalog set definition_hash = null", "kpi_catalog.definition_hash_is_known"),
    ("update kpi_values set value = 'nan'", "kpi_values.numbers_are_finite"),
    ("update kpi_values set numerator = 'infinity'", "kpi_values.numbers_are_finite"),
    ("update kpi_values set period_end = period_start - 1", "kpi_values.periods_end_after_they_begin"),
    ("update kpi_values set grain = 'decade' where grain = 'year'", "kpi_values.grains_are_known"),
    ("update kpi_values set sample_size = -1", "kpi_values.sample_size_is_not_negative"),
    ("update kpi_values set period_start = '2026-04-01', period_end = '2026-04-30' where grain = 'month'",
     "kpi_values.no_period_begins_after_now"),
    ("update kpi_values set is_complete = true", "kpi_values.only_what_is_over_is_complete"),
    ("insert into kpi_values select * from kpi_values limit 1", "kpi_values.one_row_a_key"),
    ("update kpi_values set slice = null where grain = 'day'", "kpi_values.keys_are_known"),
    ("update kpi_values set certified = true, value = null", "kpi_values.only_a_value_is_certified"),
    ("update kpi_values set kpi = 'wealth' where kpi = 'total_revenue'", "kpi_values.kpis_are_in_the_catalogue"),
    ("delete from kpi_scorecard where kpi = 'total_revenue'", "kpi_scorecard.every_active_kpi_has_a_row"),
    ("update kpi_scorecard set reasons_es = null", "kpi_scorecard.what_is_not_certified_says_why"),
    ("delete from kpi_certifications where kpi = 'total_revenue'", "kpi_certifications.every_kpi_has_a_row"),
    ("update kpi_certifications set certified = not certified", "kpi_certifications.certified_is_all_three"),
    ("update kpi_certifications set newest_input_at = '2026-03-11'", "kpi_certifications.no_input_is_after_now"),
    ("update kpi_checks set kind = 'guess'", "kpi_checks.kinds_are_known"),
    ("update kpi_definitions set valid_to = valid_from - interval 1 day", "kpi_definitions.it_is_valid_from_before_to"),
    ("delete from kpi_definitions where kpi = 'total_revenue'", "kpi_definitions.every_kpi_has_its_definition"),
    ("update kpi_lineage set \"to\" = 'wealth' where to_kind = 'kpi'", "kpi_lineage.kpis_are_in_the_catalogue"),
    ("delete from kpi_runs", "kpi_runs.this_run_is_there"),
    ("update kpi_runs set rows_landed = rows_in + 1", "kpi_runs.rows_in_are_landed_or_set_apart"),
    ("delete from calendar where day = '2026-01-10'", "calendar.no_day_is_missing"),
]  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> CornerShop:
    shop = CornerShop.open(tmp_path_factory.mktemp("judged") / "shop")
    shop.kpi("run")
    return shop


@pytest.fixture
def mart(shop: CornerShop, tmp_path: Path):
    """A connection to a copy of the published mart, as its database ``mart``."""
    shutil.copyfile(shop.published / "kpi_mart.duckdb", tmp_path / "mart.duckdb")
    with duckdb.connect(str(tmp_path / "mart.duckdb")) as con:
        yield con


def failed(con: duckdb.DuckDBPyConnection) -> list[str]:
    (run_id,) = con.execute("select any_value(run_id) from kpi_values").fetchone()
    checks = mart_checks(con, run_id, NOW, load_mart_suites())
    return [f"{check.object}.{check.name}" for check in checks if not check.passed]


def test_a_mart_that_a_run_publishes_keeps_every_rule_and_shows_them_as_checks(shop: CornerShop, mart) -> None:
    assert failed(mart) == []
    rules = {f"{table}.{rule.name}" for table, suite in load_mart_suites().items() for rule in suite.table}
    kept = shop.ask('select "check", passed from kpi_checks where object in (select table_name from duckdb_tables())')
    assert {check for check, _ in kept} >= rules
    assert all(passed for check, passed in kept if check in rules)


@pytest.mark.parametrize(("breakage", "rule"), BROKEN, ids=[rule for _, rule in BROKEN])
def test_each_rule_finds_what_it_is_meant_for(mart, breakage: str, rule: str) -> None:
    mart.execute(breakage)
    assert rule in failed(mart)


def test_every_table_of_the_mart_has_a_suite() -> None:
    assert set(load_mart_suites()) == {table.name for table in mart_tables()}
    assert all(suite.table for suite in load_mart_suites().values())


def test_a_broken_mart_is_refused_by_table_rule_finding_and_limit_and_the_old_one_stays(shop: CornerShop) -> None:
    before = shop.version(), shop.revenue()
    run = MartRun(Request(load_company(shop.folder), NOW), "broken_run")
    with duckdb.connect(str(run.company.warehouse)) as con:
        con.execute("update kpi.kpi_values set value = 'nan' where grain = 'month'")
    with pytest.raises(PublishError, match=r"kpi_values: numbers_are_finite: not_finite: \d+, allowed at most 0"):
        run.publish()
    assert (shop.version(), shop.revenue()) == before


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "table:\n  a_rule:\n    expect_column_values_to_be_between: {column: row, max_value: 0}\n",
            "'row' is no column",
        ),
        ("table:\n  a_rule:\n    expect_rain: {column: rows}\n", "expect_rain is not known"),
        ("computed:\n  many: ''\n", "is not allowed; write an aggregate over the table"),
        ("rows: {}\n", "rows: is not a field; use one of computed, table"),
        (None, "is missing; write what kpi_runs must look like"),
    ],
)
def test_a_suite_that_is_wrong_is_told_with_its_line(tmp_path: Path, text: str | None, message: str) -> None:
    shutil.copytree(MART_SUITES, tmp_path / "mart")
    file = tmp_path / "mart" / "kpi_runs.yml"
    if text is None:
        file.unlink()
    else:
        file.write_text(text)
    with pytest.raises(UsageError) as error:
        load_mart_suites(tmp_path / "mart")
    assert message in str(error.value)
    assert "kpi_runs.yml" in str(error.value)
