"""Holds values against MetricFlow's: the same rows, and every value within a relative error of 1e-9."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

TOLERANCE = 1e-9
Key = tuple[date, str]
Values = Mapping[Key, float | None]


@dataclass
class Comparison:
    """How many values were compared, and what differs."""

    rows: int = 0
    values: int = 0
    differences: list[str] = field(default_factory=list[str])

    def compare(self, name: str, theirs: Values, ours: Values) -> None:
        """Add one metric at one grain and slice; ``name`` says which."""
        keys = theirs.keys() | ours.keys()
        self.rows += len(keys)
        self.values += sum(theirs.get(key) is not None for key in keys)
        for key in sorted(keys):
            if key not in ours:
                self._differs(name, key, "no row", theirs[key])
            elif key not in theirs:
                self._differs(name, key, ours[key], "no row")
            elif not close(theirs[key], ours[key]):
                self._differs(name, key, ours[key], theirs[key])

    def _differs(self, name: str, key: Key, ours: object, theirs: object) -> None:
        where = " ".join(str(part) for part in key if part)
        self.differences.append(f"{name} {where}: ours {ours}, MetricFlow's {theirs}")


def close(theirs: float | None, ours: float | None) -> bool:
    """Equal within the tolerance; what MetricFlow divided by zero (inf, nan) is no value here."""
    if theirs is None or not math.isfinite(theirs):
        return ours is None
    return ours is not None and abs(theirs - ours) <= TOLERANCE * max(abs(theirs), abs(ours))
