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
    """How many rows were compared, those with a value among them, what differs, and how many rows are left out.

    ``excepted`` counts the rows that differ, and may: ``exceptions.yml`` lists why.
    """

    rows: int = 0
    values: int = 0
    excepted: int = 0
    differences: list[str] = field(default_factory=list[str])

    def compare(self, name: str, theirs: Values, ours: Values, excepted: Callable[[Key], bool] = never) -> None:
        """Add one metric at one grain and slice; ``name`` says which, ``excepted`` where it may differ."""
        found = differing(theirs, ours)
        listed = {key for key in found if excepted(key)}
        self.excepted += len(listed)
        self.rows += len((theirs.keys() | ours.keys()) - listed)
        self.values += sum(value is not None for key, value in theirs.items() if key not in listed)
        for key, (our, their) in found.items():
            if key not in listed:
                where = " ".join(str(part) for part in key if part)
                self.differences.append(f"{name} {where}: ours {our}, MetricFlow's {their}")

    def __str__(self) -> str:
        return (
            f"{self.rows} rows compared, {self.values} of them with a value; {len(self.differences)} differ "
            f"({self.excepted} rows are listed exceptions)"
        )

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
