"""Verdicts on a mart are kept beside it: the next one, if all its numbers are the same, is not judged again.

Great Expectations takes seconds to import, a mart's row of numbers stays the same while nothing new is pulled, and a
verdict follows from nothing but numbers and rules.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from expectations.one_row import Verdict, judge
from expectations.suite import Rule

FILE = "judged.json"
FORMAT = 1  # raised when what is kept means something else


def judge_unless_judged(
    row: Mapping[str, Any], rules: Sequence[Rule], before: Path | None, folder: Path
) -> list[Verdict]:
    """Return a verdict per rule: those kept in ``before`` if it judged the same; they are kept in ``folder``.

    Args:
        row: column → number, as ``judge`` takes it.
        rules: in the order of the verdicts.
        before: the folder of the published version; None before the first.
        folder: that of the new version.

    Raises:
        SuiteError: a rule cannot be judged.
    """
    key = _key(row, rules)
    kept = _kept(before, key)
    if kept is None:
        kept = [[verdict.passed, verdict.observed] for verdict in judge(row, rules)]
    (folder / FILE).write_text(json.dumps({"key": key, "verdicts": kept}), encoding="utf-8")
    return [Verdict(rule, passed, observed) for rule, (passed, observed) in zip(rules, kept, strict=True)]


def _key(row: Mapping[str, Any], rules: Sequence[Rule]) -> str:
    judged_by = [FORMAT, version("great_expectations"), [repr(rule) for rule in rules]]
    return hashlib.sha256(json.dumps([judged_by, sorted(row.items())]).encode()).hexdigest()


def _kept(before: Path | None, key: str) -> list[Any] | None:
    try:
        kept = json.loads((before / FILE).read_text(encoding="utf-8")) if before else {}
    except (OSError, ValueError):
        return None
    return kept["verdicts"] if kept.get("key") == key else None
