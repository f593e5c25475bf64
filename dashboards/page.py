"""What a page is, and the links between pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

COMPANY = "index.html"
ALIGNMENT = "alignment.html"
CATALOGUE = "catalogue.html"
TRUST = "trust.html"


@dataclass(frozen=True)
class Page:
    """A page of one language.

    ``path`` is relative to the language's folder, ``template`` a file of templates/, ``content`` what it shows. The
    page loads the chart bundle if it has ``charts``.
    """

    path: str
    template: str
    title: str
    content: Mapping[str, Any] = field(default_factory=dict)
    charts: bool = False

    @property
    def up(self) -> str:
        """The way from the page to its language's folder: ``""`` or ``"../"`` and more."""
        return "../" * self.path.count("/")


def of_kpi(kpi: str) -> str:
    """The path of a KPI's page."""
    return f"kpis/{kpi}.html"


def of_department(department: str) -> str:
    """The path of a department's page."""
    return f"departments/{department}.html"
