"""What a KPI is to the oracle: aggregates over tables, joined by period and slice value, and a formula over them."""

from collections.abc import Mapping
from dataclasses import dataclass

EVERY_GRAIN = ("day", "week", "month", "quarter", "year")
FROM_WEEK = EVERY_GRAIN[1:]
FROM_MONTH = EVERY_GRAIN[2:]


@dataclass(frozen=True)
class Source:
    """Aggregates (name → SQL) of the rows ``where``, by the period of ``day``; in SQL ``$grain`` is the grain's text.

    With ``fill`` the total has 0 for a period without rows between the first and the last day of the whole table.
    """

    table: str
    day: str
    columns: Mapping[str, str]
    where: str = "true"
    fill: bool = False


@dataclass(frozen=True)
class Kpi:
    """A row of the catalogue: ``value`` and, of a ratio, both parts are SQL over the columns of the sources.

    A slice value of fewer than five ``persons`` (SQL over the same columns) is left out, and so are others from which
    it could be told.
    """

    name: str
    sources: tuple[Source, ...]
    value: str
    numerator: str = "null"
    denominator: str = "null"
    grains: tuple[str, ...] = EVERY_GRAIN
    slices: tuple[str, ...] = ()
    has_total: bool = True
    persons: str | None = None


def total(
    name: str,
    table: str,
    day: str,
    value: str,
    *,
    where: str = "true",
    grains: tuple[str, ...] = EVERY_GRAIN,
    slices: tuple[str, ...] = (),
) -> Kpi:
    """A count or sum: 0, not absent, in a period without rows inside the table's days."""
    return Kpi(name, (Source(table, day, {"n": value}, where, fill=True),), "n", grains=grains, slices=slices)


def level(
    name: str,
    table: str,
    value: str,
    *,
    grains: tuple[str, ...] = EVERY_GRAIN,
    slices: tuple[str, ...] = (),
    where: str = "true",
) -> Kpi:
    """An aggregate that is absent where there are no rows: a median, or the last day of a running total."""
    table, day = table.split(".")
    return Kpi(name, (Source(table, day, {"n": value}, where),), "n", grains=grains, slices=slices)


def ratio(
    name: str,
    numerator: Source,
    denominator: Source | None = None,
    *,
    grains: tuple[str, ...] = EVERY_GRAIN,
    slices: tuple[str, ...] = (),
    has_total: bool = True,
    persons: str | None = None,
) -> Kpi:
    """Column n over column d, of one source or of two."""
    sources = (numerator, denominator) if denominator else (numerator,)
    return Kpi(name, sources, "n / nullif(d, 0)", "n", "d", grains, slices, has_total, persons)
