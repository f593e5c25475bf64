"""Semantic YAML: the mistakes that are found before dbt reads it, each with file, line and what is allowed."""

from pathlib import Path

import pytest

from metrics.problems import DefinitionError
from metrics.semantic_check import check_semantic_files, metric_names, named_in

pytestmark = pytest.mark.fast
SHIPPED = Path(__file__).parents[2] / "metrics" / "semantic"
GOOD = """\
semantic_models:
  - name: orders
    measures:
      - {name: net_amount, agg: sum}
      - {name: buyers, agg: count_distinct, create_metric: true}
metrics:
  - name: revenue
    label: Revenue
    type: simple
    type_params: {measure: {name: net_amount, fill_nulls_with: 0}}
  - name: revenue_per_buyer
    label: Revenue per buyer
    type: ratio
    type_params: {numerator: revenue, denominator: buyers}
"""


def test_what_is_shipped_is_right():
    files = sorted(SHIPPED.glob("*.yml"))
    check_semantic_files(files)
    assert "total_revenue" in metric_names(files)


def test_a_measure_may_make_its_own_metric(tmp_path):
    (tmp_path / "orders.yml").write_text(GOOD)
    check_semantic_files([tmp_path / "orders.yml"])
    assert metric_names([tmp_path / "orders.yml"]) == {"revenue", "revenue_per_buyer", "buyers"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    label: Revenue\n", "\tlabel: Revenue\n", "8: file: is not YAML: found character '\\t'"),
        (
            "name: buyers, agg",
            "name: net_amount, agg",
            "5: net_amount.name: 'net_amount' is another measure's name (orders.yml:4); names are unique",
        ),
        (
            "name: revenue_per_buyer",
            "name: revenue",
            "11: revenue.name: 'revenue' is another metric's name (orders.yml:7); names are unique",
        ),
        (
            "label: Revenue per buyer",
            "label: Revenue",
            "12: revenue_per_buyer.label: 'Revenue' is another metric's label (orders.yml:8); labels are unique",
        ),
        (
            "name: net_amount, fill",
            "name: amount, fill",
            "10: revenue.type_params.measure: 'amount' is no measure; use one of buyers, net_amount, or define it",
        ),
        (
            "agg: sum}",
            "agg: total}",
            "4: net_amount.agg: 'total' is not allowed; use one of sum, min, max,",
        ),
        (
            "type: ratio",
            "type: share",
            "13: revenue_per_buyer.type: 'share' is not allowed; use one of simple, ratio,",
        ),
        (
            "denominator: buyers",
            "denominator: orders",
            "14: revenue_per_buyer.type_params.denominator: 'orders' is no metric; "
            "use one of buyers, revenue, revenue_per_buyer, or define it",
        ),
    ],
)
def test_a_mistake_is_told_once_with_its_line(tmp_path, monkeypatch, old, new, message):
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "orders.yml"
    file.write_text(GOOD.replace(old, new, 1))
    with pytest.raises(DefinitionError) as caught:
        check_semantic_files([file])
    first, *_ = str(caught.value).splitlines()
    assert first.startswith(f"orders.yml:{message}")


def test_what_dbt_says_without_a_line_is_told_where_the_first_element_that_it_names_is(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "orders.yml").write_text(GOOD)
    message = "In semantic model 'orders', measure 'net_amount' has no day"
    assert str(named_in([Path("orders.yml")], message)) == f"orders.yml:2: orders: dbt: {message}"
    assert named_in([Path("orders.yml")], "reordering 'is' no name") is None
