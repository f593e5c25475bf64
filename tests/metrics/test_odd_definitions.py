"""Definitions whose names, texts or shapes could be mistaken for others: each keeps its own number, or is refused."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from jinja2 import Environment

from metrics.compiler import CompileError
from metrics.problems import DefinitionError
from tests.metrics.lab import DEFINITIONS, Lab, contracts_of

pytestmark = pytest.mark.fast

DAY = date(2024, 3, 12)
WEB, LARGE = "{{ Dimension('sale__channel') }} = 'web'", "{{ Dimension('sale__is_large') }}"


def definitions(folder: Path, measures: list[dict[str, Any]], metrics: list[dict[str, Any]], **more: Any) -> Path:
    """The small company's semantic layer with more measures of sales and more metrics."""
    layer = yaml.safe_load(DEFINITIONS.read_text())
    layer["semantic_models"][0]["measures"] += [{"label": measure["name"], **measure} for measure in measures]
    layer["semantic_models"][0]["dimensions"] += more.get("dimensions", [])
    layer["metrics"] += metrics
    path = folder / "layer.yml"
    path.write_text(yaml.safe_dump(layer))
    return path


def simple(name: str, measure: str) -> dict[str, Any]:
    return {"name": name, "type": "simple", "type_params": {"measure": measure}}


def shop(folder: Path, *kpis: str | dict[str, Any], file: Path = DEFINITIONS) -> Lab:
    """Three sales of a day: 10 on the web, a gift of 2 on the web, 20 in the store."""
    asked = [kpi if isinstance(kpi, dict) else {"metric": kpi} for kpi in kpis]
    lab = Lab(contracts_of(folder / "kpis", asked), files=(file,))
    lab.con.execute(
        "create table fct_sales as select * from (values"
        f" (1, 'c1', 'web', date '{DAY}', 10.0, false), (2, 'c2', 'web', date '{DAY}', 2.0, true),"
        f" (3, 'c1', 'store', date '{DAY}', 20.0, false)"
        ") as sales (sale_id, customer_id, channel, sold_day, amount, is_gift)"
    )
    lab.build()
    return lab


def ends_on(lab: Lab, last: date) -> None:
    """Let the days that are measured end."""
    lab.con.execute(
        "create or replace table time_spine as select distinct day from calendar_periods where day <= ?", [last]
    )


def value(lab: Lab, kpi: str) -> float | None:
    return lab.values(kpi)["day", DAY, "", ""][0]


@pytest.mark.parametrize("kpis", [("gifts_given", "marked"), ("marked", "gifts_given")])
def test_a_count_and_a_boolean_sum_of_one_column_are_two_numbers(tmp_path, kpis):
    file = definitions(tmp_path, [{"name": "marks", "agg": "count", "expr": "is_gift"}], [simple("marked", "marks")])
    lab = shop(tmp_path, *kpis, file=file)
    assert (value(lab, "gifts_given"), value(lab, "marked")) == (1, 3)


def test_a_median_named_like_the_column_of_a_distinct_count_has_a_table_of_its_own(tmp_path):
    file = definitions(
        tmp_path, [{"name": "customer_id", "agg": "median", "expr": "amount"}], [simple("middle", "customer_id")]
    )
    lab = shop(tmp_path, "buying_customers", "middle", file=file)
    assert (value(lab, "buying_customers"), value(lab, "middle")) == (2, 10)


def test_a_percentile_is_not_rounded(tmp_path):
    measure = {"name": "top", "agg": "percentile", "expr": "amount", "agg_params": {"percentile": 0.9999999}}
    lab = shop(tmp_path, "top_amount", file=definitions(tmp_path, [measure], [simple("top_amount", "top")]))
    assert value(lab, "top_amount") == pytest.approx(20 - 10 * 2e-7, rel=1e-12)
    assert value(lab, "top_amount") < 20


def test_two_filters_under_one_outer_filter_are_two_columns_of_a_window(tmp_path):
    window = {"cumulative_type_params": {"window": {"count": 7, "granularity": "day"}, "period_agg": "last"}}
    weekly = {"name": "weekly", "type": "cumulative", "type_params": {"measure": "amount", **window}}
    share = {
        "name": "large_web_share",
        "type": "ratio",
        "filter": LARGE,
        "type_params": {"numerator": {"name": "weekly", "filter": WEB}, "denominator": "weekly"},
    }
    lab = shop(tmp_path, "large_web_share", file=definitions(tmp_path, [], [weekly, share]))
    assert value(lab, "large_web_share") == pytest.approx(10 / 30)


def test_two_inputs_of_one_name_are_refused(tmp_path):
    inputs = [{"name": "sales_amount", "filter": WEB}, {"name": "sales_amount"}]
    metric = {"name": "elsewhere", "type": "derived", "type_params": {"expr": "sales_amount", "metrics": inputs}}
    with pytest.raises(CompileError, match="two inputs of one name, 'sales_amount'"):
        shop(tmp_path, "elsewhere", file=definitions(tmp_path, [], [metric]))


def test_one_column_read_by_day_and_by_month_is_refused(tmp_path):
    month = {"name": "sold_month", "type": "time", "expr": "sold_day", "type_params": {"time_granularity": "month"}}
    measure = {"name": "by_month", "agg": "sum", "expr": "amount", "agg_time_dimension": "sold_month"}
    file = definitions(tmp_path, [measure], [simple("monthly", "by_month")], dimensions=[month])
    with pytest.raises(CompileError, match=r"fct_sales\.sold_day by day, and fct_sales\.sold_day by month"):
        shop(tmp_path, {"metric": "monthly", "grains": ["month"]}, "sales_amount", file=file)


def test_a_text_of_two_lines_in_an_expression_is_refused(tmp_path):
    measure = {"name": "odd", "agg": "sum_boolean", "expr": "channel = 'web\n  store'"}
    with pytest.raises(CompileError, match="several lines"):
        shop(tmp_path, "oddly", file=definitions(tmp_path, [measure], [simple("oddly", "odd")]))


@pytest.mark.parametrize("words", ["{}}", "{{ 1 / 0 }}", "{% raw %}", "a {# b", "it's {{}}", "-- /* ';"])
def test_words_that_look_like_jinja_or_sql_stay_words(tmp_path, words):
    said = {"en": words, "es": words}
    lab = shop(tmp_path, {"metric": "sales_amount", "label": said, "description": said})
    assert lab.con.execute("select label_en, description_es from kpi_catalog").fetchone() == (words, words)
    column = yaml.safe_load(lab.models["_monthly__models.yml"])["models"][0]["columns"][-1]
    (exposure,) = yaml.safe_load(lab.models["_kpi__scorecards.yml"])["exposures"]
    for text in (column["description"], exposure["description"]):
        assert words in Environment(autoescape=False).from_string(text).render()


@pytest.mark.parametrize("name", ["month", "is_complete"])
def test_a_name_that_is_a_column_of_the_wide_views_is_refused(tmp_path, name):
    with pytest.raises(DefinitionError, match=f"'{name}' is a column of the wide views already"):
        contracts_of(tmp_path / "kpis", [{"metric": "sales_amount", "name": name}])


def test_what_has_no_total_has_none_of_its_open_period(tmp_path):
    lab = shop(tmp_path, {"metric": "sales_amount", "total": False, "slices": ["channel"]}, "sales_made")
    assert {row[0] for row in lab.rows("kpi_open_values")} == {"sales_made"}
    alone = shop(tmp_path / "alone", {"metric": "sales_amount", "total": False, "slices": ["channel"]})
    assert alone.rows("kpi_open_values") == []


def test_a_day_between_a_fact_and_its_rows_to_come_is_covered_when_it_comes(tmp_path):
    lab = shop(tmp_path, "revenue")
    lab.con.execute("update fct_sales set sold_day = date '2024-03-20' where sale_id = 3")
    ends_on(lab, date(2024, 3, 13))
    lab.build()
    ends_on(lab, date(2024, 3, 15))
    lab.update()
    covered = [row[0] for row in lab.rows("state_sales__sold_day") if row[-1] == 0]
    assert covered == [date(2024, 3, day) for day in (13, 14, 15)]


def test_a_base_with_columns_named_like_what_its_conversions_are_told_by_counts_every_day(tmp_path):
    lab = Lab(contracts_of(tmp_path / "kpis", [{"metric": "visit_to_sale", "slices": ["channel"]}]))
    lab.con.execute(
        "create table fct_visits as select n as visit_id, 'c1' as customer_id, 'web' as source,"
        " date '2024-03-01' + n::int as visit_day, null::date as day, 'x' as key_1, 'y' as slice_channel"
        " from range(4) as days (n)"
    )
    lab.con.execute(
        "create table fct_sales as select n as sale_id, 'c1' as customer_id, 'web' as channel,"
        " date '2024-03-01' + n::int as sold_day, null::date as day, 'x' as key_1 from range(2) as days (n)"
    )
    lab.build()
    assert lab.values("visit_to_sale")["month", date(2024, 3, 1), "", ""][0] == 0.5


def test_a_window_that_was_empty_fills_when_its_first_row_is_no_longer_to_come(tmp_path):
    lab = shop(tmp_path, "best_in_2_months", "buyers_in_9_days")
    ends_on(lab, date(2024, 3, 5))
    lab.build()
    ends_on(lab, date(2024, 3, 13))
    lab.update()
    assert (value(lab, "best_in_2_months"), value(lab, "buyers_in_9_days")) == (20, 2)


@pytest.mark.parametrize(
    ("name", "agg", "expr", "expected"),
    [("slice_channel", "count", "case when amount > 5 then 1 end", 2), ("grain", "median", "amount", 10)],
)
def test_a_measure_named_like_a_column_of_ours_is_read_from_the_fact(tmp_path, name, agg, expr, expected):
    file = definitions(tmp_path, [{"name": name, "agg": agg, "expr": expr}], [simple("asked", name)])
    lab = shop(tmp_path, {"metric": "asked", "slices": ["channel"]}, file=file)
    assert value(lab, "asked") == expected
