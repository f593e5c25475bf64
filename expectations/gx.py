"""Runs rules as Great Expectations on a data frame; the only module that imports the library.

A rule's expectation says which metric finds its unexpected rows; that metric alone is computed. Validating a suite
finds the same rows (a test holds one against the other) and takes ten times as long, which many small files feel.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from expectations.privacy import without_values
from expectations.suite import Rule, SuiteError

if TYPE_CHECKING:
    import pandas as pd

FRAME = "frame"
FORMAT = {
    "result_format": "COMPLETE",
    "return_unexpected_index_query": False,
    "include_unexpected_rows": False,
    "unexpected_index_column_names": [],
    "partial_unexpected_count": 0,
}
_metrics: dict[str, Any] = {}


def import_library() -> None:
    """Import all that is used here: it takes seconds, once a process.

    Never in a thread of its own: what the main thread imports at the same time would be found half made.
    """
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations.execution_engine
    import great_expectations.expectations
    import great_expectations.validator.metrics_calculator  # noqa: F401


def unexpected(frame: pd.DataFrame, rules: Sequence[tuple[Rule, Mapping[str, Any]]]) -> dict[str, list[int]]:
    """Positions of the rows that each rule does not expect, by its name; every rule is there.

    The frame has a fresh index and numpy dtypes; arguments are given apart from the rule, as values of this frame.
    Raises ``SuiteError`` naming the rule if one cannot be judged.
    """
    metrics = {rule.name: _metric(rule, kwargs) for rule, kwargs in rules}
    found, _ = _computed(frame, list(metrics.values()))
    for rule, _ in rules:
        if metrics[rule.name].id not in found:
            raise SuiteError(f"{rule.name}: {rule.expectation}: {without_values(_error(frame, metrics[rule.name]))}")
    return {name: sorted(found[metric.id] or []) for name, metric in metrics.items()}


def expectation(rule: Rule, kwargs: Mapping[str, Any]) -> Any:
    """The expectation of Great Expectations that a rule names; raises ``SuiteError`` for arguments that it refuses."""
    import_library()
    import great_expectations.expectations as known

    kind = getattr(known, "".join(word.capitalize() for word in rule.expectation.split("_")))
    more = {"condition_parser": "pandas"} if "row_condition" in kwargs else {}
    if "ignore_row_if" in kind.__fields__:
        more["ignore_row_if"] = "either_value_is_missing"
    try:
        return kind(**kwargs, **more)
    except ValueError as error:
        raise SuiteError(f"{rule.name}: {rule.expectation}: {_last_line(error)}") from None


def _metric(rule: Rule, kwargs: Mapping[str, Any]) -> Any:
    """The metric that finds the unexpected rows; kept, since making one takes longer than computing it."""
    key = json.dumps([rule.expectation, kwargs], default=repr, sort_keys=True)
    if key not in _metrics:
        import_library()
        from great_expectations.expectations.registry import get_metric_kwargs
        from great_expectations.validator.metric_configuration import MetricConfiguration

        with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # conditions as text go in 2.0
            judged = expectation(rule, {**kwargs, "batch_id": FRAME})
            name = f"{judged.map_metric}.unexpected_index_list"
            told = get_metric_kwargs(name, judged.configuration, {"result_format": FORMAT})
        _metrics[key] = MetricConfiguration(name, told["metric_domain_kwargs"], told["metric_value_kwargs"])
    return _metrics[key]


def _computed(frame: pd.DataFrame, metrics: list[Any]) -> tuple[dict[Any, Any], dict[Any, Any]]:
    """Values of the metrics by id, and what stopped others."""
    import_library()
    from great_expectations.execution_engine import PandasExecutionEngine
    from great_expectations.validator.metrics_calculator import MetricsCalculator

    engine = PandasExecutionEngine(batch_data_dict={FRAME: frame})
    calculator = MetricsCalculator(execution_engine=engine, show_progress_bars=False)
    return calculator.resolve_validation_graph(graph=calculator.build_metric_dependency_graph(metrics))


def _error(frame: pd.DataFrame, metric: Any) -> str:
    """Why a metric cannot be computed."""
    try:
        stopped = _computed(frame, [metric])[1]
    except Exception as error:  # the library raises what pandas does
        return _last_line(error)
    return _last_line(next((info["exception_info"]["exception_message"] for info in stopped.values()), ""))


def _last_line(error: object) -> str:
    return (str(error).strip() or "cannot be judged").splitlines()[-1].strip()
