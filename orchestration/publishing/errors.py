"""Why nothing was published."""

from collections.abc import Iterable

from metrics.steering.checks import Check


class PublishError(Exception):
    """The new version is not what it should be; the published one stays.

    ``checks`` are those of the mart's tables that were judged, failed ones among them.
    """

    def __init__(self, message: str, checks: Iterable[Check] = ()) -> None:
        super().__init__(message)
        self.checks = tuple(checks)
