"""Action plan files: what is read, and what every mistake says (file, line, field, what is allowed)."""

from datetime import date

import pytest

from metrics.calendar import Calendar
from metrics.contracts import contracts_of
from metrics.located_yaml import read_yaml
from metrics.planning import load_action_plans
from metrics.problems import DefinitionError

pytestmark = pytest.mark.fast
CALENDAR = Calendar("Europe/Madrid", "monday", 1, date(2024, 1, 1), "EUR")
CONTRACTS = """\
department: support
owner: {team: Support, email: support@example.com}
kpis:
  - &kpi
    name: handle_time
    label: {en: Handle time, es: Tiempo de gestión}
    question: {en: How long?, es: ¿Cuánto?}
    description: {en: Seconds., es: Segundos.}
    metric: handle_time
    quality: {freshness: 24h, needs: {en: calls, es: llamadas}}
    unit: seconds
    direction: decrease
    targets: [{period: each week, value: 300, baseline: 320}]
    objective: delight
    grains: [week, month]
    review: weekly
    tier: primary
    level: [department]
    perspective: department_objective
    timing: leading
    playbook: {en: Look., es: Mira.}
  - {<<: *kpi, name: staffing, direction: within, targets: [{period: each week, low: 1, high: 2}]}
metrics:
  - {name: calls, label: {en: Calls, es: Llamadas}, description: {en: All., es: Todas.}, metric: calls, unit: count,
     quality: {freshness: 24h, needs: {en: calls, es: llamadas}}}
"""
GOOD = """\
id: sms_training
kpi: handle_time
period: 2026-W36
opened: 2026-09-09
cause: {kind: training, text: New templates confuse agents.}
actions:
  - {what: Write templates anew, owner: support@example.com, due: 2026-09-16, done: 2026-09-15}
  - {what: Train the agents, owner: training@example.com, due: 2026-09-30}
owner: support@example.com
goal: target
due: 2026-09-30
check_ins:
  - {date: 2026-09-16, note: Templates are written., by: training@example.com}
closed: {date: 2026-10-02, outcome: Back to normal.}
"""


@pytest.fixture(scope="module")
def contracts(tmp_path_factory):
    file = tmp_path_factory.mktemp("contracts") / "support.yml"
    file.write_text(CONTRACTS)
    loaded = contracts_of([read_yaml(file)])
    assert not loaded.problems
    return loaded.contracts


@pytest.fixture
def problems(contracts, tmp_path):
    def told(**files: str) -> list[str]:
        for name, text in files.items():
            (tmp_path / f"{name}.yml").write_text(text)
        with pytest.raises(DefinitionError) as caught:
            load_action_plans(tmp_path, contracts, CALENDAR)
        return str(caught.value).replace(f"{tmp_path}/", "").splitlines()

    return told


def test_a_file_is_one_plan_or_holds_those_of_a_department(contracts, tmp_path):
    (tmp_path / "a.yml").write_text(GOOD)
    lines = (
        GOOD.replace("sms_training", "again").replace("goal: target", "goal: 290").replace("closed", "#").splitlines()
    )
    (tmp_path / "b.yml").write_text("plans:\n  - " + "\n    ".join(lines) + "\n")
    one, other = load_action_plans(tmp_path, contracts, CALENDAR)
    assert (one.id, one.goal, one.due, one.check_in_days) == ("sms_training", "target", date(2026, 9, 30), 7)
    assert one.closed is not None
    assert (one.closed.outcome, one.actions[0].done, one.cause.kind) == (
        "Back to normal.",
        date(2026, 9, 15),
        "training",
    )
    assert (other.id, other.goal, other.closed) == ("again", 290, None)


@pytest.mark.parametrize("period", ["9999-12-31", "0000"])
def test_a_period_beyond_the_calendar_is_refused(problems, period):
    (told, *_) = problems(a=GOOD.replace("period: 2026-W36", f"period: '{period}'"))
    assert f"period: '{period}' is no {'day' if '-' in period else 'year'} of the calendar" in told


def test_a_company_without_the_folder_has_no_plans(contracts, tmp_path):
    assert load_action_plans(tmp_path / "actions", contracts, CALENDAR) == ()


def test_an_unknown_kpi_is_told_with_the_one_that_it_is_close_to(problems):
    assert problems(a=GOOD.replace("handle_time", "handel_time")) == [
        "a.yml:2: sms_training.kpi: 'handel_time' is no KPI; did you mean handle_time? use one of handle_time, staffing"
    ]


def test_a_metric_that_promises_nothing_has_no_plan(problems):
    assert problems(a=GOOD.replace("kpi: handle_time", "kpi: calls")) == [
        "a.yml:2: sms_training.kpi: 'calls' is a tracked metric, which promises nothing; use a KPI"
    ]


def test_fields_that_are_wrong_or_missing_are_all_told_at_once(problems):
    wrong = (
        GOOD.replace("kind: training", "kind: weather")
        .replace("goal: target", "goal: soon")
        .replace("due: 2026-09-30\n", "")
    )
    other = "plans:\n  - {id: Late, kpis: x}\n"
    found = problems(a=wrong, b=other, c="id: [\n")
    assert [line for line in found if line.startswith("a.yml")] == [
        "a.yml:1: due: is missing; it must be given",
        "a.yml:5: cause.kind: 'weather' is not allowed; use one of process, training, market, data",
        "a.yml:10: goal: 'soon' is not a goal; use 'target', or a number in the KPI's unit",
    ]
    assert found[3] == "b.yml:2: Late.actions: is missing; it must be given"
    assert any("b.yml:2: Late.kpis: is not a field; did you mean kpi?" in line for line in found)
    assert found[-1].startswith("c.yml:2: file: is not YAML")


LATER = "before the plan was opened (2026-09-09); use a later day"
DAYS = [
    ("due: 2026-09-30\nch", "due: 2026-09-08\nch", 11, f"due: 2026-09-08 is {LATER}"),
    ("due: 2026-09-30}", "due: 2026-10-01}", 8, "actions.1.due: 2026-10-01 is outside the plan; use a day from"),
    ("due: 2026-09-16", "due: 2026-09-08", 7, "actions.0.due: 2026-09-08 is outside the plan; use a day from"),
    ("done: 2026-09-15", "done: 2026-09-01", 7, f"actions.0.done: 2026-09-01 is {LATER}"),
    ("{date: 2026-09-16", "{date: 2026-09-08", 13, f"check_ins.0.date: 2026-09-08 is {LATER}"),
    ("{date: 2026-09-16", "{date: 2026-10-03", 13, "check_ins.0.date: 2026-10-03 is after the plan was closed"),
    ("{date: 2026-10-02", "{date: 2026-09-01", 14, f"closed.date: 2026-09-01 is {LATER}"),
    ("2026-W36", "2026-W38", 4, "opened: 2026-09-09 is before 2026-W38 begins (2026-09-14); use a later day"),
    ("2026-W36", "2026-08-31", 3, "period: '2026-08-31' is a day, and handle_time has values by week, month only"),
]


@pytest.mark.parametrize(("old", "new", "line", "told"), DAYS)
def test_days_that_cannot_follow_each_other_are_told(problems, old, new, line, told):
    assert old in GOOD
    found = problems(a=GOOD.replace(old, new))
    assert any(problem.startswith(f"a.yml:{line}: sms_training.{told}") for problem in found), found


def test_two_check_ins_on_a_day_are_one_too_many(problems):
    twice = "check_ins:\n  - {date: 2026-09-16, note: Again.}"
    assert problems(a=GOOD.replace("check_ins:", twice)) == [
        "a.yml:14: sms_training.check_ins.1.date: 2026-09-16 has a check-in already; keep one a day"
    ]


def test_a_period_that_is_none_and_a_cadence_of_hours_are_refused(problems):
    found = problems(a=GOOD.replace("2026-W36", "each week"), b=GOOD.replace("goal: target", "check_in_every: 36h"))
    assert "a.yml:3: period: 'each week' is not a period" in found[0]
    assert found[1] == "b.yml:10: check_in_every: '36h' is no number of whole days; use one such as 7d or 2w"


def test_a_number_is_no_goal_of_a_kpi_that_should_stay_within_bounds(problems):
    assert problems(a=GOOD.replace("handle_time", "staffing").replace("goal: target", "goal: 1.5")) == [
        "a.yml:10: sms_training.goal: 1.5 is not allowed: staffing should stay within bounds; use 'target'"
    ]


def test_notes_are_published_and_name_no_address(problems):
    found = problems(a=GOOD.replace("Templates are written.", "Ask ana@example.com again."))
    assert found[0].startswith("a.yml:13: check_ins.0.note: names the address ana@example.com, and notes are published")


def test_an_id_is_given_once(problems):
    assert problems(a=GOOD, b=f"# the same again\n{GOOD}") == [
        "b.yml:2: sms_training.id: 'sms_training' is already defined at a.yml:1; ids are unique"
    ]
