"""Verdicts on a mart stand while its numbers and rules are the same, and not a moment longer."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from expectations.one_row import judge
from expectations.suite import Rule
from orchestration.publishing.judged_before import FILE, judge_unless_judged

pytestmark = pytest.mark.fast

ROW = {"kpi_values.rows": 3.0, "kpi_values.duplicate_keys": 0.0, "kpi_values.oldest": None}
RULES = (
    Rule(
        "has_rows",
        "expect_column_values_to_be_between",
        {"column": "kpi_values.rows", "min_value": 1},
        severity="block",
    ),
    Rule(
        "one_row_a_key",
        "expect_column_values_to_be_between",
        {"column": "kpi_values.duplicate_keys", "max_value": 0},
        severity="warn",
    ),
)


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """A version that judged ``ROW``; its kept verdicts are told apart from judged ones by their words."""
    folder = tmp_path / "before"
    folder.mkdir()
    assert judge_unless_judged(ROW, RULES, None, folder) == judge(ROW, RULES)
    kept = json.loads((folder / FILE).read_text())
    kept["verdicts"] = [[passed, "as before"] for passed, _ in kept["verdicts"]]
    (folder / FILE).write_text(json.dumps(kept))
    return folder


def words(row, rules, before: Path, folder: Path) -> list[str]:
    return [verdict.observed for verdict in judge_unless_judged(row, rules, before, folder)]


def test_the_same_numbers_are_not_judged_again_and_are_kept_on(before: Path, tmp_path: Path) -> None:
    assert words(ROW, RULES, before, tmp_path) == ["as before", "as before"]
    assert (tmp_path / FILE).read_text() == (before / FILE).read_text()


@pytest.mark.parametrize(("column", "number"), [("rows", 0.0), ("duplicate_keys", 1.0), ("oldest", 1.0)])
def test_another_number_is_judged(before: Path, tmp_path: Path, column: str, number: float) -> None:
    row = ROW | {f"kpi_values.{column}": number}
    assert judge_unless_judged(row, RULES, before, tmp_path) == judge(row, RULES)


def test_a_changed_rule_is_judged(before: Path, tmp_path: Path) -> None:
    stricter = replace(RULES[0], kwargs={"column": "kpi_values.rows", "min_value": 4})
    (verdict, _) = judge_unless_judged(ROW, (stricter, RULES[1]), before, tmp_path)
    assert (verdict.rule, verdict.passed) == (stricter, False)


def test_another_severity_or_order_is_judged(before: Path, tmp_path: Path) -> None:
    assert words(ROW, (replace(RULES[0], severity="warn"), RULES[1]), before, tmp_path)[0] != "as before"
    assert words(ROW, RULES[::-1], before, tmp_path)[0] != "as before"


def test_a_file_that_cannot_be_read_is_as_good_as_none(before: Path, tmp_path: Path) -> None:
    (before / FILE).write_text("{")
    assert judge_unless_judged(ROW, RULES, before, tmp_path) == judge(ROW, RULES)
