"""Holds values against MetricFlow's: the same rows, and every value within a relative error of 1e-9."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

TOLERANCE = 1e-9
Key = tuple[date, str]
Values = Mapping[Key, float | None]


def never(_: Key) -> bool:
    """No key may differ."""
    return False


@dataclass
class Comparison:
    """How many values were compared, what differs, and how often that is a listed exception."""

    rows: int = 0
    values: int = 0
    excepted: int = 0
    differences: list[str] = field(default_factory=list[str])

    def compare(self, name: str, theirs: Values, ours: Values, excepted: Callable[[Key], bool] = never) -> None:
        """Add one metric at one grain and slice; ``name`` says which, ``excepted`` where it may differ."""
        self.rows += len(theirs.keys() | ours.keys())
        self.values += sum(value is not None for value in theirs.values())
        for key, (our, their) in differing(theirs, ours).items():
            if excepted(key):
                self.excepted += 1
            else:
                where = " ".join(str(part) for part in key if part)
                self.differences.append(f"{name} {where}: ours {our}, MetricFlow's {their}")

    def add(self, other: "Comparison") -> None:
        """Count another comparison in."""
        self.rows += other.rows
        self.values += other.values
        self.excepted += other.excepted
        self.differences += other.differences


def differing(theirs: Values, ours: Values) -> dict[Key, tuple[object, object]]:
    """Key → (ours, theirs) wherever the two are not the same, in order."""
    return {
        key: (ours.get(key, "no row"), theirs.get(key, "no row"))
        for key in sorted(theirs.keys() | ours.keys())
        if key not in ours or key not in theirs or not close(theirs[key], ours[key])
    }


def close(theirs: float | None, ours: float | None) -> bool:
    """Equal within the tolerance; what MetricFlow divided by zero (inf, nan) is no value here."""
    if theirs is None or not math.isfinite(theirs):
        return ours is None
    return ours is not None and abs(theirs - ours) <= TOLERANCE * max(abs(theirs), abs(ours))
