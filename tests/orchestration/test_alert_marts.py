"""What alerts take from a mart, and what they leave in it."""

from __future__ import annotations

from datetime import datetime, timedelta
from types import SimpleNamespace

import duckdb
import pytest
from alert_lab import MISSED, RULES, AlertLab

from orchestration.assets.alerts import tell_of
from orchestration.mart_run import MartRun
from orchestration.publishing.mart_suite_files import load_mart_suites
from orchestration.publishing.mart_suites import mart_checks
from orchestration.publishing.versions import MART

pytestmark = pytest.mark.fast
NOON = datetime(2026, 3, 10, 12)
DAY = timedelta(days=1)
SIGNAL = {"kpi": "csat", "grain": "week", "period_start": "2026-03-02", "rule": "beyond_limits", "direction": "down",
          "is_favourable": False, "words_en": "below the lower limit", "words_es": "bajo el límite"}  # fmt: skip
CAUSE = {"kpi": "csat", "grain": "week", "period_start": "2026-03-02", "compare": "previous", "change": -0.1,
         "is_notable": True, "sentence_en": "mostly chat", "sentence_es": "sobre todo chat"}  # fmt: skip


@pytest.fixture
def lab(tmp_path):
    return AlertLab(tmp_path)


def run_of(lab: AlertLab) -> MartRun:
    return MartRun(SimpleNamespace(company=lab.company), "run")


def test_a_signal_of_the_newest_complete_period_that_is_unfavourable_opens_an_alert(lab):
    lab.run(NOON, tables={"kpi_signals": [SIGNAL]})
    assert lab.alerts("rule, kpi, words_en, words_es") == [
        ("turned", "csat", "below the lower limit", "bajo el límite"),
    ]


def test_any_signal_of_a_kpi_that_is_to_stay_within_a_band_opens_one_as_neither_way_is_better(lab):
    lab.run(NOON, tables={"kpi_signals": [{**SIGNAL, "is_favourable": None}]})
    assert lab.alerts("rule, kpi") == [("turned", "csat")]


@pytest.mark.parametrize("other", [{"is_favourable": True}, {"is_favourable": None, "rule": "missing"},
                                   {"period_start": "2026-02-23"}, {"grain": "month"}])  # fmt: skip
def test_no_other_signal_opens_one(lab, other):
    lab.run(NOON, tables={"kpi_signals": [{**SIGNAL, **other}]})
    assert lab.alerts() == []


def test_the_driver_is_that_of_a_change_for_the_worse(lab):
    better = {**CAUSE, "compare": "year_ago", "change": 0.2, "sentence_en": "more mail"}
    lab.run(NOON, {"csat": MISSED}, {"kpi_explanations": [CAUSE, better]})
    assert lab.alerts("driver_en, driver_es") == [("mostly chat", "sobre todo chat")]
    lab.run(NOON + DAY, {"csat": MISSED}, {"kpi_explanations": [{**CAUSE, "change": 0.1}]})
    assert lab.alerts("driver_en") == [(None,)]
    lab.run(
        NOON + 2 * DAY,
        {"csat": MISSED},
        {"kpi_explanations": [better, {**better, "compare": "previous", "change": -0.1}]},
    )
    assert lab.alerts("driver_en") == [("more mail",)]


def test_of_two_changes_for_the_worse_the_one_against_the_period_before_is_told(lab):
    year = {**CAUSE, "compare": "year_ago", "sentence_en": "than last year"}
    lab.run(NOON, {"csat": MISSED}, {"kpi_explanations": [year, CAUSE]})
    assert lab.alerts("driver_en") == [("mostly chat",)]


def test_a_kpi_that_never_had_a_number_has_not_lost_one(lab):
    never = {"value": None, "status": "no_data", "measurable": False, "up_to_date": False}
    lab.run(NOON, {"csat": never})
    assert lab.alerts() == []
    lab.run(NOON + DAY, {"csat": {}})
    lab.run(NOON + 2 * DAY, {"csat": {"measurable": False}})
    assert [rule for rule, *_ in lab.alerts()] == ["lost"]


def test_only_restatements_of_totals_at_the_review_grain_that_nobody_decided_on_count(lab):
    change = {"kpi": "csat", "grain": "week", "period_start": "2026-02-23", "slice": "", "slice_value": "",
              "old_value": 0.8, "new_value": 0.6, "reason": "correction"}  # fmt: skip
    others = [
        {**change, "grain": "day"},
        {**change, "slice": "channel", "slice_value": "mail"},
        {**change, "reason": "definition_change", "period_start": "2026-02-16"},
        {**change, "run_id": "run0", "period_start": "2026-02-09"},
    ]
    lab.run(NOON, tables={"kpi_restatements": others})
    assert lab.alerts() == []
    lab.run(NOON + DAY, tables={"kpi_restatements": [change, *others]})
    assert lab.alerts("rule, kpi, period_start::varchar") == [("rewritten", "csat", "2026-02-23")]


def test_an_older_mart_without_some_columns_is_carried_on(lab):
    lab.run(NOON, {"csat": MISSED})
    lab.con.execute("alter table previous.kpi_alerts drop column driver_es")
    lab.run(NOON + DAY, {"csat": MISSED})
    assert lab.alerts() == [("missed", "csat", "2026-03-10 12:00:00", None)]


@pytest.mark.parametrize(
    ("breakage", "rule"),
    [
        ("insert into kpi_alerts select * replace ('other' as id) from kpi_alerts", "it_is_open_once"),
        ("insert into kpi_alerts from kpi_alerts", "one_row_a_key"),
        ("update kpi_alerts set condition = 'boredom'", "conditions_are_known"),
        ("update kpi_alerts set severity = 'huge'", "severities_are_known"),
        ("update kpi_alerts set opened_at = '2026-03-11'", "it_opens_by_now"),
        ("update kpi_alerts set resolved_at = '2026-03-09'", "it_is_resolved_after_it_opened"),
        ("update kpi_alerts set words_es = null", "words_are_in_both_languages"),
        ("update kpi_alerts set value = 'nan'", "numbers_are_finite"),
    ],
)
def test_each_rule_of_the_table_finds_what_it_is_meant_for(lab, breakage, rule):
    lab.run(NOON, {"csat": MISSED})
    with duckdb.connect() as con:
        con.execute(f"attach '{lab.company.published / MART}' as published (read_only)")
        con.execute("attach ':memory:' as mart; copy from database published to mart; use mart")
        assert broken(con) == []
        con.execute(breakage)
        assert rule in broken(con)


def broken(con: duckdb.DuckDBPyConnection) -> list[str]:
    checks = mart_checks(con, "run1", NOON, load_mart_suites())
    return [check.name for check in checks if check.object == "kpi_alerts" and not check.passed]


def test_an_as_of_before_the_published_one_tells_nobody(lab, monkeypatch):
    lab.run(NOON, {"csat": MISSED})
    earlier = lab.company.with_as_of_folder(NOON)
    said, problem, _ = tell_of(MartRun(SimpleNamespace(company=earlier), "run"))
    assert (said, problem) == ("nothing is sent for an as-of before the published one", None)


def test_whatever_goes_wrong_in_telling_is_said_and_raises_nothing(lab, monkeypatch):
    lab.run(NOON, {"csat": MISSED})
    lab.company.alerts.write_text(RULES.replace("below_target", "below"))
    said, problem, _ = tell_of(run_of(lab))
    assert said == problem
    assert "rules.missed.when: 'below' is not allowed" in said
    lab.company.alerts.write_text(RULES)
    lab.company.deliveries.parent.write_text("no folder")
    said, problem, _ = tell_of(run_of(lab))
    assert said.startswith("not told: FileExistsError")


def test_a_channel_without_a_url_is_a_problem_of_the_check(lab):
    lab.run(NOON, {"csat": MISSED})
    said, problem, numbers = tell_of(run_of(lab))
    assert problem == said == "1 opened, 0 resolved, 1 open; nothing is sent: no URL in URL_SUPPORT"
    assert numbers == {"opened": 1, "resolved": 0, "open": 1, "messages": 0}
    lab.run(NOON + DAY)
    assert tell_of(run_of(lab))[:2] == ("0 opened, 1 resolved, 0 open", None)
