"""Contracts whose metric is not defined."""

from collections.abc import Iterator
from difflib import get_close_matches

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    known = definitions.metrics
    if known is None:
        return
    for contract in definitions.contracts:
        metric = contract.body.metric
        if metric not in known:
            close = get_close_matches(metric, known, 1)
            hint = f"did you mean {close[0]}? " if close else ""
            allowed = ", ".join(sorted(known)) or "a metric that you define"
            yield contract.problem("metric", f"{metric!r} is no metric; {hint}use one of {allowed}")


RULE = Rule(
    code="KPI201",
    severity="error",
    says="Measurable: the metric is one of the semantic layer.",
    fix="name a metric of `metrics/semantic/`, or define it there",
    check=_check,
)
