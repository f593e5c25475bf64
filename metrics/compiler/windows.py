"""Spans of days: what a cumulative value looks back over, and how far back another period lies."""

from dataclasses import dataclass, replace

from metrics.calendar import GRAINS


class WindowError(ValueError):
    """Why a window or an offset cannot be used."""


@dataclass(frozen=True)
class Window:
    """The days up to a day, itself included: ``count`` units, the ``unit`` to date (count 0), or all (no unit)."""

    count: int = 0
    unit: str = ""

    def __post_init__(self) -> None:
        if self.unit and self.unit not in GRAINS:
            raise WindowError(f"a window of {self.unit}s is not supported; use one of {', '.join(GRAINS)}")

    @property
    def is_all_time(self) -> bool:
        """True if it has no first day."""
        return not self.unit

    @property
    def is_to_date(self) -> bool:
        """True if it begins with the period that the day is in."""
        return bool(self.unit) and not self.count

    @property
    def name(self) -> str:
        """``28_days``, ``month_to_date`` or ``all_time``."""
        if self.is_all_time:
            return "all_time"
        return f"{self.unit}_to_date" if self.is_to_date else f"{self.count}_{self.unit}{'s' * (self.count > 1)}"

    @property
    def words(self) -> str:
        """Its name as people read it: ``28 days``."""
        return self.name.replace("_", " ")

    @property
    def days(self) -> int | None:
        """Its length where that is the same for every day."""
        return {"day": 1, "week": 7}.get(self.unit, 0) * self.count or None


@dataclass(frozen=True)
class Offset:
    """Another period, as seen from one: ``count`` periods of ``unit`` before it, or the first day of its ``unit``."""

    unit: str
    count: int = 0

    @property
    def name(self) -> str:
        """``month_minus_2`` or ``start_of_month``."""
        return f"{self.unit}_minus_{self.count}" if self.count else f"start_of_{self.unit}"

    @property
    def grains(self) -> tuple[str, ...]:
        """The grains at which the offset of a period is a period of the same grain."""
        if self.count:
            return (self.unit,)
        nested = ("month", "quarter", "year")
        return ("day", *(nested[: nested.index(self.unit) + 1] if self.unit in nested else ()))

    def after(self, other: "Offset | None") -> "Offset":
        """The offset of an offset; raises WindowError where the two do not add up."""
        if other is None:
            return self
        if not self.count or not other.count or self.unit != other.unit:
            raise WindowError(f"an offset of {self.name} on one of {other.name} is not supported")
        return replace(self, count=self.count + other.count)
