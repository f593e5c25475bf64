"""The digests that alerts.yml declares."""

from __future__ import annotations

from collections.abc import Sequence

from metrics.alerting import Alerting, Digest, load_alerting
from metrics.problems import DefinitionError
from orchestration.company import Company
from orchestration.errors import UsageError


def read_alerting(company: Company) -> Alerting:
    """Read a company's alerts.yml.

    Raises:
        UsageError: it is wrong; the message has a line for every problem.
    """
    try:
        return load_alerting(company.alerts)
    except DefinitionError as error:
        raise UsageError(str(error)) from None


def chosen(alerting: Alerting, department: str = "", language: str = "", moment: str = "") -> Sequence[Digest]:
    """Return the digests of a department, language and moment (``monday 07:00``); what is empty does not matter."""
    return [
        digest
        for digest in alerting.digests
        if department in ("", digest.department)
        and language in ("", alerting.language(digest))
        and moment in ("", digest.moment)
    ]
