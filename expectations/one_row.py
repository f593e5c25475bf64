"""Judges a one-row profile by delivery or table rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from expectations.suite import Rule

# The row that table rules see; whoever keeps the landing computes it.
TABLE_COLUMNS = (
    "rows",
    "keys",
    "late_share",
    "corrected_share",
    "deleted_share",
    "repeated_deliveries",
    "ambiguous_share",
)


@dataclass(frozen=True)
class Verdict:
    """What one rule found: ``observed`` says it in words, also when it passed."""

    rule: Rule
    passed: bool
    observed: str


def judge(row: Mapping[str, Any], rules: Sequence[Rule]) -> list[Verdict]:
    """A verdict per rule, in their order.

    A rule passes, unjudged, where its column is None (nothing to compare with) or where fewer than ``if_rows`` rows
    (``rows``; of the past, ``past_rows``) are behind it. Raises ``SuiteError`` for a column that the row does not have.
    """
    raise NotImplementedError
