"""Where messages go: the URLs that the environment holds for the channels of alerts.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from metrics.alerting import Alerting


@dataclass(frozen=True)
class Endpoint:
    """One URL of a channel. It is told apart by its place, so that a new password is no new endpoint.

    The URL holds secrets: no text shows it.
    """

    channel: str
    position: int
    language: Literal["en", "es"]
    url: str = field(repr=False)

    @property
    def name(self) -> str:
        """How it is called: its channel, with its place if it is not the first."""
        return self.channel if self.position == 1 else f"{self.channel}/{self.position}"


@dataclass(frozen=True)
class Channels:
    """What the environment knows of the channels; ``missing`` is channel → variable that is not set."""

    endpoints: tuple[Endpoint, ...]
    missing: Mapping[str, str]


def read_channels(alerting: Alerting, environment: Mapping[str, str]) -> Channels:
    """Look the URLs of every channel up; a variable may hold several, separated by spaces or line ends."""
    urls = {name: environment.get(channel.url_env, "").split() for name, channel in alerting.channels.items()}
    endpoints = (
        Endpoint(name, number, alerting.channels[name].language, url)
        for name, listed in urls.items()
        for number, url in enumerate(listed, 1)
    )
    missing = {name: alerting.channels[name].url_env for name, listed in urls.items() if not listed}
    return Channels(tuple(endpoints), missing)
