"""The expectations of Great Expectations that a suite may use, and the arguments that each takes.

A table of our own, so that reading a suite does not import the library; a test holds it against the library's classes.
"""

from __future__ import annotations

from dataclasses import dataclass

ANYWHERE = ("string", "integer", "decimal", "double", "boolean", "date", "timestamp")
NUMBERS = ("integer", "decimal", "double")
ORDERED = (*NUMBERS, "date", "timestamp")
TEXT = ("string",)


@dataclass(frozen=True)
class Expectation:
    """What an expectation takes: arguments that name a column, others, those it needs (one of), and column types."""

    columns: tuple[str, ...] = ("column",)
    arguments: tuple[str, ...] = ()
    needs_one_of: tuple[str, ...] = ()
    types: tuple[str, ...] = ANYWHERE

    @property
    def allowed(self) -> tuple[str, ...]:
        """Every argument; ``row_condition`` (which rows it is asked of) goes with all of them."""
        return (*self.columns, *self.arguments, "row_condition")


_BOUNDS = ("min_value", "max_value")
_PAIR = ("column_A", "column_B")
EXPECTATIONS = {
    "expect_column_values_to_not_be_null": Expectation(),
    "expect_column_values_to_be_null": Expectation(),
    "expect_column_values_to_be_in_set": Expectation(arguments=("value_set",), needs_one_of=("value_set",)),
    "expect_column_values_to_not_be_in_set": Expectation(arguments=("value_set",), needs_one_of=("value_set",)),
    "expect_column_values_to_be_between": Expectation(
        arguments=(*_BOUNDS, "strict_min", "strict_max"), needs_one_of=_BOUNDS, types=ORDERED
    ),
    "expect_column_values_to_match_regex": Expectation(arguments=("regex",), needs_one_of=("regex",), types=TEXT),
    "expect_column_values_to_not_match_regex": Expectation(arguments=("regex",), needs_one_of=("regex",), types=TEXT),
    "expect_column_value_lengths_to_be_between": Expectation(arguments=_BOUNDS, needs_one_of=_BOUNDS, types=TEXT),
    "expect_column_pair_values_to_be_equal": Expectation(columns=_PAIR),
    "expect_column_pair_values_a_to_be_greater_than_b": Expectation(
        columns=_PAIR, arguments=("or_equal",), types=ORDERED
    ),
}
