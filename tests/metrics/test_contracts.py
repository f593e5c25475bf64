"""Contract files: what is read, and what every mistake says (file, line, field, what is allowed)."""

from pathlib import Path

import pytest

from metrics.contracts import load_contracts, read_contracts
from metrics.problems import DefinitionError

pytestmark = pytest.mark.fast

GOOD = """\
department: support
owner: {team: Support, email: support@example.com}
kpis:
  - name: first_contact_resolution
    version: 1
    label: {en: First contact resolution, es: Resolución en el primer contacto}
    question: {en: "Do we solve it?", es: "¿Lo resolvemos?"}
    description: {en: Tickets solved at once., es: Tiques resueltos a la primera.}
    metric: first_contact_resolution_rate
    quality: {freshness: 24h, min_sample: 30, needs: {en: closed tickets, es: tiques cerrados}}
    unit: percent
    direction: increase
    targets:
      - {period: 2026-Q3, baseline: 0.68, value: 0.75}
      - {period: each quarter, value: +5%, over: previous_year}
    objective: delight_customers
    review: weekly
    tier: primary
    level: [department, company]
    perspective: customer_satisfaction
    timing: leading
    slices: [channel, priority]
    playbook: {en: Compare channels., es: Compara canales.}
metrics:
  - name: contacts
    label: {en: Contacts, es: Contactos}
    description: {en: All contacts., es: Todos los contactos.}
    metric: contacts
    quality: {freshness: 24h, needs: {en: contacts, es: contactos}}
    unit: count
"""


def problems(tmp_path: Path, *changes: tuple[str, str], text: str = GOOD) -> list[str]:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (tmp_path / "support.yml").write_text(text)
    with pytest.raises(DefinitionError) as caught:
        load_contracts(tmp_path)
    return str(caught.value).replace(f"{tmp_path}/", "").splitlines()


def test_a_good_file_gives_kpis_and_tracked_metrics_with_their_owner(tmp_path):
    (tmp_path / "support.yml").write_text(GOOD)
    contracts = load_contracts(tmp_path)
    kpi, metric = (contract.body for contract in contracts)
    assert (kpi.name, kpi.review_grain, kpi.owner.team) == ("first_contact_resolution", "week", "Support")
    assert (metric.name, metric.tier, metric.owner.email) == ("contacts", "usage", "support@example.com")
    assert [item.department for item in contracts] == ["support", "support"]
    assert [target.is_relative for target in kpi.targets] == [False, True]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (
            ("direction: increase", "direction: up"),
            "support.yml:12: first_contact_resolution.direction: 'up' is not allowed; "
            "use one of increase, decrease, at_least, at_most, within",
        ),
        (
            ("    review: weekly\n", ""),
            "support.yml:4: first_contact_resolution.review: is missing; it must be given",
        ),
        (
            ('es: "¿Lo resolvemos?"', "fr: Oui"),
            "support.yml:7: first_contact_resolution.question.es: is missing; it must be given",
        ),
        (
            ("timing: leading", "timming: leading"),
            "support.yml:21: first_contact_resolution.timming: is not a field; did you mean timing? use one of name, "
            "version, label, description, metric, owner, unit, quality, grains, slices, total, parents, review, tier, "
            "matures_after, lifecycle, successor, question, direction, targets, objective, drives, level, "
            "perspective, timing, playbook",
        ),
        (
            ("freshness: 24h", "freshness: soon"),
            "support.yml:10: first_contact_resolution.quality.freshness: 'soon' is not a duration; "
            "use a number of hours, days or weeks such as 24h, 30d, 2w",
        ),
        (
            ("slices: [channel, priority]", "slices: [channel, channel]"),
            "support.yml:22: first_contact_resolution.slices: 'channel' is given 2 times; name each once",
        ),
        (
            ("review: weekly", "review: daily\n    grains: [week, month]"),
            "support.yml:17: first_contact_resolution.review: 'daily' needs the grain 'day'; grains are week, month",
        ),
        (
            ("period: 2026-Q3", "period: 2026-Q5"),
            "support.yml:14: first_contact_resolution.targets.0.period: '2026-Q5' is not a period; use a day "
            "(2026-07-01), week (2026-W27), month (2026-07), quarter (2026-Q3), year (2026), or 'each' day, week, "
            "month, quarter or year",
        ),
        (
            ("period: 2026-Q3", "period: 2025-W53"),
            "support.yml:14: first_contact_resolution.targets.0.period: '2025-W53' is no week of the calendar; use a "
            "day (2026-07-01), week (2026-W27), month (2026-07), quarter (2026-Q3), year (2026), or 'each' day, week, "
            "month, quarter or year",
        ),
        (
            ("baseline: 0.68, ", ""),
            "support.yml:14: first_contact_resolution.targets.0.baseline: is missing; "
            "direction 'increase' needs one for an absolute value",
        ),
        (
            (", over: previous_year", ""),
            "support.yml:15: first_contact_resolution.targets.1.over: is missing; "
            "a change needs one of previous_year, previous_period",
        ),
        (
            ("value: +5%", "value: much"),
            "support.yml:15: first_contact_resolution.targets.1.value: 'much' is not a target; "
            "use a number, or a change such as +5%",
        ),
        (
            ("value: 0.75", "low: 0.7"),
            "support.yml:14: first_contact_resolution.targets.0.low: is allowed with direction 'within' only; "
            "give value",
        ),
        (
            ("    playbook:", "    lifecycle: retired\n    playbook:"),
            "support.yml:4: first_contact_resolution.successor: is missing; "
            "name the KPI that takes the place of a retired one",
        ),
        (
            ("    playbook:", "    successor: contacts\n    playbook:"),
            "support.yml:23: first_contact_resolution.successor: is for lifecycle 'retired' only, which is 'active'; "
            "leave it out",
        ),
        (
            ("    slices:", "    parents: [revenue]\n    slices:"),
            "support.yml:22: first_contact_resolution.parents.0: 'revenue' is no other KPI; use one of contacts",
        ),
        (
            ("    slices:", "    drives: [contacts, first_contact_resolution]\n    slices:"),
            "support.yml:22: first_contact_resolution.drives.1: 'first_contact_resolution' is no other KPI; "
            "use one of contacts",
        ),
        (
            ("value: 0.75", "value: 0.75, slice: {channel: sms, topic: bill}"),
            "support.yml:14: first_contact_resolution.targets.0.slice: names 2 slices; give one, such as "
            "{channel: sms}",
        ),
        (
            ("value: 0.75", "value: 0.75, spread: even"),
            "support.yml:14: first_contact_resolution.targets.0.spread: 'even' is not allowed; use one of flat, "
            "working_days, last_year",
        ),
        (
            ("slices: [channel, priority]", "slices: []\n    total: false"),
            "support.yml:23: first_contact_resolution.total: false needs slices; "
            "give at least one, or leave the total",
        ),
        (
            ("min_sample: 30", "min_persons: 0"),
            "support.yml:10: first_contact_resolution.quality.min_persons: 0 is not allowed; "
            "input should be greater than or equal to 1",
        ),
        (
            ("name: contacts", "name: first_contact_resolution"),
            "support.yml:25: first_contact_resolution.name: 'first_contact_resolution' is already defined at "
            "support.yml:4; names are unique",
        ),
        (("department: support", "department: shop"), "support.yml:1: department: 'shop' is not allowed; use one of "
         "sales, marketing, ecommerce, support, customer, people, company"),
        (("    tier: primary", "    tier: primary\n    tier: usage"),
         "support.yml:19: tier: is written twice; keep one"),
        (("    targets:", "   targets:"),
         "support.yml:13: file: is not YAML: expected <block end>, but found '<block mapping start>'; "
         "indent evenly, and quote text that holds any of , ? : #"),
    ],
)  # fmt: skip
def test_a_mistake_names_file_line_field_and_what_is_allowed(tmp_path, change, expected):
    assert expected in problems(tmp_path, change)


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path):
    (tmp_path / "sales.yml").write_text("department: sales\nowner: {team: Sales, email: nobody}\n")
    found = problems(tmp_path, ("direction: increase", "direction: up"), ("unit: percent", "unit: shares"))
    assert [line.split(": ")[0:2] for line in found] == [
        ["sales.yml:2", "owner.email"],
        ["support.yml:11", "first_contact_resolution.unit"],
        ["support.yml:12", "first_contact_resolution.direction"],
    ]


def test_a_total_can_be_left_out_and_few_persons_kept_unseen(tmp_path):
    text = GOOD.replace("slices:", "total: false\n    slices:").replace("min_sample: 30", "min_persons: 5")
    (tmp_path / "support.yml").write_text(text)
    kpi, metric = (contract.body for contract in load_contracts(tmp_path))
    assert (kpi.total, kpi.quality.min_persons, kpi.quality.min_sample) == (False, 5, None)
    assert (metric.total, metric.quality.min_persons) == (True, None)


def test_within_takes_low_and_high(tmp_path):
    band = ("{period: 2026-Q3, baseline: 0.68, value: 0.75}", "{period: 2026-Q3, low: 0.8, high: 0.7}")
    only = ("      - {period: each quarter, value: +5%, over: previous_year}\n", "")
    found = problems(tmp_path, ("direction: increase", "direction: within"), band, only)
    assert found == ["support.yml:14: first_contact_resolution.targets.0.low: 0.8 is not below high (0.7)"]


def test_a_missing_folder_is_one_clear_message(tmp_path):
    with pytest.raises(DefinitionError, match="nowhere:1: folder: does not exist"):
        load_contracts(tmp_path / "nowhere")


def test_a_file_that_is_no_mapping_is_refused(tmp_path):
    (found,) = problems(tmp_path, text="- 1\n")
    assert found.startswith("support.yml:1: file: [1] is not allowed")


def test_a_contract_that_cannot_be_read_is_not_held_against_those_that_name_it(tmp_path):
    other = GOOD.replace("first_contact_resolution\n", "other\n").replace("name: contacts", "name: other_contacts")
    other = other.replace("    review: weekly\n", "    parents: [first_contact_resolution]\n    review: weekly\n")
    (tmp_path / "company.yml").write_text(other)
    assert problems(tmp_path, ("    review: weekly\n", "    review: sometimes\n")) == [
        "support.yml:17: first_contact_resolution.review: 'sometimes' is not allowed; "
        "use one of daily, weekly, monthly, quarterly, yearly"
    ]


def test_what_can_be_read_of_a_wrong_file_is_read_with_its_lines(tmp_path):
    (tmp_path / "support.yml").write_text(GOOD.replace("direction: increase", "direction: up"))
    (tmp_path / "sales.yml").write_text("department: [\n")
    loaded = read_contracts(tmp_path)
    assert [(item.name, item.problem("unit", "").line) for item in loaded.contracts] == [("contacts", 30)]
    assert [(problem.field, loaded.complete) for problem in loaded.problems] == [
        ("file", False),
        ("first_contact_resolution.direction", False),
    ]


def test_coverage_names_another_kpi_with_a_total_of_the_same_periods(tmp_path):
    covered = GOOD.replace("min_sample: 30,", "min_sample: 30, coverage: {of: contacts, at_least: 0.95},")
    (tmp_path / "support.yml").write_text(covered)
    coverage = load_contracts(tmp_path)[0].body.quality.coverage
    assert (coverage.of, coverage.at_least) == ("contacts", 0.95)


@pytest.mark.parametrize(
    ("coverage", "field", "problem"),
    [
        ("{of: calls, at_least: 0.95}", "of", "'calls' is no other KPI with a total of each week; use one of contacts"),
        ("{of: first_contact_resolution, at_least: 1}", "of", "'first_contact_resolution' is no other KPI"),
        ("{of: contacts, at_least: 1.5}", "at_least", "1.5 is not allowed"),
        ("{of: contacts}", "at_least", "is missing"),
    ],
)
def test_coverage_that_cannot_be_judged_is_refused(tmp_path, coverage, field, problem):
    (found,) = problems(tmp_path, ("min_sample: 30,", f"min_sample: 30, coverage: {coverage},"))
    assert found.startswith(f"support.yml:10: first_contact_resolution.quality.coverage.{field}: {problem}")


def test_coverage_by_a_kpi_without_the_reviews_grain_is_refused(tmp_path):
    monthly = ("    unit: count\n", "    unit: count\n    grains: [month]\n")
    (found,) = problems(
        tmp_path, ("min_sample: 30,", "min_sample: 30, coverage: {of: contacts, at_least: 0.9},"), monthly
    )
    assert "'contacts' is no other KPI with a total of each week" in found
