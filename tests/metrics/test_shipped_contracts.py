"""The shipped contracts promise what the catalogue says: a difference to these tables is a decision, not a slip."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import BaseModel

import metrics
from metrics.contracts import Contract, load_contracts, load_objectives
from metrics.contracts.models import Kpi, Text, TrackedMetric

pytestmark = pytest.mark.fast

ROOT = Path(metrics.__file__).parent
CONTRACTS = load_contracts(ROOT / "kpis")
OBJECTIVES = load_objectives(ROOT / "objectives")

GRAINS = {
    "day week month quarter year": "all",
    "week month quarter year": "W+",
    "month quarter year": "M+",
}
LETTERS = {
    "increase": "↑", "decrease": "↓", "leading": "L", "lagging": "G", "primary": "P", "secondary": "S",
    "customer_satisfaction": "C", "department_objective": "D", "company_objective": "O",
}  # fmt: skip
# ★: on the company scorecard. L leading, G lagging; P primary, S secondary; C customer satisfaction, D department
# objective, O company objective. W+: week to year, M+: month to year. The last column is matures_after.
KPIS = """\
sales | total_revenue ★ | Ingresos totales | currency ↑ G P O | all | channel, acquisition_channel, country, segment | daily | grow_sales | 0d
sales | lead_conversion_rate | Tasa de conversión de leads | percent ↑ L P D | W+ | acquisition_channel, campaign_id | weekly | grow_sales | 30d
sales | sales_cycle_days | Ciclo medio de ventas | days ↓ L S D | W+ | owner, product, market | monthly | grow_sales | 0d
sales | average_deal_value | Valor medio de los tratos | currency ↑ G S D | W+ | owner, product, market | monthly | grow_sales | 0d
sales | recurring_sales | Ventas recurrentes | currency ↑ G S D | all | channel, country, segment | monthly | delight_customers | 0d
marketing | customer_acquisition_cost ★ | Coste de adquisición | currency ↓ G P O | M+ | acquisition_channel | monthly | grow_profitably | 0d
marketing | campaign_roi | ROI de campañas | percent ↑ G P D | W+ | acquisition_channel, campaign_id | weekly | grow_profitably | 0d
marketing | leads_generated | Leads generados | count ↑ L S D | all | acquisition_channel, campaign_id | weekly | grow_sales | 0d
ecommerce | conversion_rate ★ | Tasa de conversión | percent ↑ L P O | all | device, acquisition_channel, country | daily | grow_sales | 0d
ecommerce | cart_abandonment_rate | Abandono de carritos | percent ↓ L S D | all | device, acquisition_channel, country | daily | grow_sales | 0d
ecommerce | return_rate | Tasa de devolución | percent ↓ G S C | W+ | product_category, supplier, channel, country | weekly | delight_customers | 30d
ecommerce | organic_repurchase_rate | Tasa orgánica de recompra (TOR) | percent ↑ G P D | M+ | segment, country | monthly | delight_customers | 0d
support | first_contact_resolution ★ | Resolución en el primer contacto | percent ↑ L P C | all | channel, priority, topic | weekly | delight_customers | 0d
support | average_handle_time | Tiempo medio de gestión | seconds ↓ L S D | all | channel, agent | daily | grow_profitably | 0d
support | first_response_time | Tiempo de primera respuesta | seconds ↓ L S C | all | channel, priority, topic | daily | delight_customers | 0d
support | customer_satisfaction ★ | Satisfacción del cliente | percent ↑ G P C | all | channel, topic | weekly | delight_customers | 0d
customer | net_promoter_score ★ | Net Promoter Score | score ↑ L P C | W+ | channel, segment, country | monthly | delight_customers | 0d
customer | customer_churn_rate ★ | Tasa de abandono | percent ↓ G P O | M+ | segment, country, acquisition_channel | monthly | grow_profitably | 0d
customer | customer_lifetime_value ★ | Valor de vida del cliente | currency ↑ G S O | M+ | segment, country, acquisition_channel | monthly | grow_profitably | 0d
people | employee_satisfaction ★ | Satisfacción de los empleados | score ↑ L P D | M+ | department | quarterly | keep_people | 0d
people | employee_productivity ★ | Productividad de los empleados | currency ↑ G P O | M+ | – | monthly | grow_profitably | 0d
people | employee_turnover | Rotación de personal | percent ↓ G S D | M+ | department | monthly | keep_people | 0d
company | gross_margin ★ | Margen bruto | percent ↑ G P O | all | channel, acquisition_channel, country, segment | monthly | grow_profitably | 0d
company | revenue_per_customer ★ | Ingresos por cliente | currency ↑ G S O | W+ | segment, country | monthly | grow_sales | 0d
"""  # noqa: E501
TRACKED = """\
sales | average_order_value | currency | all | – | 0d
sales | sales_per_ticket | ratio | all | – | 0d
sales | win_rate | percent | all | – | 0d
sales | open_pipeline_value | currency | all | – | 0d
sales | follow_up_calls | count | all | – | 0d
sales | presentations | count | all | – | 0d
sales | new_markets_analysed | count | quarter | market | 0d
sales | sales_in_new_markets | count | quarter | market | 0d
sales | revenue_mtd | currency | day week month | – | 0d
sales | revenue_qtd | currency | day week month quarter | – | 0d
sales | revenue_ytd | currency | all | – | 0d
marketing | ad_clicks | count | all | – | 0d
marketing | click_through_rate | percent | all | – | 0d
marketing | roas | ratio | all | – | 0d
ecommerce | traffic | count | all | acquisition_channel, device, country | 0d
ecommerce | product_page_views | count | all | – | 0d
ecommerce | pages_per_session | ratio | all | – | 0d
ecommerce | session_duration | seconds | all | – | 0d
ecommerce | exit_rate | percent | all | page | 0d
ecommerce | visit_to_purchase_7d | percent | all | – | 7d
ecommerce | active_customers_28d | count | all | – | 0d
support | contacts | count | all | channel | 0d
support | tickets_opened | count | all | – | 0d
support | awaiting_first_response | count | all | – | 0d
support | answer_rate | percent | all | – | 0d
support | csat_surveys_sent | count | all | – | 0d
support | contacts_per_agent | ratio | all | – | 0d
customer | promoters | count | all | – | 0d
customer | passives | count | all | – | 0d
customer | detractors | count | all | – | 0d
customer | surveys_sent | count | all | – | 0d
customer | survey_response_rate | percent | all | – | 14d
customer | active_customers | count | all | – | 0d
people | headcount | count | all | – | 0d
"""
OF_DEALS = {"sales_cycle_days", "average_deal_value", "win_rate"}
SAME_IN_BOTH_LANGUAGES = {"Net Promoter Score"}
ENGLISH = {"the", "and", "with", "their", "they", "who", "which", "what", "than", "those", "where", "sales", "by", "or"}
SPANISH = {"el", "los", "las", "que", "con", "por", "para", "del", "una", "su", "y", "se"}


def kpi_row(contract: Contract) -> str:
    body = contract.body
    letters = " ".join(LETTERS[word] for word in (body.direction, body.timing, body.tier, body.perspective))
    star = " ★" if "company" in body.level else ""
    cells = [contract.department, f"{body.name}{star}", body.label.es, f"{body.unit} {letters}", grains(body)]
    return " | ".join([*cells, slices(body), body.review, body.objective, body.matures_after])


def metric_row(contract: Contract) -> str:
    body = contract.body
    return " | ".join([contract.department, body.name, body.unit, grains(body), slices(body), body.matures_after])


def grains(body: Kpi | TrackedMetric) -> str:
    text = " ".join(body.grains)
    return GRAINS.get(text, text)


def slices(body: Kpi | TrackedMetric) -> str:
    return ", ".join(body.slices) or "–"


def of(kind: type) -> list[Contract]:
    return [contract for contract in CONTRACTS if isinstance(contract.body, kind)]


def texts(part: BaseModel) -> Iterator[Text]:
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Text):
            yield value
        elif isinstance(value, BaseModel):
            yield from texts(value)


ALL_TEXTS = [text for part in [*(c.body for c in CONTRACTS), *OBJECTIVES] for text in texts(part)]


def test_the_kpis_are_the_catalogues():
    assert sorted(map(kpi_row, of(Kpi))) == sorted(KPIS.splitlines())


def test_the_tracked_metrics_are_the_catalogues():
    assert sorted(map(metric_row, of(TrackedMetric))) == sorted(TRACKED.splitlines())


def test_twelve_kpis_are_on_the_company_scorecard_and_the_companys_own_on_no_other():
    assert len([c for c in of(Kpi) if "company" in c.body.level]) == 12
    levels = {c.body.level for c in of(Kpi) if c.department == "company"}
    assert levels == {("company",)}
    assert all("department" in c.body.level for c in of(Kpi) if c.department != "company")


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.name)
def test_freshness_sample_and_persons_follow_the_catalogues_rules(contract):
    body, quality = contract.body, contract.body.quality
    by_review = {"daily": "24h", "weekly": "24h", "monthly": "72h", "quarterly": "72h"}[body.review]
    assert quality.freshness == ("40d" if body.name == "employee_satisfaction" else by_review)
    judged_by_sample = 30 if body.unit in {"percent", "score"} else None
    assert quality.min_sample == (5 if body.name in OF_DEALS else judged_by_sample)
    assert quality.min_persons == (5 if contract.department == "people" else None)
    assert body.total == (body.name != "exit_rate")


def test_a_contract_points_at_the_metric_of_its_name():
    others = {c.name: c.body.metric for c in CONTRACTS if c.body.metric != c.name}
    assert others == {"first_contact_resolution": "first_contact_resolution_rate"}


def test_targets_do_not_run_out_and_cover_the_review():
    for contract in of(Kpi):
        lasting = [target for target in contract.body.reviewed_targets if target.period.startswith("each ")]
        periods = {target.period for target in lasting}
        assert {"each quarter", f"each {contract.body.review_grain}"} <= periods, contract.name
        assert all(target.is_relative for target in lasting), contract.name
        assert any(target.basis for target in contract.body.targets), contract.name


def test_targets_go_in_the_direction_of_their_kpi():
    for contract in of(Kpi):
        sign = {"increase": "+", "decrease": "-"}[contract.body.direction]
        relative = [target.value for target in contract.body.targets if target.is_relative]
        assert {str(value)[0] for value in relative} == {sign}, contract.name


def test_the_targets_show_what_can_be_promised():
    targets = [target for contract in of(Kpi) for target in contract.body.targets]
    assert {target.spread for target in targets} == {"flat", "working_days", "last_year"}
    assert {target.of for target in targets} == {("", ""), ("channel", "sms")}
    assert {target.period for target in targets if not target.period.startswith("each ")} == {"2026-Q3"}


def test_every_objective_is_served_or_pursued_and_every_kpi_serves_one():
    ids = {objective.id for objective in OBJECTIVES}
    assert ids == {"grow_sales", "reach_new_markets", "delight_customers", "grow_profitably", "keep_people"}
    assert {contract.body.objective for contract in of(Kpi)} == ids - {"reach_new_markets"}


def test_drivers_do_not_drive_themselves():
    drives = {contract.name: set(contract.body.parents) for contract in of(Kpi)}
    assert all(parents <= set(drives) for parents in drives.values())
    while driven := {name for name, parents in drives.items() if not parents & set(drives)}:
        drives = {name: parents for name, parents in drives.items() if name not in driven}
    assert drives == {}


def test_every_tracked_metric_serves_a_kpi_or_an_objective():
    kpis = {contract.name for contract in of(Kpi)}
    steps = {step.metric for objective in OBJECTIVES for step in objective.key_results}
    for contract in of(TrackedMetric):
        assert set(contract.body.parents) <= kpis
        assert contract.body.parents or contract.name in steps, contract.name


def test_both_languages_say_it_each_in_its_own_words():
    assert [text.en for text in ALL_TEXTS if text.en == text.es and text.en not in SAME_IN_BOTH_LANGUAGES] == []
    assert [text.es for text in ALL_TEXTS if words(text.es) & ENGLISH] == []
    assert [text.en for text in ALL_TEXTS if words(text.en) & SPANISH] == []


def words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


@pytest.mark.parametrize("language", ["en", "es"])
def test_labels_are_unique(language):
    labels = [getattr(contract.body.label, language) for contract in CONTRACTS]
    assert len(labels) == len(set(labels))
