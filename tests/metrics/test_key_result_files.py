"""Key results and check-ins as they are written: what is read, and what every mistake says."""

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from metrics.contracts import Contract, load_contracts
from metrics.contracts.objectives import load_okrs
from metrics.contracts.schema import (
    CHECK_INS_SCHEMA_FILE,
    OBJECTIVE_SCHEMA_FILE,
    check_ins_schema_text,
    objective_schema_text,
)
from metrics.problems import DefinitionError

pytestmark = pytest.mark.fast

OBJECTIVES = Path(__file__).parents[2] / "metrics" / "objectives"
GOOD = """\
id: grow_sales
label: {en: Grow sales, es: Aumentar las ventas}
description: {en: Sell more., es: Vender más.}
owner: {team: Sales, email: sales@example.com}
"""
KEY_RESULT = """\
key_results:
  - id: more_calls
    label: {en: More calls, es: Más llamadas}
    metric: calls
    measure: weekly_mean
    target: +50%
    period: each quarter
"""
CONTRACTS = """\
department: sales
owner: {team: Sales, email: sales@example.com}
metrics:
"""
CHECK_IN = """\
check_ins:
  - {key_result: more_calls, date: 2026-07-13, by: ana@example.com, confidence: 0.5, note: On course.}
"""


def contracts(folder: Path, **metrics: str) -> tuple[Contract, ...]:
    """Tracked metrics: name → what else its contract says, in YAML."""
    text = CONTRACTS
    for name, more in metrics.items():
        text += f"""\
  - name: {name}
    label: {{en: Label, es: Nombre}}
    description: {{en: What it is., es: Lo que es.}}
    metric: {name}
    quality: {{freshness: 24h, needs: {{en: calls, es: llamadas}}}}
    {more}
"""
    folder.mkdir(exist_ok=True)
    (folder / "sales.yml").write_text(text)
    return load_contracts(folder)


COUNT = "unit: count"
METRICS = {
    "calls": COUNT,
    "rate": "unit: percent\n    matures_after: 30d",
    "sales_of_old": "unit: currency\n    matures_after: 2w",
    "by_quarter": "unit: count\n    review: quarterly\n    grains: [quarter]\n    slices: [market]",
    "by_team": "unit: count\n    total: false\n    slices: [team]",
}


def okr_problems(folder: Path, objective: str = GOOD + KEY_RESULT, check_ins: str = "") -> list[str]:
    written = folder / "objectives"
    (written / "check_ins").mkdir(parents=True, exist_ok=True)
    (written / "a.yml").write_text(objective)
    if check_ins:
        (written / "check_ins" / "c.yml").write_text(check_ins)
    with pytest.raises(DefinitionError) as caught:
        load_okrs(written, written / "check_ins", contracts(folder / "kpis", **METRICS))
    return str(caught.value).replace(f"{written}/", "").splitlines()


def test_key_results_and_check_ins_are_read_together(tmp_path):
    (tmp_path / "check_ins").mkdir()
    goal = "goal: {metric: calls, measure: total, target: 400, period: 2026-Q3, baseline: 2026-Q2}\n"
    (tmp_path / "a.yml").write_text(GOOD + goal + KEY_RESULT)
    later = CHECK_IN.replace("2026-07-13", "2026-07-06")
    (tmp_path / "check_ins" / "a.yml").write_text(CHECK_IN)
    (tmp_path / "check_ins" / "b.yml").write_text(later)
    okrs = load_okrs(tmp_path, tmp_path / "check_ins", contracts(tmp_path / "kpis", **METRICS))
    (objective,) = okrs.objectives
    assert objective.goal
    assert objective.goal.target == 400
    (key_result,) = objective.key_results
    assert (key_result.id, key_result.check_in_days, key_result.grain) == ("more_calls", 7, "quarter")
    assert [check_in.date.day for check_in in okrs.check_ins] == [6, 13]


def test_objectives_of_others_are_ambitions_without_goals(tmp_path):
    (tmp_path / "check_ins").mkdir()
    (tmp_path / "a.yml").write_text(GOOD + KEY_RESULT)
    (tmp_path / "check_ins" / "a.yml").write_text(CHECK_IN)
    okrs = load_okrs(tmp_path, tmp_path / "check_ins", None)
    assert [(each.id, each.goal, each.key_results) for each in okrs.objectives] == [("grow_sales", None, ())]
    assert okrs.check_ins == ()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "target: +50%",
            "target: much",
            "a.yml:10: key_results.0.target: 'much' is not a target; use a number, or a change such as +5%",
        ),
        (
            "target: +50%",
            "target: +0%",
            "a.yml:10: key_results.0.target: '+0%' asks for no change; use one such as +20%",
        ),
        ("    target: +50%\n", "", "a.yml:6: key_results.0.target: is missing; it must be given"),
        (
            "    measure: weekly_mean\n",
            "",
            "a.yml:6: key_results.0.measure: is missing; use one of value, weekly_mean, total",
        ),
        (
            "weekly_mean",
            "mean",
            "a.yml:9: key_results.0.measure: 'mean' is not allowed; use one of value, weekly_mean, total",
        ),
        (
            "each quarter",
            "each week",
            "a.yml:11: key_results.0.period: 'each week' has no weeks of its own; use a month, quarter, year",
        ),
        (
            "each quarter",
            "sometimes",
            "a.yml:11: key_results.0.period: 'sometimes' is not a period; use a day (2026-07-01), week (2026-W27), "
            "month (2026-07), quarter (2026-Q3), year (2026), or 'each' day, week, month, quarter or year",
        ),
        (
            "    period",
            "    baseline: soon\n    period",
            "a.yml:11: key_results.0.baseline: 'soon' is not a baseline; use a number, a period such as "
            "2026-Q2, or previous_period",
        ),
        (
            "    period",
            "    baseline: 2026-06\n    period",
            "a.yml:11: key_results.0.baseline: '2026-06' is no quarter as 'each quarter' is; use one",
        ),
        (
            "    period",
            "    check_in_every: 12h\n    period",
            "a.yml:11: key_results.0.check_in_every: '12h' is no number of whole days; use one such as 7d or 2w",
        ),
        (
            "    period",
            "    owner: {team: Sales}\n    period",
            "a.yml:11: key_results.0.owner.email: is missing; it must be given",
        ),
        (
            "metric: calls",
            "metric: callz",
            "a.yml:8: key_results.0.metric: 'callz' is no KPI or tracked metric; use one of "
            "by_quarter, by_team, calls, rate, sales_of_old",
        ),
        (
            "metric: calls",
            "metric: by_quarter",
            "a.yml:8: key_results.0.metric: 'by_quarter' has no values of each week; its grains are quarter",
        ),
        (
            "metric: calls",
            "metric: by_team",
            "a.yml:8: key_results.0.metric: 'by_team' has no total, only values by team; use a metric with one",
        ),
        (
            "metric: calls",
            "metric: rate",
            "a.yml:9: key_results.0.measure: 'weekly_mean' is for sums and counts, and 'rate' is a percent; use value",
        ),
        (
            "weekly_mean\n    target: +50%",
            "total\n    target: -50%",
            "a.yml:10: key_results.0.target: '-50%' is none that a total grows to from 0; use more, or measure value",
        ),
        (
            "calls\n    measure: weekly_mean",
            "sales_of_old\n    measure: total",
            "a.yml:9: key_results.0.measure: 'sales_of_old' matures after 2w, so that its "
            "total to date is too low; use weekly_mean",
        ),
    ],
)
def test_a_key_result_that_cannot_be_measured_is_refused_where_it_is_written(tmp_path, old, new, message):
    assert old in KEY_RESULT
    assert okr_problems(tmp_path, GOOD + KEY_RESULT.replace(old, new)) == [message]


MINIMUM = KEY_RESULT.replace("    measure: weekly_mean\n", "")


@pytest.mark.parametrize(
    ("target", "messages"),
    [
        ("{per: month, at_least: 3}", ["target.per: 'month' is not allowed; use one of week"]),
        ("{per: week}", ["target.at_least: is missing; it must be given"]),
        ("{per: week, at_least: 0}", ["target.at_least: 0 is not allowed; input should be greater than 0"]),
        ("{at_least: 3}", ["target.at_least: needs one of per (week) and each (a slice)"]),
        ("{per: week, of: calls, at_least: 3}", ["target.of: goes with each only; leave it out"]),
        ("{per: week, least: 3, at_least: 3}", [
            "target.least: is not a field; did you mean at_least? use one of at_least, per, each, of",
        ]),
        ("{each: market, at_least: 2}", [
            "metric: 'calls' has no values of each quarter by market; use one of by_quarter",
            "target.of: is missing; name the metric whose values of 'market' are meant",
        ]),
        ("{each: team, of: by_quarter, at_least: 2}", [
            "metric: 'calls' has no values of each quarter by team; use one of by_team",
            "target.of: 'by_quarter' has no values of each quarter by team; use one of by_team",
        ]),
    ],
)  # fmt: skip
def test_a_minimum_says_of_what(tmp_path, target, messages):
    found = okr_problems(tmp_path, GOOD + MINIMUM.replace("+50%", target))
    assert sorted(line.split("key_results.0.", 1)[1] for line in found) == messages
    assert all(line.startswith(("a.yml:8:", "a.yml:9:")) for line in found)


def test_a_minimum_is_a_measure_of_its_own(tmp_path):
    written = KEY_RESULT.replace("+50%", "{per: week, at_least: 3}")
    assert okr_problems(tmp_path, GOOD + written) == [
        "a.yml:9: key_results.0.measure: does not go with at_least, which is a share of its own; leave it out"
    ]


def test_ids_of_key_results_are_unique_over_all_objectives(tmp_path):
    (tmp_path / "objectives").mkdir()
    (tmp_path / "objectives" / "b.yml").write_text(GOOD.replace("grow_sales", "sell") + KEY_RESULT)
    assert okr_problems(tmp_path) == [
        "b.yml:6: key_results.0.id: 'more_calls' is already defined at a.yml:6; ids are unique"
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("more_calls", "calls", "2: check_ins.0.key_result: 'calls' is no key result; use one of more_calls"),
        ("0.5", "1.5", "2: check_ins.0.confidence: 1.5 is not allowed; input should be less than or equal to 1"),
        ("ana@example.com", "Ana", "2: check_ins.0.by: 'Ana' is no e-mail address; use one such as team@example.com"),
        ("2026-07-13", "2026-02-30", "2: check_ins.0.date: '2026-02-30' is not allowed; "),
        (
            "On course.",
            "Ask bo@example.com.",
            "2: check_ins.0.note: names the address bo@example.com., and notes are published",
        ),
        (", note: On course.", "", "2: check_ins.0.note: is missing; it must be given"),
    ],
)
def test_a_check_in_says_who_how_sure_and_why_of_what(tmp_path, old, new, message):
    assert old in CHECK_IN
    (found,) = okr_problems(tmp_path, check_ins=CHECK_IN.replace(old, new))
    assert found.startswith(f"check_ins/c.yml:{message}")


def test_a_key_result_is_checked_in_once_a_day(tmp_path):
    twice = CHECK_IN + CHECK_IN.splitlines()[1] + "\n"
    assert okr_problems(tmp_path, check_ins=twice) == [
        "check_ins/c.yml:3: check_ins.1.date: 'more_calls on 2026-07-13' is checked in at check_ins/c.yml:2; "
        "keep one a day"
    ]


def test_the_schemas_for_editors_are_current_and_take_what_is_shipped():
    assert OBJECTIVE_SCHEMA_FILE.read_text(encoding="utf-8") == objective_schema_text()
    assert CHECK_INS_SCHEMA_FILE.read_text(encoding="utf-8") == check_ins_schema_text()
    assert [
        file.name for file in OBJECTIVES.glob("*.yml") if not is_valid(file.read_text(), objective_schema_text())
    ] == []
    said = list((OBJECTIVES / "check_ins").glob("*.yml"))
    assert said
    assert [file.name for file in said if not is_valid(file.read_text(), check_ins_schema_text())] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("+50%", "much"), ("calls\n", "Calls\n"), ("weekly_mean", "mean"), ("+50%", "{per: day, at_least: 3}")],
)
def test_the_schema_refuses_what_the_loader_refuses(old, new):
    assert is_valid(GOOD + KEY_RESULT, objective_schema_text())
    assert old in KEY_RESULT
    assert not is_valid(GOOD + KEY_RESULT.replace(old, new), objective_schema_text())


def is_valid(text: str, schema: str) -> bool:
    """Whether an editor is content with a file, in which a day is text."""
    plain = json.loads(json.dumps(yaml.safe_load(text), default=str))
    return jsonschema.Draft202012Validator(json.loads(schema)).is_valid(plain)
