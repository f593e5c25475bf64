"""What the benchmark of metrics uses: definitions in MetricFlow's YAML, and contracts over them by kind of metric."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from metrics.calendar import Calendar
from metrics.compiler import compile_kpis
from metrics.contracts import contracts_of
from metrics.located_yaml import LocatedYaml

SEMANTIC_FOLDER = Path(__file__).parent / "shop"
CALENDAR = Calendar("UTC", "monday", 1, date(2022, 11, 20), "EUR")
# slice → what MetricFlow groups by; '' is the total
GROUP_BYS = {
    "": "",
    "channel": "order__channel",
    "country": "order__country",
    "is_repeat": "order__is_repeat",
    "segment": "customer__segment",
}


@dataclass(frozen=True)
class Kind:
    """Metrics that cost alike."""

    name: str
    metrics: tuple[str, ...]


KINDS = (
    Kind(
        "sums, counts, means",
        (
            "revenue",
            "discounts",
            "units_sold",
            "orders",
            "repeat_orders",
            "mean_order",
            "highest_order",
            "web_revenue",
            "discount_rate",
            "repeat_rate",
        ),
    ),
    Kind("distinct customers", ("customers", "revenue_per_customer")),
    Kind("median", ("median_order",)),
    Kind("month to date", ("revenue_mtd",)),
    Kind("distinct customers of 28 days", ("customers_28d",)),
)


def manifest() -> dict[str, Any]:
    """The semantic manifest, as dbt would write it."""
    from dbt_semantic_interfaces.parsing.dir_to_model import parse_directory_of_yaml_files_to_semantic_manifest

    parsed = parse_directory_of_yaml_files_to_semantic_manifest(str(SEMANTIC_FOLDER)).semantic_manifest
    document = json.loads(parsed.json())
    for model in document["semantic_models"]:
        model["config"] = {"meta": {"changes_topic": f"{model['node_relation']['alias']}.customer_id"}}
    return document


def models(kinds: Sequence[Kind]) -> dict[str, str]:
    """File name → text of the models that the compiler makes of all metrics of these kinds."""
    metrics = [_contract(metric) for kind in kinds for metric in kind.metrics]
    document = {"department": "sales", "owner": {"team": "Sales", "email": "sales@example.com"}, "metrics": metrics}
    contracts = contracts_of([LocatedYaml("benchmark", document, {})]).contracts
    return compile_kpis(manifest(), contracts, CALENDAR, semantic_folder=SEMANTIC_FOLDER / "no_lines")


def _contract(metric: str) -> dict[str, Any]:
    """A metric's contract, as a file would say it."""
    words = {"en": metric, "es": metric}
    return {
        "name": metric,
        "metric": metric,
        "label": words,
        "description": words,
        "unit": "count",
        "quality": {"freshness": "24h", "needs": words},
        "slices": [name for name in GROUP_BYS if name],
    }
