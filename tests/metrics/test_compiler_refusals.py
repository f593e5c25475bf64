"""What the compiler cannot do it refuses, naming metric, feature, file and line."""

# ruff: noqa: E501 - a case is a line

from pathlib import Path

import pytest
import yaml

from metrics.compiler import CompileError, compile_kpis
from tests.metrics.lab import DEFINITIONS, JANUARY, contracts_of, manifest_of

pytestmark = pytest.mark.fast


def refusal(tmp_path: Path, metric: dict | str, slices: tuple[str, ...] = (), **measure: object) -> str:
    """What compiling one more metric (or another measure of sales) says, with the line's text for the line."""
    definitions = yaml.safe_load(DEFINITIONS.read_text())
    definitions["semantic_models"][0]["measures"].append({"name": "tried", "agg": "sum", "expr": "amount", **measure})
    if isinstance(metric, dict):
        definitions["metrics"].append({"name": "refused", **metric})
    folder = tmp_path / "semantic"
    folder.mkdir()
    file = folder / "definitions.yml"
    file.write_text(yaml.safe_dump(definitions, sort_keys=False))
    name = "refused" if isinstance(metric, dict) else metric
    contracts = contracts_of(tmp_path / "kpis", [{"metric": name, "slices": list(slices)}])
    with pytest.raises(CompileError) as caught:
        compile_kpis(manifest_of(file), contracts, JANUARY, folder)
    path, line, message = str(caught.value).split(":", 2)
    return f"{Path(path).read_text().splitlines()[int(line) - 1].strip()} | {message.strip()}"


@pytest.mark.parametrize(
    ("metric", "feature"),
    [
        ({"type": "conversion", "type_params": {}}, "conversion_type_params are missing"),
        (
            {"type": "derived", "type_params": {"expr": "revenue + other", "metrics": ["revenue"]}},
            "expr names 'other'; use its metrics revenue",
        ),
        (
            {"type": "derived", "type_params": {"expr": "(select 1)", "metrics": ["revenue"]}},
            "expr '(select 1)' holds a query, which is not allowed; use a scalar expression of columns",
        ),
        (
            {"type": "simple", "type_params": {"measure": "amount"}, "filter": "{{ Metric('revenue', ['buyer']) }} > 3"},
            "filter \"{{ Metric('revenue', ['buyer']) }} > 3\": a filter on a Metric is not supported; use Dimension, TimeDimension or Entity",
        ),
        (
            {"type": "simple", "type_params": {"measure": "amount"}, "filter": "{{ Dimension('sale__colour') }} = 'x'"},
            "filter \"{{ Dimension('sale__colour') }} = 'x'\": dimension 'colour' is not one of sold_day, paid_day, channel, is_large",
        ),
        (
            {"type": "simple", "type_params": {"measure": "amount"}, "filter": "channel = 'x'; drop table y"},
            "filter \"channel = 'x'; drop table y\": \"channel = 'x'; drop table y\" is not one expression; give exactly one",
        ),
    ],
)  # fmt: skip
def test_a_metric_that_cannot_be_compiled_is_named_with_its_line(tmp_path, metric, feature):
    assert refusal(tmp_path, metric) == f"- name: refused | refused: {feature} (needed by refused)"


@pytest.mark.parametrize(
    ("measure", "feature"),
    [
        ({"agg": "percentile", "agg_params": {"percentile": 0.9, "use_approximate_percentile": True}}, "approximate percentile (of tried), which differs by run"),
        ({"agg": "median", "non_additive_dimension": {"name": "sold_day", "window_choice": "max"}}, "median (of tried) on one day of a period"),
        ({"non_additive_dimension": {"name": "paid_day", "window_choice": "max"}}, "non_additive_dimension 'paid_day' that is not the measure's own day"),
        ({"agg_time_dimension": "channel"}, "measure 'tried' has no agg_time_dimension"),
        ({"expr": "sum(amount)"}, "measure 'tried': expr 'sum(amount)' holds the function sum, which is not allowed; use a scalar expression of columns"),
    ],
)  # fmt: skip
def test_a_measure_that_cannot_be_compiled_is_named_with_its_line(tmp_path, measure, feature):
    metric = {"type": "simple", "type_params": {"measure": "tried"}}
    assert refusal(tmp_path, metric, **measure) == f"- name: tried | refused: {feature} (needed by refused)"


def test_offsets_that_do_not_add_up_are_refused_at_the_inner_metric(tmp_path):
    ago = {"name": "since_month_start", "alias": "ago", "offset_window": {"count": 1, "granularity": "month"}}
    found = refusal(tmp_path, {"type": "derived", "type_params": {"expr": "ago", "metrics": [ago]}})
    assert found == (
        "- name: since_month_start | since_month_start: sales_ever: an offset of start_of_month on one of "
        "month_minus_1 is not supported (needed by refused)"
    )


@pytest.mark.parametrize(
    ("metric", "inner", "offset", "grain"),
    [
        ("month_on_month", "sales_amount", "month_minus_1", "month"),
        ("since_month_start", "sales_ever", "start_of_month", "day"),
    ],
)
def test_an_offset_is_refused_at_any_grain_at_which_it_is_not_a_whole_period(tmp_path, metric, inner, offset, grain):
    assert refusal(tmp_path, metric).endswith(f"an offset of {offset} is right at {grain} only (metric {inner})")


def test_a_slice_that_no_dimension_has_is_refused(tmp_path):
    assert refusal(tmp_path, "sales_amount", slices=("colour",)) == (
        "- colour | sales_amount.slices.0: slice 'colour': dimension 'colour' is neither of sales (sold_day, "
        "paid_day, channel, is_large) nor one many-to-one join away (metric sales_amount)"
    )


def test_a_slice_of_a_ratio_must_be_one_of_both_parts(tmp_path):
    found = refusal(tmp_path, "sales_per_visit", ("channel", "is_large"))
    assert found.startswith("- is_large | sales_per_visit.slices.1: slice 'is_large': ")
    assert found.endswith("(metric visits_made)")


def test_a_metric_that_does_not_exist_is_the_fault_of_the_contract(tmp_path):
    found = refusal(tmp_path, "sells")
    assert found.startswith(
        "metric: sells | sells.metric: metric 'sells' does not exist; use one of amount_3_days_ago, "
    )


def test_a_slice_that_means_one_thing_here_and_another_there_is_refused(tmp_path):
    definitions = yaml.safe_load(DEFINITIONS.read_text())
    visits = next(model for model in definitions["semantic_models"] if model["name"] == "visits")
    visits["dimensions"].append({"name": "segment", "type": "categorical"})
    file = tmp_path / "definitions.yml"
    file.write_text(yaml.safe_dump(definitions))
    contracts = contracts_of(tmp_path / "kpis", [{"metric": "sales_per_visit", "slices": ["segment"]}])
    refused = "slice 'segment' is of fct_visits itself, but of a row that fct_sales joins"
    with pytest.raises(CompileError, match=refused):
        compile_kpis(manifest_of(file), contracts, JANUARY)


def test_an_ambiguous_slice_is_refused(tmp_path):
    definitions = yaml.safe_load(DEFINITIONS.read_text())
    definitions["semantic_models"].append(
        {
            "name": "loyalty",
            "model": "ref('dim_loyalty')",
            "entities": [{"name": "buyer", "type": "primary", "expr": "customer_id"}],
            "dimensions": [{"name": "segment", "type": "categorical"}],
        }
    )
    file = tmp_path / "definitions.yml"
    file.write_text(yaml.safe_dump(definitions))
    contracts = contracts_of(tmp_path / "kpis", [{"metric": "sales_amount", "slices": ["segment"]}])
    with pytest.raises(CompileError, match="ambiguous: buyer__segment of customers, buyer__segment of loyalty"):
        compile_kpis(manifest_of(file), contracts, JANUARY)


def test_a_join_whose_changes_nobody_logs_is_refused(tmp_path):
    file = tmp_path / "definitions.yml"
    file.write_text(DEFINITIONS.read_text().replace("changes_topic", "other"))
    contracts = contracts_of(tmp_path / "kpis", [{"metric": "sales_amount", "slices": ["segment"]}])
    with pytest.raises(CompileError, match=r"a join to dim_customers needs config\.meta\.changes_topic"):
        compile_kpis(manifest_of(file), contracts, JANUARY)


def test_columns_that_a_model_does_not_declare_are_refused_where_they_are_named(tmp_path):
    folder = tmp_path / "semantic"
    folder.mkdir()
    file = folder / "definitions.yml"
    file.write_text(DEFINITIONS.read_text())
    contracts = contracts_of(tmp_path / "kpis", [{"metric": "visits_made"}])
    columns = {"fct_visits": ["visit_id", "customer_id", "visit_day"], "dim_customers": []}
    with pytest.raises(CompileError) as caught:
        compile_kpis(manifest_of(file), contracts, JANUARY, folder, columns)
    (problem,) = caught.value.problems
    assert (
        file.read_text().splitlines()[problem.line - 1].strip() == "- {name: channel, type: categorical, expr: source}"
    )
    assert str(problem).endswith(
        "visits.channel.expr: column 'source' is not one of fct_visits; use one of customer_id, visit_day, visit_id"
    )


def test_all_refusals_are_told_at_once(tmp_path):
    contracts = contracts_of(tmp_path / "kpis", [{"metric": "no_such"}, {"metric": "nor_this"}])
    with pytest.raises(CompileError) as caught:
        compile_kpis(manifest_of(DEFINITIONS), contracts, JANUARY)
    assert len(caught.value.problems) == 2
