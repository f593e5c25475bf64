"""What a contract file may say (pydantic models); the loader adds where it says it."""

import re
from collections import Counter
from typing import Annotated, Literal, Self, TypeVar

from pydantic import AfterValidator, Field, WithJsonSchema, field_validator

from metrics.calendar import GRAINS, Grain
from metrics.contracts.part import Part
from metrics.contracts.targets import Target
from metrics.contracts.words import Duration, Identifier, Sentence

Review = Literal["daily", "weekly", "monthly", "quarterly", "yearly"]
Unit = Literal["percent", "currency", "count", "days", "hours", "seconds", "score", "ratio"]
Direction = Literal["increase", "decrease", "at_least", "at_most", "within"]
Department = Literal["sales", "marketing", "ecommerce", "support", "customer", "people", "company"]
Level = Literal["department", "company"]
Tier = Literal["primary", "secondary", "usage"]
Perspective = Literal["customer_satisfaction", "department_objective", "company_objective"]
Timing = Literal["leading", "lagging"]
Lifecycle = Literal["draft", "active", "retired"]

REVIEW_GRAIN: dict[Review, Grain] = {
    "daily": "day",
    "weekly": "week",
    "monthly": "month",
    "quarterly": "quarter",
    "yearly": "year",
}
WIDE_COLUMNS = ("month", "is_complete")
ADDRESS = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


def _address(value: str) -> str:
    if not re.match(ADDRESS, value):
        raise ValueError(f"{value!r} is no e-mail address; use one such as team@example.com")
    return value


Email = Annotated[str, AfterValidator(_address), WithJsonSchema({"type": "string", "pattern": ADDRESS})]


class Text(Part):
    """A text in the two languages of the mart."""

    en: Sentence
    es: Sentence


class Owner(Part):
    """The team that answers for a KPI, and where to reach it."""

    team: Sentence
    email: Email


class Coverage(Part):
    """The share of another KPI's value that a ratio's denominator must at least be."""

    of: Identifier
    at_least: float = Field(gt=0, le=1)


class Quality(Part):
    """What the inputs owe: how fresh, how many (``min_sample``), how much of the whole, and what must exist, in words.

    A slice value over fewer than ``min_persons`` persons is not published; the total is.
    """

    freshness: Duration
    min_sample: int | None = Field(default=None, ge=1)
    min_persons: int | None = Field(default=None, ge=1)
    coverage: Coverage | None = None
    needs: Text


def _no_repeats(values: tuple[str, ...]) -> tuple[str, ...]:
    for value, times in Counter(values).items():
        if times > 1:
            raise ValueError(f"{value!r} is given {times} times; name each once")
    return values


Identifiers = Annotated[tuple[Identifier, ...], AfterValidator(_no_repeats)]
Grains = Annotated[tuple[Grain, ...], Field(min_length=1), AfterValidator(_no_repeats)]


class Measured(Part):
    """What a KPI and a tracked metric have in common: a metric at grains and slices, with an owner.

    Without ``total`` there are values of the slices only. ``parents`` are the KPIs that it is a part of or serves.
    """

    name: Identifier
    version: int = Field(default=1, ge=1)
    label: Text
    description: Text
    metric: Identifier
    owner: Owner | None = None
    unit: Unit
    quality: Quality
    grains: Grains = GRAINS
    slices: Identifiers = ()
    total: bool = True
    parents: Identifiers = ()
    review: Review
    tier: Tier
    matures_after: Duration = "0d"
    lifecycle: Lifecycle = "active"
    successor: Identifier | None = None

    @property
    def review_grain(self) -> Grain:
        """The grain of the period that a review looks at."""
        return REVIEW_GRAIN[self.review]

    def rules(self) -> list[tuple[str, str]]:
        """(field, what is wrong) for what a single field cannot tell."""
        broken: list[tuple[str, str]] = []
        if self.name in WIDE_COLUMNS:
            broken.append(("name", f"{self.name!r} is a column of the wide views already; use another name"))
        if self.review_grain not in self.grains:
            grains = ", ".join(self.grains)
            broken.append(("review", f"{self.review!r} needs the grain {self.review_grain!r}; grains are {grains}"))
        if self.lifecycle == "retired" and self.successor is None:
            broken.append(("successor", "is missing; name the KPI that takes the place of a retired one"))
        if self.lifecycle != "retired" and self.successor is not None:
            broken.append(("successor", f"is for lifecycle 'retired' only, which is {self.lifecycle!r}; leave it out"))
        if not self.total and not self.slices:
            broken.append(("total", "false needs slices; give at least one, or leave the total"))
        return broken


class TrackedMetric(Measured):
    """A metric that is owned and shown but promises nothing."""

    tier: Tier = "usage"
    review: Review = "monthly"


class Kpi(Measured):
    """A metric that somebody committed to.

    ``drives`` are the KPIs that are thought to follow it, which the values confirm or doubt.
    """

    question: Text
    direction: Direction
    targets: Annotated[tuple[Target, ...], Field(min_length=1)]
    objective: Identifier
    drives: Identifiers = ()
    level: Annotated[tuple[Level, ...], Field(min_length=1), AfterValidator(_no_repeats)]
    perspective: Perspective
    timing: Timing
    playbook: Text

    @property
    def reviewed_targets(self) -> tuple[Target, ...]:
        """The targets that reviews judge: of the total, or of slices if there is no total."""
        return tuple(target for target in self.targets if not (self.total and target.slice))

    def rules(self) -> list[tuple[str, str]]:
        """(field, what is wrong), its targets' included."""
        broken = super().rules()
        for index, target in enumerate(self.targets):
            broken += [(f"targets.{index}.{field}", what) for field, what in target.rules(self.direction)]
        return broken


Item = TypeVar("Item", bound=Measured)


class ContractFile(Part):
    """One department's file."""

    department: Department
    owner: Owner
    kpis: tuple[Kpi, ...] = ()
    metrics: tuple[TrackedMetric, ...] = ()

    @field_validator("kpis", "metrics", mode="before")
    @classmethod
    def _empty_is_none(cls, value: object) -> object:
        return () if value is None else value

    def owned(self) -> Self:
        """The same file with the department's owner on everything that names no other."""
        return self.model_copy(update={"kpis": self._owned(self.kpis), "metrics": self._owned(self.metrics)})

    def _owned(self, items: tuple[Item, ...]) -> tuple[Item, ...]:
        return tuple(item if item.owner else item.model_copy(update={"owner": self.owner}) for item in items)
