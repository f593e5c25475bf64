"""Writes messages: one per department, with what is new, what is still open and what is resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metrics.steering.clock import local
from metrics.wording.vocabulary import DEPARTMENTS
from orchestration.alerts.channels import Endpoint
from orchestration.alerts.due import HAPPENED, OPENED, REPEATED, RESOLVED, Item
from orchestration.alerts.outbox import Message
from orchestration.alerts.words import WORDS
from orchestration.reports.markdown import as_markdown

if TYPE_CHECKING:
    from jinja2 import Template

# sections in their order, and the events in each
SECTIONS = {OPENED: (OPENED, HAPPENED), REPEATED: (REPEATED,), RESOLVED: (RESOLVED,)}
# how apprise marks a message, by its gravest alert that is not resolved
KINDS = {"critical": "failure", "warning": "warning", "info": "info"}
OF_DATA = ("stale", "not_measurable")
OF_BUSINESS = ("below_target", "off_pace", "signal")


@dataclass(frozen=True)
class Style:
    """What messages of a company have in common: ``link``, where the dashboard lies if it does, and its time zone."""

    link: str | None
    zone: str


@dataclass(frozen=True)
class Entry:
    """A line of a message: one alert, with the ``others`` of its KPI; or what data costs, with all KPIs that it hurts.

    ``alerts`` are rows of the mart, the gravest first.
    """

    alerts: tuple[Mapping[str, Any], ...]
    language: str
    style: Style

    @property
    def alert(self) -> Mapping[str, Any]:
        """The gravest of the alerts."""
        return self.alerts[0]

    @property
    def is_of_data(self) -> bool:
        """Whether it is the data that is wrong, and not the business."""
        return self.alert["condition"] in OF_DATA

    @property
    def others(self) -> tuple[Mapping[str, Any], ...]:
        """What else there is to say of its KPI."""
        return () if self.is_of_data else self.alerts[1:]

    @property
    def asks_for_action(self) -> bool:
        """Whether the playbook helps."""
        asks = any(alert["condition"] in OF_BUSINESS for alert in self.alerts)
        return asks and bool(self.text("playbook", self.alert))

    @property
    def labels(self) -> str:
        """The KPIs, by the names that people know."""
        return ", ".join(dict.fromkeys(self.text("label", alert) or alert["kpi"] for alert in self.alerts))

    @property
    def links(self) -> list[str]:
        """Where to look, if every KPI has a page."""
        link = self.style.link or ""
        kpis = dict.fromkeys(alert["kpi"] for alert in self.alerts)
        return [link.replace("{kpi}", kpi) for kpi in kpis] if "{kpi}" in link else []

    def text(self, column: str, alert: Mapping[str, Any]) -> str | None:
        """A text of an alert in the message's language."""
        return alert[f"{column}_{self.language}"]

    def day(self, column: str, alert: Mapping[str, Any]) -> date:
        """The company's day of one of an alert's times."""
        return local(alert[column], self.style.zone).date()


def compose(
    endpoint: Endpoint, items: Sequence[Item], alerts: Iterable[Mapping[str, Any]], as_of: datetime, style: Style
) -> list[Message]:
    """Return a message per department of the items, the gravest department first.

    Args:
        endpoint: whom they are for.
        items: what is to be told, the gravest first.
        alerts: all published alerts, of which the open ones are counted.
        as_of: that of the mart.
        style: link and time zone.
    """
    still_open = [alert["department"] for alert in alerts if alert["resolved_at"] is None]
    departments = dict.fromkeys(item.alert["department"] for item in items)
    return [
        _message(endpoint, [i for i in items if i.alert["department"] == one], still_open.count(one), as_of, style)
        for one in departments
    ]


def test_message(endpoint: Endpoint, as_of: datetime) -> Message:
    """Return the message that shows that a channel works."""
    words = WORDS[endpoint.language]
    title = words["test_title"].format(channel=endpoint.name)
    return Message(endpoint.name, "", "info", title, words["test_body"], as_of, (("", as_of.isoformat()),))


def _message(endpoint: Endpoint, items: Sequence[Item], still_open: int, as_of: datetime, style: Style) -> Message:
    words, department = WORDS[endpoint.language], items[0].alert["department"] or ""
    counted = {section: [i for i in items if i.kind in events] for section, events in SECTIONS.items()}
    told = ", ".join(words[f"title_{section}"].format(n=len(of)) for section, of in counted.items() if of)
    pending = [item.alert["severity"] for item in items if item.kind != RESOLVED]
    message = Message(
        endpoint=endpoint.name,
        department=department,
        kind=KINDS[pending[0]] if pending else "success",
        title=f"{DEPARTMENTS[endpoint.language].get(department, department)}: {told}",
        body="",
        as_of=as_of,
        events=tuple((item.alert["id"], item.event) for item in items),
    )
    sections = [(words[section], section, _entries(of, endpoint, style)) for section, of in counted.items() if of]
    body = _template().render(
        sections=sections,
        owners=_owners(items),
        words=words,
        link=None if "{kpi}" in (style.link or "") else style.link,
        footer=_footer(words, still_open, local(as_of, style.zone), style.zone, message.key),
    )
    return replace(message, body=body.strip())


def _footer(words: Mapping[str, str], still_open: int, at: datetime, zone: str, key: str) -> list[str]:
    count = words["open_none"] if not still_open else words["open_one"] if still_open == 1 else words["open"]
    moment = words["as_of"].format(at=f"{at:%Y-%m-%d %H:%M}", zone=zone)
    return [count.format(n=still_open), moment, words["message"].format(key=key[:8])]


def _entries(items: Sequence[Item], endpoint: Endpoint, style: Style) -> list[Entry]:
    """The alerts of a KPI are one entry, and so are those of several KPIs that say the same of the data."""
    together: dict[tuple[Any, ...], list[Mapping[str, Any]]] = {}
    for item in items:
        alert = item.alert
        of_data = (alert["rule"], alert["words_en"], alert["opened_at"])
        together.setdefault(of_data if alert["condition"] in OF_DATA else (alert["kpi"],), []).append(alert)
    return [Entry(tuple(alerts), endpoint.language, style) for alerts in together.values()]


def _owners(items: Sequence[Item]) -> Iterator[str]:
    owners = dict.fromkeys((item.alert["owner_team"], item.alert["owner_email"]) for item in items)
    return (", ".join(filter(None, owner)) for owner in owners if any(owner))


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = Path(__file__).parent / "templates"
    # Markdown, not HTML: apprise makes of it what a service takes. The filter md keeps names that came with the data
    # from being links, pictures or lines of their own.
    environment = Environment(  # noqa: S701
        loader=FileSystemLoader(folder), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["md"] = as_markdown
    return environment.get_template("message.md.jinja")
