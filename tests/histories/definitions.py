"""The definitions that random histories go through: as written, with other meanings, and with fewer of them."""

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from metrics.calendar import Calendar
from metrics.compiler import compile_kpis
from tests.metrics.dry_run import DryRun, Rendered
from tests.metrics.lab import DEFINITIONS, contracts_of, manifest_of

METRICS = (
    "revenue", "sales_amount", "sales_made", "gifts_given", "rating", "smallest_sale", "largest_sale",
    "buying_customers", "new_buyers", "revenue_paid", "taxed_revenue", "visits_made", "web_revenue", "gold_buyers",
    "sales_outside_web", "gift_rate", "revenue_per_buyer", "sales_per_visit", "web_share", "tax_rate", "gift_points",
    "revenue_to_date", "sales_ever", "best_in_2_months", "rating_in_4_days", "buyers_in_9_days", "buyers_this_month",
    "buyers_ever", "buyers_in_2_months", "closing_amount", "opening_web_amount", "last_sale_of_buyers",
    "month_on_month", "buyers_2_weeks_ago", "since_month_start", "median_amount", "high_web_amount", "rough_buyers",
    "visit_to_sale", "amount_after_web_visits", "gifts_ever_after", "amount_3_days_ago", "covered_buyers",
    "covered_amount",
)  # fmt: skip
GRAINS = {
    "month_on_month": "month",
    "buyers_2_weeks_ago": "week",
    "since_month_start": "day",
    "amount_3_days_ago": "day",
}
REVIEWS = {"day": "daily", "week": "weekly", "month": "monthly"}
# what a reader of the mart asks for beside the values is built anew in every run
NOT_KEPT = ("kpi_open_values", "kpi_catalog", "kpi_input_days")
UNSEEN = (
    "select key from control.changes where topic = '{}' "
    "and seq > (select coalesce(max(seq), -1) from control.offsets where consumer = '<model>')"
)


@dataclass(frozen=True)
class Definitions:
    """A set of definitions: what it replaces in definitions.yml, what it leaves out, and its unusual slices."""

    replaced: Mapping[str, str] = field(default_factory=dict[str, str])
    left_out: Sequence[str] = ()
    slices: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])

    @property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that have a value."""
        return tuple(metric for metric in METRICS if metric not in self.left_out)

    @property
    def text(self) -> str:
        """The semantic layer's YAML."""
        text = DEFINITIONS.read_text()
        for old, new in self.replaced.items():
            assert text.count(old) == 1, old
            text = text.replace(old, new)
        return text

    def contracts(self) -> list[dict[str, Any]]:
        """The contracts' fields that matter here."""
        return [self._contract(metric) for metric in self.metrics]

    def _contract(self, metric: str) -> dict[str, Any]:
        usual = ("channel",) if metric in ("sales_per_visit", "visits_made") else ("channel", "segment")
        contract: dict[str, Any] = {"metric": metric, "slices": list(self.slices.get(metric, usual))}
        if metric in GRAINS:
            contract |= {"grains": [GRAINS[metric]], "review": REVIEWS[GRAINS[metric]]}
        return contract


SETS = {
    "as_written": Definitions(),
    "changed": Definitions(
        replaced={
            "then amount * 1.21": "then amount * 1.1",  # a measure's expression
            "\"{{ Dimension('buyer__segment') }} = 'gold' and": "\"{{ Dimension('buyer__segment') }} = 'tin' and",
            "alias: web_amount, filter: \"{{ Dimension('sale__channel') }} = 'web'": (
                "alias: web_amount, filter: \"{{ Dimension('sale__channel') }} = 'store'"
            ),
            "expr: 100 * gift_rate": "expr: 1000 * gift_rate",
            "sales_amount - amount_a_month_ago": "amount_a_month_ago - sales_amount",
            "cumulative_type_params: {window: {count: 9, granularity: day}": (
                "cumulative_type_params: {window: {count: 5, granularity: day}"
            ),
            "cumulative_type_params: {window: {count: 2, granularity: month}}}}\n  - {name: rating": (
                "cumulative_type_params: {window: {count: 1, granularity: month}}}}\n  - {name: rating"
            ),
            "calculation: conversion_rate, window: {count: 3,": "calculation: conversion_rate, window: {count: 6,",
            "agg_params: {percentile: 0.9,": "agg_params: {percentile: 0.5,",
            "fill_nulls_with: 0, join_to_timespine: true}}}\n  - {name: sales_amount": (
                "fill_nulls_with: -1, join_to_timespine: true}}}\n  - {name: sales_amount"
            ),
            "window_choice: max, window_groupings": "window_choice: min, window_groupings",
        }
    ),
    # what no state knows of: the values alone are computed otherwise
    "other_formulas": Definitions(
        replaced={
            "expr: 100 * gift_rate": "expr: 1000 * gift_rate",
            "sales_amount - amount_a_month_ago": "amount_a_month_ago - sales_amount",
            "(taxed_revenue - net) / net": "taxed_revenue / net",
        }
    ),
    "fewer": Definitions(
        left_out=(
            "largest_sale",
            "visits_made",
            "tax_rate",
            "web_share",
            "buyers_ever",
            "closing_amount",
            "revenue_paid",
        ),
        slices={
            "sales_amount": [],
            "buying_customers": ["channel"],
            "rating": ["segment"],
            "buyers_in_9_days": [],
            "median_amount": ["channel"],
            "visit_to_sale": ["segment"],
            "gifts_given": [],
        },
    ),
}


@dataclass(frozen=True)
class Model:
    """A compiled model with its SQL of a full build and of an increment."""

    name: str
    text: str
    full: Rendered
    increment: Rendered

    @property
    def config(self) -> dict[str, Any]:
        """dbt's config."""
        return self.full.config


@cache
def compiled(name: str, calendar: Calendar) -> tuple[Model, ...]:
    """The kept models of a set in the order in which dbt runs them."""
    given = SETS[name]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "definitions.yml"
        file.write_text(given.text)
        texts = compile_kpis(manifest_of(file), contracts_of(Path(folder) / "kpis", given.contracts()), calendar)
    models = {
        file.removesuffix(".sql"): text
        for file, text in texts.items()
        if file.endswith(".sql") and not file.endswith("_monthly.sql") and file.removesuffix(".sql") not in NOT_KEPT
    }
    order = sorted(models, key=lambda model: (model == "kpi_metric_values", not model.startswith("state_"), model))
    return tuple(_model(model, models[model], calendar) for model in order)


def _model(name: str, text: str, calendar: Calendar) -> Model:
    run = DryRun(calendar.time_zone, changed=UNSEEN.replace("<model>", name).format)
    return Model(name, text, run.render(name, text), run.render(name, text, incremental=True))
