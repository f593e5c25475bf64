"""What ``alerts.yml`` may say (pydantic models); the loader adds where it says it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from metrics.contracts.models import Department, Tier
from metrics.contracts.part import Part
from metrics.contracts.words import Duration, Identifier, duration_hours

When = Literal["below_target", "off_pace", "signal", "stale", "not_measurable", "restated"]
Severity = Literal["critical", "warning", "info"]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
# what a rule may say beside its name, for each condition
PARAMETERS: Mapping[When, tuple[str, ...]] = {
    "below_target": ("periods", "at_risk"),
    "off_pace": ("below", "until", "after"),
    "signal": (),
    "stale": (),
    "not_measurable": (),
    "restated": ("more_than",),
}


def _share(value: object) -> object:
    """A share as it may be written: 0.05 or 5%."""
    if isinstance(value, str) and (found := re.fullmatch(r"(\d+(?:\.\d+)?)\s*%", value)):
        return float(found[1]) / 100
    return value


def _variable(value: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]*", value):
        raise ValueError(
            "is not the name of an environment variable; write a name such as KPI_ALERT_URL_SUPPORT "
            "and keep the URL itself out of this file"
        )
    return value


def _page(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>]+", value):
        raise ValueError(f"{value!r} is not the address of a page; write https://host/path")
    return value


Page = Annotated[str, AfterValidator(_page)]
Share = Annotated[float, BeforeValidator(_share), Field(ge=0)]
Variable = Annotated[str, AfterValidator(_variable)]


class Channel(Part):
    """Where messages go: an environment variable with the URLs (of apprise), and the language they are written in."""

    url_env: Variable
    language: Literal["en", "es"] = "en"


class Subject(Part):
    """KPIs, by what they are; what is not given does not matter."""

    departments: tuple[Department, ...] = ()
    tiers: tuple[Tier, ...] = ()
    company_level: bool | None = None

    def covers(self, department: str | None, tier: str | None, company_level: bool) -> bool:
        """Whether a KPI is one of them."""
        return (
            (not self.departments or department in self.departments)
            and (not self.tiers or tier in self.tiers)
            and self.company_level in (None, company_level)
        )


class Rule(Subject):
    """When an alert opens, for which KPIs, how grave it is, and how long it waits before it is told again.

    ``below_target`` wants ``periods`` in a row off target; with ``at_risk`` those at risk count too. ``off_pace`` opens
    below a pace (value ÷ expected by now), once ``after`` of the goal was due, and holds until ``until``. ``restated``
    opens where a published value of a complete period changed by more than ``more_than``. Shares are fractions.
    """

    name: Identifier
    when: When
    severity: Severity = "warning"
    kpis: tuple[Identifier, ...] = ()
    cool_down: Duration = "24h"
    periods: int = Field(default=1, ge=1)
    at_risk: bool = False
    below: Share = 0.9
    until: Share | None = None
    after: Share = 0.2
    more_than: Share = 0.05

    @property
    def cool_down_hours(self) -> int:
        """The least time between two messages of one alert that stays open."""
        return duration_hours(self.cool_down)

    @property
    def recovers_at(self) -> float:
        """The pace at which an alert of ``off_pace`` is resolved."""
        return self.below if self.until is None else self.until


class Route(Subject):
    """Which alerts go to which channels; an alert goes by every route that takes it."""

    severities: tuple[Severity, ...] = ()
    rules: tuple[Identifier, ...] = ()
    channels: tuple[Identifier, ...] = Field(min_length=1)

    def takes(self, rule: Rule) -> bool:
        """Whether alerts of a rule go this way."""
        return (not self.severities or rule.severity in self.severities) and (not self.rules or rule.name in self.rules)


class Digest(Part):
    """A weekly mail on the KPIs of a department, or on the company's scorecard, and when it is sent.

    Its language is its channel's unless it says another; ``hour`` is one of the company's time zone.
    """

    department: Department
    channel: Identifier
    language: Literal["en", "es"] | None = None
    weekday: Weekday = "monday"
    hour: int = Field(default=7, ge=0, le=23)

    @property
    def moment(self) -> str:
        """When it is sent: ``monday 07:00``."""
        return f"{self.weekday} {self.hour:02}:00"


class Alerting(Part):
    """All of ``alerts.yml``.

    ``dashboard`` is the address of the published site's folder, to which digests and alerts link. ``link`` is another
    page for alerts to link to; ``{kpi}`` in it stands for the KPI's name.
    """

    dashboard: Page | None = None
    link: Page | None = None
    channels: dict[Identifier, Channel] = Field(default_factory=dict[Identifier, Channel])
    rules: tuple[Rule, ...] = ()
    routes: tuple[Route, ...] = ()
    digests: tuple[Digest, ...] = ()

    def language(self, digest: Digest) -> Literal["en", "es"]:
        """The language that a digest is written in."""
        return digest.language or self.channels[digest.channel].language

    def page(self, language: Literal["en", "es"]) -> str | None:
        """The page that alerts link to, ``{kpi}`` in it for the KPI's name; None if there is none."""
        site = f"{self.dashboard.rstrip('/')}/{language}/kpis/{{kpi}}.html" if self.dashboard else None
        return self.link or site
