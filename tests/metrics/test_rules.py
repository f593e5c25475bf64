"""Every rule finds what it is for, where it is, and nothing else; a good set of definitions is found good."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from metrics.lint.rules_page import rules_page
from metrics.lint.run import lint
from metrics.problems import Problem
from metrics.rules import RULES
from tests.metrics.definition_set import DefinitionSet

pytestmark = pytest.mark.fast
ROOT = Path(__file__).parents[2]
SALES = "kpis/sales.yml"
SUPPORT = "kpis/support.yml"
EACH_WEEK = "- {period: each week, value: +5%, over: previous_year}"

# code, the line that the finding must point at, file, what is changed to what, and how often
BROKEN = [
    ("KPI001", "direction: up", SALES, "direction: increase", "direction: up", 1),
    ("KPI001", "id: Grow!", "objectives/grow.yml", "id: grow", "id: Grow!", 1),
    ("KPI101", "label: {en: Rate sales_1, es: Rate sales_1}", SALES, "es: Tasa sales_1}", "es: Rate sales_1}", 1),
    ("KPI101", "needs: {en: orders, es: orders}", SALES, "es: pedidos}\n    unit", "es: orders}\n    unit", 1),
    ("KPI102", "label: {en: rate people_0, es: Tasa sales_2}", SALES, "en: Rate sales_2,", "en: rate people_0,", 1),
    ("KPI103", 'question: {en: "How it is", es: "¿Cómo va sales_0?"}', SALES, "How is sales_0?", "How it is", 1),
    ("KPI103", 'question: {en: "How is sales_0?", es: "Cómo va"}', SALES, "¿Cómo va sales_0?", "Cómo va", 1),
    ("KPI104", "description: {en: Sales_0 rate., es: Pedidos con sales_0 entre pedidos.}", SALES,
     "Orders with sales_0 divided by orders.", "Sales_0 rate.", 1),
    ("KPI201", "metric: shares", SALES, "metric: share", "metric: shares", 1),
    ("KPI202", "quality:", SALES, "      min_sample: 30\n", "", 1),
    ("KPI203", "freshness: 8d", SALES, "freshness: 24h", "freshness: 8d", 1),
    ("KPI204", "- {period: each week, value: +5%, over: previous_year, slice: {channel: web}}", SALES,
     "over: previous_year}", "over: previous_year, slice: {channel: web}}", 1),
    ("KPI301", "targets:", SALES, "        basis: {team: two agents trained}\n", "", 1),
    ("KPI301", "targets:", SALES, "basis: {team: two agents trained}", "basis: {}", 1),
    ("KPI302", EACH_WEEK.replace("+", "-"), SALES, EACH_WEEK, EACH_WEEK.replace("+", "-"), 1),
    ("KPI302", "- {period: 2026-W40, baseline: 0.5, value: 0.4}", SALES, EACH_WEEK,
     "- {period: 2026-W40, baseline: 0.5, value: 0.4}", 1),
    ("KPI303", "- {period: each week, value: +5%, over: previous_year, spread: flat}", SALES,
     "over: previous_year}", "over: previous_year, spread: flat}", 1),
    ("KPI401", "objective: shrink", SALES, "objective: grow", "objective: shrink", 1),
    ("KPI402", "parents: [sales_orders]", SALES, "    review:", "    parents: [sales_orders]\n    review:", 1),
    ("KPI403", "drives: [sales_orders]", SALES, "    review:", "    drives: [sales_orders]\n    review:", 1),
    ("KPI403", "drives: [support_0]", SALES, "    review:", "    drives: [support_0]\n    review:", 1),
    ("KPI403", "drives: [support_1]", "kpis/people.yml", "timing: lagging", "drives: [support_1]\n    timing: lagging",
     1),
    ("KPI501", "targets:", SALES, "review: weekly", "review: yearly", 1),
    ("KPI502", "- period: each quarter", SALES, "    review:", "    grains: [week, month, year]\n    review:", 1),
    ("KPI502", "- period: each week", SALES, "each quarter", "each week", 1),
    ("KPI504", "- {period: 2026-W40, value: +5%, over: previous_year, set_at: 2026-10-05}", SALES, EACH_WEEK,
     "- {period: 2026-W40, value: +5%, over: previous_year, set_at: 2026-10-05}", 1),
    ("KPI601", "department: sales", SALES, "review: weekly", "lifecycle: draft\n    review: weekly", 2),
    ("KPI603", "department: sales", SALES, "timing: lagging", "timing: leading", 2),
    ("KPI604", "department: sales", SALES, "department_objective", "company_objective", 4),
    ("KPI605", "tier: usage", SALES, "tier: primary", "tier: usage", 1),
    ("KPI606", "level: [company]", SALES, "[department, company]", "[company]", 1),
    ("KPI701", "owner: {team: Team, email: no-reply@example.com}", SALES, "sales@example.com", "no-reply@example.com",
     1),
    ("KPI701", "owner: {team: A, email: a@example..com}", SALES, "    review:",
     "    owner: {team: A, email: a@example..com}\n    review:", 1),
]  # fmt: skip


@pytest.fixture
def good(tmp_path: Path) -> DefinitionSet:
    return DefinitionSet.write(tmp_path)


def found(definitions: DefinitionSet) -> list[tuple[str, str]]:
    """What is found of definitions that are all approved as they are."""
    return definitions.lock().findings()


def test_a_good_set_is_found_good(good):
    assert found(good) == []


@pytest.mark.parametrize(("code", "line", "file", "old", "new", "times"), BROKEN)
def test_a_rule_finds_what_it_is_for_and_where(good, code, line, file, old, new, times):
    assert found(good.change(file, old, new, times)) == [(code, line)]


def test_no_kpi_drives_itself_in_a_circle(good):
    good.change(SALES, "    metric:", "    parents: [support_0]\n    metric:")
    good.change(SUPPORT, "    metric:", "    parents: [people_0]\n    metric:")
    good.change("kpis/people.yml", "    metric:", "    parents: [sales_0]\n    metric:")
    assert found(good) == [
        ("KPI402", "parents: [sales_0]"),
        ("KPI402", "parents: [support_0]"),
        ("KPI402", "parents: [people_0]"),
    ]


def test_a_tracked_metric_serves_kpis_only(good):
    tracked = "  - name: support_orders\n"
    good.change(SUPPORT, tracked, f"{tracked}    parents: [sales_0]\n")
    assert found(good) == []
    assert found(good.change(SUPPORT, "[sales_0]", "[sales_orders]")) == [("KPI402", "parents: [sales_orders]")]


def test_targets_run_out_when_the_last_named_period_is_over(good):
    good.change(SALES, EACH_WEEK, "- {period: 2026-W26, baseline: 0.4, value: 0.5}")
    assert found(good) == []
    good.change(SALES, "value: +5%\n        over: previous_year", "value: 0.5\n        baseline: 2025-Q2")
    assert found(good.change(SALES, "each quarter", "2026-Q3")) == []
    assert found(good.change(SALES, "2026-Q3", "2026-Q2")) == [("KPI503", "- period: 2026-Q2")]
    assert found(good.change("calendar.yml", "currency", "fiscal_year_starts: 4\ncurrency")) == []  # ends in September


def test_only_what_adds_up_is_spread(good):
    good.change(SALES, "metric: share", "metric: orders").change(SALES, "unit: percent", "unit: count")
    assert found(good.change(SALES, EACH_WEEK[:-1], f"{EACH_WEEK[:-1]}, spread: working_days")) == []


def test_a_slice_has_a_target_of_its_own_which_is_none_for_the_total(good):
    sliced = f"{EACH_WEEK[:-1]}, slice: {{segment: new}}}}"
    good.change(SALES, "    review:", "    slices: [segment]\n    review:")
    assert found(good.change(SALES, EACH_WEEK, f"{EACH_WEEK}\n      {sliced}")) == []
    good.change(SALES, "        over: previous_year\n", "        over: previous_year\n        slice: {segment: new}\n")
    good.change(SALES, f"      {EACH_WEEK}\n", "")
    assert found(good) == [("KPI501", "targets:")]
    (message,) = good.messages()
    assert "are for slices only; give one for a week, month, quarter, year" in message


def test_a_kpi_without_a_total_promises_nothing_of_it(good):
    good.change(SALES, "    review:", "    total: false\n    slices: [segment]\n    review:")
    assert found(good) == [("KPI204", EACH_WEEK), ("KPI204", "- period: each quarter")]
    good.change(SALES, EACH_WEEK, f"{EACH_WEEK[:-1]}, slice: {{segment: new}}}}")
    good.change(SALES, "        over: previous_year\n", "        over: previous_year\n        slice: {segment: new}\n")
    assert found(good) == []


def test_a_promise_for_a_slice_does_not_keep_that_of_the_total_running(good):
    sliced = f"{EACH_WEEK[:-1]}, slice: {{segment: new}}}}"
    good.change(SALES, "    review:", "    slices: [segment]\n    review:")
    good.change(SALES, EACH_WEEK, f"{sliced}\n      - {{period: 2026-W26, baseline: 0.4, value: 0.5}}")
    good.change(SALES, "value: +5%\n        over: previous_year", "value: 0.5\n        baseline: 2025-Q2")
    assert found(good.change(SALES, "each quarter", "2026-Q2")) == [("KPI503", "- period: 2026-Q2")]


def test_the_company_has_ten_to_fifteen(good):
    good.change(SALES, "[department, company]", "[department]", 3)
    assert found(good) == [("KPI602", "department: people")]


def test_a_bare_count_is_a_kpi_only_if_a_target_asks_for_more(good):
    good.change(SALES, "unit: percent", "unit: count")
    assert found(good) == []
    good.change(SALES, EACH_WEEK, "- {period: each week, value: 5}")
    good.change(SALES, "value: +5%\n        over: previous_year", "value: 50")
    assert found(good.change(SALES, "direction: increase", "direction: at_least")) == [("KPI605", "targets:")]


def test_a_successor_lives(good):
    retired = "lifecycle: retired\n    successor: {}\n    tier: primary\n    level"
    good.change(SALES, "tier: primary\n    level", retired.format("sales_1"))
    assert found(good) == []
    good.change(SUPPORT, "tier: primary\n    level", retired.format("sales_0"))
    assert found(good) == [("KPI702", "successor: sales_0")]


def test_a_retired_parent_names_who_took_over(good):
    good.change(SALES, "tier: primary\n", "lifecycle: retired\n    successor: sales_1\n    tier: primary\n")
    good.change(SUPPORT, "    metric:", "    parents: [sales_0]\n    metric:")
    (message,) = good.lock().messages()
    assert message == (
        "kpis/support.yml:9: support_0.parents.0: 'sales_0' has retired; name its successor 'sales_1', or another KPI "
        "[KPI402]"
    )


def test_a_proper_name_is_the_same_in_both_languages(good):
    good.change(SALES, "{en: Rate sales_0, es: Tasa sales_0}", "{en: Net Promoter Score, es: Net Promoter Score}")
    assert found(good) == []


def test_what_the_compiler_refuses_is_found_with_the_rest(good):
    refused = Problem(f"{good.folder}/semantic/orders.yml", 10, "share", "is refused")
    read = good.lock().read()
    read = replace(read, compiled=replace(read.compiled, refusals=(refused,)))
    assert [(finding.rule.code, finding.problem) for finding in lint(read)] == [("KPI002", refused)]


def test_mistakes_of_files_and_of_rules_are_told_at_once(good):
    good.lock().change(SALES, "direction: increase", "direction: up").change(SALES, "metric: orders", "metric: order")
    good.change(SALES, "objective: grow", "objective: win", 2).change(SUPPORT, "freshness: 24h", "freshness: 9d")
    good.change("calendar.yml", "EUR", "euro")
    assert good.findings() == [
        ("KPI001", "currency: euro"),
        ("KPI001", "direction: up"),
        ("KPI401", "objective: win"),
        ("KPI201", "metric: order"),
        ("KPI203", "freshness: 9d"),
    ]


def test_what_cannot_be_known_is_not_held_against_anybody(good):
    good.lock().change(SALES, "    metric:", "    parents: [support_0]\n    metric:")
    for file in (SUPPORT, "objectives/grow.yml", "semantic/orders.yml"):
        (good.folder / file).write_text("a: [\n")
    assert [code for code, _ in good.findings()] == ["KPI001", "KPI001", "KPI001"]


def test_every_rule_is_a_file_with_a_code_of_its_own():
    codes = [rule.code for rule in RULES]
    assert len(RULES) == len([file for file in (ROOT / "metrics/rules").glob("*.py") if file.stem != "__init__"])
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"KPI\d{3}", code) for code in codes)
    assert {rule.severity for rule in RULES} == {"error", "warning"}


def test_every_rule_is_broken_by_a_test():
    tests = "".join((ROOT / "tests/metrics" / file).read_text() for file in ("test_rules.py", "test_kpi_lock.py"))
    assert [rule.code for rule in RULES if rule.code not in tests] == []


def test_the_page_on_rules_is_what_the_rules_say():
    assert (ROOT / "docs/rules.md").read_text() == rules_page(RULES)


def test_a_plan_that_is_wrong_is_told_with_the_rest(good: DefinitionSet):
    (good.folder / "actions").mkdir()
    (good.folder / "actions" / "plan.yml").write_text("id: late\nkpi: sales_0\n")
    assert any("plan.yml:1: owner: is missing" in str(problem) for problem in good.read().problems)


def test_a_key_result_that_cannot_be_measured_is_told_with_the_rest(good: DefinitionSet):
    file = good.folder / "objectives" / "grow.yml"
    key_result = (
        "{id: more, label: {en: More, es: Más}, metric: nothing, measure: total, target: 3, period: each quarter}"
    )
    file.write_text(f"{file.read_text()}key_results:\n  - {key_result}\n")
    assert any("key_results.0.metric: 'nothing' is no KPI" in str(problem) for problem in good.read().problems)
