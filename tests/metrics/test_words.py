"""Formulas as a person would say them."""

from pathlib import Path

import pytest
import yaml

from metrics.compiler.manifest import ManifestIndex, read_manifest
from metrics.compiler.resolve import Resolver
from metrics.compiler.write.formula_words import in_words
from tests.metrics.lab import DEFINITIONS, manifest_of

pytestmark = pytest.mark.fast

SEMANTIC = Path(__file__).parents[2] / "metrics" / "semantic"
EXTRA = """
metrics:
  - {name: median_rating, type: simple, type_params: {measure: middle_rating}}
  - {name: high_rating, type: simple, type_params: {measure: ninety}}
  - name: large_web_sales
    type: simple
    type_params: {measure: sale_count}
    filter: >-
      {{ Dimension('sale__channel') }} in ('web', 'app')
      and not {{ Dimension('sale__paid_day') }} >= date '2024-01-01'
  - name: change
    type: derived
    type_params:
      expr: (now - before) * 100 / coalesce(before, 0)
      metrics: [{name: sales_made, alias: now}, {name: sales_made, alias: before, offset_window: 1 month}]
"""


@pytest.fixture(scope="module")
def say(tmp_path_factory):
    """Function from a metric's name to its formula in words."""
    definitions = yaml.safe_load(DEFINITIONS.read_text())
    sales = next(model for model in definitions["semantic_models"] if model["name"] == "sales")
    sales["measures"] += [
        {"name": "middle_rating", "label": "Rating", "agg": "median", "expr": "rating"},
        {
            "name": "ninety",
            "label": "NPS rating",
            "agg": "percentile",
            "expr": "rating",
            "agg_params": {"percentile": 0.9},
        },
    ]
    definitions["metrics"] += yaml.safe_load(EXTRA)["metrics"]
    file = tmp_path_factory.mktemp("words") / "definitions.yml"
    file.write_text(yaml.safe_dump(definitions))
    resolver = Resolver(ManifestIndex(read_manifest(manifest_of(file))))
    return lambda metric: in_words(resolver.formula(metric))


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        ("sales_amount", "sum of amount"),
        ("rating", "mean of rating"),
        ("median_rating", "median of rating"),
        ("high_rating", "percentile 90 of NPS rating"),
        ("buying_customers", "number of different buyers"),
        ("web_share", "sum of amount (channel is web only) ÷ sum of amount"),
        ("large_web_sales", "number of sales (channel is web or app and not paid day ≥ 2024-01-01 only)"),
        ("change", "(number of sales − (number of sales, 1 month before)) × 100 ÷ (number of sales, 1 month before)"),
    ],
)
def test_a_formula_is_said_without_sql(say, metric, words):
    assert say(metric) == words


def test_no_formula_of_the_shipped_metrics_needs_sql():
    index = ManifestIndex(read_manifest(manifest_of(*sorted(SEMANTIC.glob("*.yml")))))
    resolver = Resolver(index)
    said = {metric: in_words(resolver.formula(metric)) for metric in index.metrics}
    assert {metric for metric, words in said.items() if any(mark in words for mark in ("_", "(*", "::", '"'))} == set()
    assert said["campaign_roi"] == "(sum of margin (paid channel only) − sum of ad cost) ÷ sum of ad cost"
    assert said["revenue_mtd"] == (
        "sum of net amount, from the start of the month to each day, on the last day of the period"
    )
