"""Runs rules as Great Expectations on a data frame; the only module that imports the library."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from expectations.suite import Rule, SuiteError

if TYPE_CHECKING:
    import pandas as pd

FORMAT = {"result_format": "COMPLETE", "return_unexpected_index_query": False}
_PAIR = "ignore_row_if"


def unexpected(frame: pd.DataFrame, rules: Sequence[tuple[Rule, Mapping[str, Any]]]) -> dict[str, list[int]]:
    """Positions of the rows that each rule does not expect, by its name; every rule is there.

    The frame has a fresh index and numpy dtypes; arguments are given apart from the rule, as values of this frame.
    Raises ``SuiteError`` naming the rule if one cannot be judged.
    """
    import great_expectations as gx

    suite = gx.ExpectationSuite("rules", expectations=[_expectation(rule, kwargs) for rule, kwargs in rules])
    results = _whole_frame().get_batch({"dataframe": frame}).validate(suite, result_format=FORMAT).results
    return {result.expectation_config.meta["rule"]: _positions(result) for result in results}


def _expectation(rule: Rule, kwargs: Mapping[str, Any]) -> Any:
    import great_expectations.expectations as known

    kind = getattr(known, "".join(word.capitalize() for word in rule.expectation.split("_")))
    more: dict[str, Any] = {"condition_parser": "pandas"} if "row_condition" in kwargs else {}
    if _PAIR in kind.model_fields if hasattr(kind, "model_fields") else _PAIR in kind.__fields__:
        more[_PAIR] = "either_value_is_missing"
    try:
        return kind(**kwargs, **more, meta={"rule": rule.name})
    except ValueError as error:
        raise SuiteError(f"{rule.name}: {rule.expectation}: {_first_line(error)}") from None


def _positions(result: Any) -> list[int]:
    found: list[int] | None = result.result.get("unexpected_index_list")
    if result.success or found:
        return sorted(found or [])
    rule, kind = result.expectation_config.meta["rule"], result.expectation_config.type
    raise SuiteError(f"{rule}: {kind}: {_raised(result.exception_info)}")


def _raised(info: Mapping[str, Any]) -> str:
    """The message of an exception, which lies one level down for those of metrics."""
    for found in (info, *(value for value in info.values() if isinstance(value, Mapping))):
        if found.get("raised_exception"):
            return _first_line(found.get("exception_message"))
    return "cannot be judged"


def _first_line(error: object) -> str:
    return (str(error).strip() or "cannot be judged").splitlines()[-1].strip()


@cache
def _whole_frame() -> Any:
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    import great_expectations as gx
    from great_expectations.data_context.types.base import ProgressBarsConfig

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
    return asset.add_batch_definition_whole_dataframe("whole")
