"""A suite: what the rows, the deliveries and the whole of one table must look like."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Severity = Literal["warn", "block"]


class SuiteError(Exception):
    """A rule that cannot be judged: the suite is wrong, not the data; the message names the rule and why."""


@dataclass(frozen=True)
class Reason:
    """Why a broken rule matters, in words for a leader."""

    en: str
    es: str


@dataclass(frozen=True)
class Rule:
    """One Great Expectations expectation under a name of ours.

    ``severity`` is how a delivery or table rule counts: ``block`` refuses the delivery (a table rule: takes the
    certificate), ``warn`` tells. ``if_rows``: judged only where so many rows are behind the profile. ``hurts_nobody``:
    a fault that moves no KPI. Row rules have neither: they set single rows apart.
    """

    name: str
    expectation: str
    kwargs: Mapping[str, Any] = field(default_factory=dict[str, Any])
    severity: Severity = "warn"
    if_rows: int = 0
    hurts_nobody: bool = False
    reason: Reason | None = None


@dataclass(frozen=True)
class Suite:
    """The rules of one table.

    ``time`` is the column with the event time. ``computed`` are columns that row rules may name beside the declared
    ones: name → SQL over the declared columns. ``rows`` are judged row by row, ``delivery`` on the one-row profile of
    each delivery, ``table`` on the one-row profile of everything that landed.
    """

    time: str | None = None
    rows: tuple[Rule, ...] = ()
    delivery: tuple[Rule, ...] = ()
    table: tuple[Rule, ...] = ()
    computed: Mapping[str, str] = field(default_factory=dict[str, str])

    @property
    def fingerprint(self) -> str:
        """Hash of what decides which rows and deliveries land; empty for a suite that refuses nothing."""
        blocking = [rule for rule in self.delivery if rule.severity == "block"]
        if not self.rows and not blocking:
            return ""
        judged = [[rule.name, rule.expectation, rule.kwargs, rule.if_rows] for rule in (*self.rows, *blocking)]
        text = json.dumps([self.time, self.computed, judged], default=str, sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:16]


EMPTY = Suite()
