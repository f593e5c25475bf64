"""Wide views, groups and exposures: whose they are and what is on them, from the contracts alone."""

import duckdb
import pytest
import yaml
from jinja2 import Environment

from metrics.compiler.write.exposures import exposures
from metrics.compiler.write.wide import wide_models
from metrics.contracts import load_contracts

pytestmark = pytest.mark.fast

BOTH = "{en: words, es: palabras}"
COMMON = f"label: {BOTH}, description: {BOTH}, unit: count, quality: {{freshness: 24h, needs: {BOTH}}}"
PROMISE = f"""question: {BOTH}, direction: increase, objective: grow, perspective: company_objective, timing: lagging,
    tier: primary, playbook: {BOTH},
    targets: [{{period: each month, value: 10, baseline: 5, at_risk: 0.9, horizon: short}}]"""
SALES = f"""
department: sales
owner: {{team: Sales, email: sales@a.es}}
kpis:
  - {{name: revenue, metric: revenue, review: monthly, level: [department, company], {PROMISE}, {COMMON}}}
  - {{name: returns, metric: returns, review: monthly, level: [department], {PROMISE}, {COMMON}}}
metrics:
  - {{name: calls, metric: call_count, {COMMON}}}
  - {{name: markets, metric: markets, review: quarterly, grains: [quarter], {COMMON}}}
  - {{name: by_page, metric: pages, total: false, slices: [page], {COMMON}}}
  - {{name: guesses, metric: guesses, lifecycle: draft, {COMMON}}}
"""
SUPPORT = f"""
department: support
owner: {{team: Support, email: support@a.es}}
kpis:
  - {{name: solved, metric: solved, review: monthly, level: [company], {PROMISE}, {COMMON}}}
"""


@pytest.fixture
def contracts(tmp_path):
    (tmp_path / "sales.yml").write_text(SALES)
    (tmp_path / "support.yml").write_text(SUPPORT)
    return load_contracts(tmp_path)


def select(text: str):
    """What a wide view shows of three months of values."""
    con = duckdb.connect()
    con.execute(
        "create table kpi_values (kpi text, grain text, slice text, period_start date, value double, "
        "is_complete boolean)"
    )
    con.execute("""insert into kpi_values values
        ('revenue', 'month', '', '2026-01-01', 10, true), ('returns', 'month', '', '2026-01-01', 2, true),
        ('calls', 'month', '', '2026-01-01', 7, true), ('revenue', 'month', '', '2026-02-01', 11, true),
        ('returns', 'month', '', '2026-02-01', 3, false), ('revenue', 'day', '', '2026-02-01', 99, true),
        ('revenue', 'month', 'channel', '2026-02-01', 99, true), ('solved', 'month', '', '2026-03-01', 5, false)""")
    relation = con.sql(Environment().from_string(text).render(ref=lambda name: name))
    return relation.columns, [(row[0].month, *row[1:]) for row in relation.order("month").fetchall()]


def test_a_department_has_a_column_for_each_active_total_with_months(contracts):
    columns, rows = select(wide_models(contracts)["sales_monthly.sql"])
    assert columns == ["month", "is_complete", "revenue", "returns", "calls"]
    assert rows == [(1, True, 10.0, 2.0, 7.0), (2, False, 11.0, 3.0, None)]


def test_the_company_has_the_kpis_of_its_level_from_every_department(contracts):
    columns, rows = select(wide_models(contracts)["company_monthly.sql"])
    assert columns == ["month", "is_complete", "revenue", "solved"]
    assert rows == [(1, True, 10.0, None), (2, True, 11.0, None), (3, False, None, 5.0)]


def test_every_view_and_column_is_described_and_told_to_be_published(contracts):
    texts = wide_models(contracts)
    models = {model["name"]: model for model in yaml.safe_load(texts["_monthly__models.yml"])["models"]}
    assert {f"{name}.sql" for name in models} == texts.keys() - {"_monthly__models.yml"}
    sales = models["sales_monthly"]
    assert sales["description"].startswith("One row per month")
    assert [column["name"] for column in sales["columns"]] == ["month", "is_complete", "revenue", "returns", "calls"]
    assert all(column["description"] for column in sales["columns"])
    assert sales["config"]["group"] == "sales"
    assert sales["config"]["meta"]["published"] == {"kind": "view", "key": ["month"]}


def test_a_scorecard_without_months_has_no_view_and_its_exposure_does_not_name_one(tmp_path):
    (tmp_path / "sales.yml").write_text(
        "department: sales\nowner: {team: S, email: a@b.es}\nmetrics:\n"
        f"  - {{name: markets, metric: markets, review: quarterly, grains: [quarter], {COMMON}}}\n"
    )
    contracts = load_contracts(tmp_path)
    assert wide_models(contracts) == {}
    (exposure,) = yaml.safe_load(exposures(contracts)["_kpi__scorecards.yml"])["exposures"]
    assert exposure["depends_on"] == ["ref('kpi_values')", "ref('kpi_scorecard')", "metric('markets')"]


def test_each_department_and_the_company_has_a_group_and_an_exposure_with_an_owner(contracts):
    content = yaml.safe_load(exposures(contracts)["_kpi__scorecards.yml"])
    assert [group["name"] for group in content["groups"]] == ["company", "sales", "support"]
    assert content["groups"][1]["owner"] == {"name": "Sales", "email": "sales@a.es"}
    company, sales, _ = content["exposures"]
    assert company["config"]["meta"]["kpis"] == ["revenue", "solved"]
    assert (sales["name"], sales["type"]) == ("sales_scorecard", "dashboard")
    assert "metric('call_count')" in sales["depends_on"]
    assert "ref('sales_monthly')" in sales["depends_on"]
    assert "`revenue`" in sales["description"]
    assert "`guesses`" not in sales["description"]


def test_the_company_of_the_shipped_catalogue_looks_at_twelve_kpis():
    from tests.test_house import ROOT

    contracts = load_contracts(ROOT / "metrics" / "kpis")
    models = {m["name"]: m for m in yaml.safe_load(wide_models(contracts)["_monthly__models.yml"])["models"]}
    columns = {name: len(model["columns"]) - 2 for name, model in models.items()}
    assert columns == {
        "company_monthly": 12,
        "customer_monthly": 9,
        "ecommerce_monthly": 10,
        "marketing_monthly": 6,
        "people_monthly": 4,
        "sales_monthly": 14,
        "support_monthly": 10,
    }
