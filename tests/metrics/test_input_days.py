"""The input rows of every KPI by day equal SQL that was written by hand over the facts."""

from datetime import date

import pytest

from metrics.compiler import compile_kpis
from metrics.compiler.errors import CompileError
from tests.metrics.lab import DEFINITIONS, JANUARY, Lab, contracts_of, manifest_of
from tests.metrics.test_compiled_values import FIRST, fill, random_sales

pytestmark = pytest.mark.fast

SALES, VISITS = "fct_sales.sold_day", "fct_visits.visit_day"
WEB, ON_WEB = "fct_sales.channel = 'web'", f"{SALES} where fct_sales.channel = 'web'"
GOLD = "dim_customers__buyer.segment = 'gold' and (fct_sales.amount > 5)"
# metric → topic → its rows: fact, day and condition, over sales s, visits v and customers c
HAND_WRITTEN = {
    "revenue": {SALES: ("s", "sold_day", "true")},
    "gift_rate": {SALES: ("s", "sold_day", "true")},
    "web_revenue": {ON_WEB: ("s", "sold_day", "s.channel = 'web'")},
    "gold_buyers": {f"{SALES} where {GOLD}": ("s", "sold_day", "c.segment = 'gold' and s.amount > 5")},
    "web_share": {SALES: ("s", "sold_day", "true"), ON_WEB: ("s", "sold_day", "s.channel = 'web'")},
    "revenue_paid": {"fct_sales.paid_day": ("s", "paid_day", "true")},
    "sales_per_visit": {SALES: ("s", "sold_day", "true"), VISITS: ("v", "visit_day", "true")},
    "revenue_to_date": {SALES: ("s", "sold_day", "true")},
    "rating_in_4_days": {ON_WEB: ("s", "sold_day", "s.channel = 'web'")},
    "buyers_in_9_days": {SALES: ("s", "sold_day", "true")},
    "closing_amount": {SALES: ("s", "sold_day", "true")},
    "opening_web_amount": {ON_WEB: ("s", "sold_day", "s.channel = 'web'")},
    "last_sale_of_buyers": {SALES: ("s", "sold_day", "true")},
    "median_amount": {SALES: ("s", "sold_day", "true")},
    "high_web_amount": {ON_WEB: ("s", "sold_day", "s.channel = 'web'")},
    "rough_buyers": {SALES: ("s", "sold_day", "true")},
    "month_on_month": {SALES: ("s", "sold_day", "true")},
    "visit_to_sale": {SALES: ("s", "sold_day", "true"), VISITS: ("v", "visit_day", "true")},
    "amount_after_web_visits": {
        SALES: ("s", "sold_day", "true"),
        f"{VISITS} where fct_visits.source = 'web'": ("v", "visit_day", "v.source = 'web'"),
    },
}
FROM = {
    "s": "fct_sales as s left join dim_customers as c on s.customer_id = c.customer_id",
    "v": "fct_visits as v",
}
VISITED = [(f"v{n}", ("web", "ad", None)[n % 3], date(2023, 12, 1 + 2 * (n % 12)), f"c{n % 5}") for n in range(40)]


def lab_of(folder, metrics, text: str | None = None) -> Lab:
    files = (DEFINITIONS,)
    if text:
        (folder / "definitions.yml").write_text(text)
        files = (folder / "definitions.yml",)
    kpis = [{"metric": name, "grains": ["month"]} if name == "month_on_month" else {"metric": name} for name in metrics]
    return Lab(contracts_of(folder / "kpis", kpis), files=files, last_day=date(2024, 3, 13))


def by_hand(lab: Lab, table: str, day: str, condition: str) -> dict[date, int]:
    fact = FROM[table].split()[0]
    query = f"""
        select spine.day, coalesce(counted.rows, 0)
        from time_spine as spine
        left join (
            select {table}.{day} as day, count(*) as rows from {FROM[table]} where {condition} group by 1
        ) as counted using (day)
        where spine.day >= (select min({day}) from {fact})
    """
    return dict(lab.con.execute(query).fetchall())


def by_model(lab: Lab) -> dict[str, dict[str, dict[date, int]]]:
    found: dict[str, dict[str, dict[date, int]]] = {}
    for kpi, topic, day, rows in lab.con.execute("select kpi, topic, day, rows from kpi_input_days").fetchall():
        days = found.setdefault(kpi, {}).setdefault(topic, {})
        assert day not in days
        days[day] = rows
    return found


@pytest.fixture
def lab(tmp_path) -> Lab:
    lab = lab_of(tmp_path, HAND_WRITTEN)
    fill(lab, random_sales(11, rows=300, days=60), VISITED)
    lab.con.execute("update fct_sales set paid_day = sold_day + 3 where amount > 4")
    lab.build()
    return lab


def test_every_input_of_every_kind_of_metric_is_counted_by_day_to_the_last_day_of_the_calendar(lab):
    expected = {
        kpi: {topic: by_hand(lab, *rows) for topic, rows in topics.items()} for kpi, topics in HAND_WRITTEN.items()
    }
    assert by_model(lab) == expected
    days = expected["web_revenue"][ON_WEB]
    assert max(days) == date(2024, 3, 13)
    assert 0 in days.values()
    assert sum(days.values()) > 0


def test_a_change_is_counted_as_if_all_were_computed_anew(lab):
    lab.con.execute("insert into fct_sales values ('late', 'c1', 'web', ?, null, 7, true, 1)", [date(2023, 12, 2)])
    lab.changed("fct_sales.sold_day", [date(2023, 12, 2)])
    lab.update()
    topics = HAND_WRITTEN["web_share"]
    assert by_model(lab)["web_share"] == {topic: by_hand(lab, *rows) for topic, rows in topics.items()}


def test_a_company_without_rows_has_no_days(tmp_path):
    lab = lab_of(tmp_path, ["revenue"])
    fill(lab, [])
    lab.build()
    assert by_model(lab) == {}


def test_rows_that_are_made_of_other_rows_are_counted_by_those(tmp_path):
    text = DEFINITIONS.read_text().replace("entities: [web_events]", "entities: [web_events], input_days: [sales]")
    lab = lab_of(tmp_path, ["visits_made", "visit_to_sale"], text)
    fill(lab, [("a", "c0", "web", FIRST, None, 1, None, None)], VISITED)
    lab.build()
    expected = by_hand(lab, "s", "sold_day", "true")
    assert by_model(lab) == {"visits_made": {SALES: expected}, "visit_to_sale": {SALES: expected}}


def test_where_a_day_without_rows_means_nothing_there_is_no_input(tmp_path):
    text = DEFINITIONS.read_text().replace("entities: [web_events]", "entities: [web_events], input_days: []")
    lab = lab_of(tmp_path, ["visits_made"], text)
    fill(lab, [], VISITED)
    lab.build()
    assert by_model(lab) == {}


def test_input_days_of_what_is_no_semantic_model_are_refused(tmp_path):
    text = DEFINITIONS.read_text().replace("entities: [web_events]", "entities: [web_events], input_days: [seles]")
    (tmp_path / "definitions.yml").write_text(text)
    contracts = contracts_of(tmp_path / "kpis", [{"metric": "visits_made"}])
    with pytest.raises(CompileError, match="input_days of visits: 'seles' is no semantic model"):
        compile_kpis(manifest_of(tmp_path / "definitions.yml"), contracts, JANUARY)
