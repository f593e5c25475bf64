"""`kpi new`: a person at a terminal, a script without one, and what is left of the file that it writes to."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from metrics.contracts import load_contracts
from orchestration.cli.app import app
from orchestration.company import load_company
from orchestration.dbt.project import prepare
from orchestration.errors import UsageError
from tests.orchestration.corner_shop import CornerShop
from tests.orchestration.terminal import CONTROL_C, Terminal

pytestmark = pytest.mark.slow
SALES = """\
# What the shop promises. Ask Ana before you change it.
department: sales
owner: {team: Sales, email: sales@example.com}   # Ana
kpis:
  # pays the rent
  - name: takings
    version: 1
    label: {en: Takings, es: Caja}
    question: {en: "How much do we sell?", es: "¿Cuánto vendemos?"}
    description: {en: Net amount of orders., es: Importe neto de los pedidos.}
    metric: total_revenue
    quality: {freshness: 24h, needs: {en: orders, es: pedidos}}
    unit: currency
    direction: increase
    targets: [{period: each month, value: +5%, over: previous_year, basis: {time: a year}}]
    objective: grow_sales
    review: monthly
    tier: primary
    level: [department]
    perspective: department_objective
    timing: lagging
    playbook: {en: Look at prices., es: Mira los precios.}

# followed, and nothing more
metrics:
  - name: buyers   # not visitors
    label: {en: Buyers, es: Compradores}
    description: {en: Customers with an order., es: Clientes con un pedido.}
    metric: active_customers
    quality: {freshness: 24h, needs: {en: orders, es: pedidos}}
    unit: count
"""
ANSWERS = """\
department: sales
name: repeat_takings
label: {en: Repeat takings, es: Caja repetida}
question: {en: "Do buyers come back?", es: "¿Vuelven los compradores?"}
description: {en: "Net amount of repeat orders: rank 2 and later.", es: Importe neto de pedidos repetidos.}
metric: recurring_sales
quality: {freshness: 72h, needs: {en: orders, es: pedidos}}
unit: currency
direction: increase
targets: [{period: each quarter, value: +5%, over: previous_year, basis: {team: one person}}]
objective: delight_customers
review: monthly
tier: secondary
level: [department]
perspective: customer_satisfaction
timing: leading
slices: [channel]
playbook: {en: Write to them., es: Escríbeles.}
"""
INTERVIEW = {
    "Which objective does it serve?": ["sell more", "grow_sales"],
    "Which department answers for it?": ["shop", "sales"],
    "What does it answer, in English?": ["", "Do buyers come back?"],
    "What does it answer, in Spanish?": ["¿Vuelven los compradores?"],
    "What do you want to measure, in your words?": ["zebras", "sales of customers who had ordered before", "1"],
    "What is its name?": ["Repeat takings", "takings", "repeat_takings"],
    "Its label in English?": ["Repeat takings"],
    "Its label in Spanish?": ["Repeat takings", "Caja repetida"],
    "How is it computed, in English?": ["Net amount of repeat orders."],
    "How is it computed, in Spanish?": ["Importe de pedidos repetidos."],
    "In which unit?": ["euros", "currency"],
    "What must exist in the data for it, in English?": ["orders"],
    "What must exist in the data for it, in Spanish?": ["pedidos"],
    "By which slices is it broken down?": ["channel, shoe", "channel, country"],
    "How often is it reviewed?": ["weekly", "weekly"],
    "For which periods has it values?": ["month", "week, month, quarter"],
    "How old may its newest data be?": ["soon", "24h"],
    "Which way is better?": ["up", "increase"],
    "For which period is the target?": ["next year", "each quarter"],
    "What is the target?": ["lots", "-5%", "+5%"],
    "Which people make it attainable?": ["one person"],
    "Does it lead or lag?": ["leading"],
    "How is that team reached?": ["ana", "ana@example.com"],
    "What is done when it is off target, in English?": ["Write to them."],
    "What is done when it is off target, in Spanish?": ["Escríbeles."],
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Path:
    """A company with contracts of its own, compiled once."""
    shop = CornerShop.open(tmp_path_factory.mktemp("company"))
    (shop.folder / "kpis").mkdir()
    (shop.folder / "kpis" / "sales.yml").write_text(SALES)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KPI_DATA_DIR", raising=False)
        prepare(load_company(shop.folder))
    return shop.folder


@pytest.fixture
def company(prepared, monkeypatch) -> Path:
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)
    shutil.rmtree(prepared / "kpis")
    (prepared / "kpis").mkdir()
    (prepared / "kpis" / "sales.yml").write_text(SALES)
    return prepared


def files(company: Path) -> dict[str, str]:
    return {file.name: file.read_text() for file in (company / "kpis").iterdir()}


def test_a_person_is_asked_until_every_answer_is_right_and_the_file_keeps_its_comments(company):
    terminal = Terminal("new", "--company", str(company))
    assert terminal.converse(INTERVIEW) == 0, terminal.text
    for words in (
        "'sell more' is not a name",
        "no metric speaks of 'zebras'",
        "= sum of net amount of repeat orders",
        "is not a name; use lower case letters",
        "'takings' is already defined at",
        "is the English text; translate it",
        "'euros' is not allowed; use one of percent",
        "slice 'shoe'",
        "'weekly' needs the grain 'week'; grains are month",
        "'soon' is not a duration",
        "'up' is not allowed; use one of increase",
        "'next year' is not a period",
        "'lots' is not a target",
        "-5% is no increase",
        "kpi lint",
        "kpi show repeat_takings",
    ):
        assert words in " ".join(terminal.text.split()), words
    (text,) = files(company).values()
    start, end = text.index("  - name: repeat_takings"), text.index("\n# followed")
    assert text[: start - 1] + text[end:] == SALES
    (contract,) = (c for c in load_contracts(company / "kpis") if c.name == "repeat_takings")
    assert contract.body.metric == "recurring_sales"
    assert contract.body.grains == ("week", "month", "quarter")
    assert contract.body.slices == ("channel", "country")
    assert contract.body.owner.email == "ana@example.com"
    assert contract.body.targets[0].basis.team == "one person"


def test_control_c_leaves_no_trace(company):
    terminal = Terminal("new", "--company", str(company))
    assert terminal.converse({"Which objective": ["grow_sales"], "Which department": [CONTROL_C]}) == 130
    assert "stopped; nothing was written" in terminal.text
    assert "objective: grow_sales" in terminal.text.partition("your answers so far")[2]
    assert files(company) == {"sales.yml": SALES}


def test_where_no_metric_fits_it_says_what_is_missing_and_what_to_add(company):
    terminal = Terminal("new", "--company", str(company))
    answers = {
        "Which objective": ["grow_sales"],
        "Which department": ["sales"],
        "What does it answer, in English?": ["How many leads are junk?"],
        "What does it answer, in Spanish?": ["¿Cuántos leads no sirven?"],
        "What do you want to measure": ["junk leads", "none"],
    }
    assert terminal.converse(answers) == 1
    text = " ".join(terminal.text.split())
    assert "no semantic metric on leads: no source feeds the entity 'leads'" in text
    assert "{entity: leads," in text
    assert "question: en: How many leads are junk?" in text
    assert files(company) == {"sales.yml": SALES}


def run(company: Path, tmp_path: Path, text: str, *more: str):
    (tmp_path / "answers.yml").write_text(text)
    arguments = ["new", "--from", str(tmp_path / "answers.yml"), *more, "--company", str(company)]
    return CliRunner().invoke(app, arguments)


def test_a_file_of_answers_needs_no_terminal_and_the_contract_is_free_of_lint(company, tmp_path):
    result = run(company, tmp_path, ANSWERS, "--answer", "quality.min_sample=5")
    assert result.exit_code == 0, (result.output, result.exception)
    line = files(company)["sales.yml"].splitlines().index("  - name: repeat_takings") + 1
    assert f"sales.yml:{line}" in result.output
    (contract,) = (c for c in load_contracts(company / "kpis") if c.name == "repeat_takings")
    assert contract.body.quality.min_sample == 5
    linted = CliRunner().invoke(app, ["lint", "--quick", "--company", str(company)])
    assert "repeat_takings" not in linted.output
    assert "2 KPIs and 1 tracked metrics" in linted.output


def test_a_new_department_gets_a_file_with_its_owner(company, tmp_path):
    text = ANSWERS.replace("department: sales", "department: customer\nowner: {team: Care, email: care@example.com}")
    assert run(company, tmp_path, text).exit_code == 0
    assert files(company)["sales.yml"] == SALES
    assert files(company)["customer.yml"].startswith(
        "department: customer\nowner: {team: Care, email: care@example.com}\nkpis:\n  - name: repeat_takings\n"
    )
    assert "care@example.com" in {c.body.owner.email for c in load_contracts(company / "kpis")}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("unit: currency", "unit: euros", r"answers.yml:8: unit: 'euros' is not allowed; use one of percent"),
        ("metric: recurring_sales", "metric: sales", r"answers.yml:6: metric: .*'sales' (does not exist|is no metric)"),
        ("[channel]", "[channel, shoe]", r"answers.yml:17: slices.1: slice 'shoe'"),
        ("name: repeat_takings", "name: takings", r"answers.yml:2: name: 'takings' is already defined"),
        ("delight_customers", "fame", r"answers.yml:11: objective: 'fame' is no objective"),
        ("unit: currency\n", "", r"there is no terminal to ask on(.|\n)*unit: is missing; it must be given"),
        (", basis: {team: one person}", "", r"targets: have no basis"),
        ("department: sales\n", "", r"department: is missing; use one of sales"),
        (ANSWERS, "[]", r"is not a mapping; write the fields of a contract"),
    ],
)
def test_wrong_and_missing_answers_are_named_and_nothing_is_written(company, tmp_path, old, new, message):
    assert old in ANSWERS
    result = run(company, tmp_path, ANSWERS.replace(old, new, 1))
    assert isinstance(result.exception, UsageError)
    assert re.search(message, str(result.exception)), result.exception
    assert files(company) == {"sales.yml": SALES}
