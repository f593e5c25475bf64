"""alerts.yml: what it may say, and what is told of what it may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from metrics.alerting import load_alerting
from metrics.contracts import load_contracts
from metrics.problems import DefinitionError

pytestmark = pytest.mark.fast
METRICS = Path(__file__).parents[2] / "metrics"
FILE = """
channels: {team: {url_env: KPI_ALERT_URL_TEAM}}
rules:
  - {name: missed, when: below_target}
  - {name: slow, when: off_pace, below: 80%}
routes: [{channels: [team]}]
"""


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "alerts.yml"


def problems(file: Path, old: str = "", new: str = "", kpis: set[str] | None = None) -> list[str]:
    """What is told, each without the folder, of the file after a change."""
    assert old in FILE
    file.write_text(FILE.replace(old, new))
    try:
        load_alerting(file, kpis)
    except DefinitionError as error:
        return [str(problem).removeprefix(f"{file.parent}/") for problem in error.problems]
    return []


def test_the_shipped_rules_are_right_and_every_department_has_a_channel():
    contracts = load_contracts(METRICS / "kpis")
    alerting = load_alerting(METRICS / "alerts.yml", {contract.name for contract in contracts})
    departments = {contract.department for contract in contracts}
    assert {digest.department for digest in alerting.digests} == departments
    for department in departments:
        for rule in alerting.rules:
            assert [r for r in alerting.routes if r.takes(rule) and r.covers(department, "primary", False)]
    assert {rule.when for rule in alerting.rules} == {
        "below_target", "off_pace", "signal", "stale", "not_measurable", "restated",
    }  # fmt: skip


def test_a_share_is_a_number_or_percent(file):
    assert problems(file) == []
    assert load_alerting(file).rules[1].below == pytest.approx(0.8)


def test_every_problem_is_told_with_its_line_at_once(file):
    file.write_text(FILE.replace("below_target", "below").replace("80%", "much").replace("[team]", "[tem, 3]"))
    with pytest.raises(DefinitionError) as caught:
        load_alerting(file)
    assert [(problem.line, problem.field) for problem in caught.value.problems] == [
        (4, "rules.missed.when"),
        (5, "rules.slow.below"),
        (6, "routes.0.channels.1"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "target}",
            "target, below: 1}",
            "4: rules.missed.below: is no parameter of below_target; use periods, at_risk",
        ),
        ("below_target}", "signal, periods: 2}", "4: rules.missed.periods: is no parameter of signal; it has none"),
        ("slow", "missed", "5: rules.missed.name: 'missed' is already the name of a rule; names are unique"),
        ("[team]", "[tem]", "6: routes.0.channels.0: 'tem' is no channel; use one of team"),
        (
            "[{channels",
            "[{rules: [mised], channels",
            "6: routes.0.rules.0: 'mised' is no rule; use one of missed, slow",
        ),
        (
            "80%",
            "80%, until: 70%",
            "5: rules.slow.until: 0.7 is less than below (0.8); an alert would end as it begins",
        ),
        ("target}", "target, kpis: [revenu]}", "4: rules.missed.kpis.0: 'revenu' is no KPI; use one of revenue"),
        (
            "target}",
            "target, cool_down: 99999999999h}",
            "4: rules.missed.cool_down: '99999999999h' is longer than ten years; use a shorter time",
        ),
        (
            "routes",
            "digests: [{department: saless, channel: team}]\nroutes",
            "6: digests.0.department: 'saless' is not allowed; use one of sales, marketing, ecommerce, ",
        ),
        (
            "routes",
            "digests: [{department: sales, channel: tem}]\nroutes",
            "6: digests.0.channel: 'tem' is no channel; use one of team",
        ),
        (
            "routes",
            "digests: [{department: sales, channel: team, weekday: mon}]\nroutes",
            "6: digests.0.weekday: 'mon' is not allowed; use one of monday, tuesday, ",
        ),
        (
            "routes",
            "digests: [{department: sales, channel: team, hour: 24}]\nroutes",
            "6: digests.0.hour: 24 is not allowed; input should be less than or equal to 23",
        ),
        (
            "routes",
            "digests:\n  - {department: sales, channel: team, language: en}\n"
            "  - {department: sales, channel: team}\nroutes",
            "8: digests.1: team gets this digest already; name each once",
        ),
        ("target}", "target, department: a}", "4: rules.missed.department: is not a field; did you mean departments?"),
    ],
)
def test_what_makes_no_sense_is_told_with_what_is_allowed(file, old, new, told):
    (problem,) = problems(file, old, new, {"revenue"})
    assert problem.startswith(f"alerts.yml:{told}")


def test_a_url_in_the_file_is_refused_without_being_repeated(file):
    (problem,) = problems(file, "KPI_ALERT_URL_TEAM", "slack://token-s3cr3t")
    assert "keep the URL itself out of this file" in problem
    assert "s3cr3t" not in problem


@pytest.mark.parametrize("link", ["javascript:alert(1)", "our dashboard", "https://a.example/ b"])
def test_a_link_that_is_no_page_is_refused(file, link):
    (problem,) = problems(file, "channels: {", f"link: '{link}'\nchannels: {{")
    assert problem.endswith(f"link: '{link}' is not the address of a page; write https://host/path")


def test_a_digest_is_sent_on_monday_at_seven_in_its_channels_language_unless_it_says_another(file):
    digests = (
        "[{department: sales, channel: team}, {department: company, channel: team, language: es, weekday: friday}]"
    )
    assert problems(file, "routes", f"digests: {digests}\nroutes") == []
    alerting = load_alerting(file)
    assert [(alerting.language(one), one.moment) for one in alerting.digests] == [
        ("en", "monday 07:00"),
        ("es", "friday 07:00"),
    ]


def test_alerts_link_to_the_dashboard_unless_another_page_is_named(file):
    assert problems(file, "channels: {", "dashboard: https://a.example/kpis/\nchannels: {") == []
    assert load_alerting(file).page("es") == "https://a.example/kpis/es/kpis/{kpi}.html"
    problems(file, "channels: {", "dashboard: https://a.example\nlink: https://b.example\nchannels: {")
    assert load_alerting(file).page("es") == "https://b.example"


def test_rules_that_were_written_for_other_kpis_may_name_them(file):
    assert problems(file, "below_target}", "below_target, kpis: [theirs]}", None) == []
