"""How the trust page names figures: by their label, and with a link where they have a page."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.mart import Mart, Row
from dashboards.page import of_kpi
from dashboards.speaker import Speaker
from metrics.wording.vocabulary import sliced_by

LABELS = "select kpi, label_en, label_es, unit, currency from kpi_catalog"


@dataclass(frozen=True)
class Figure:
    """A KPI or tracked metric; ``path`` is empty if it has no page, since it has retired or is no more."""

    label: str
    path: str


def figure(mart: Mart, say: Speaker, kpi: str) -> Figure:
    """Return a figure by its name."""
    known = mart.by("kpi", LABELS).get(kpi)
    return Figure(say.label(known[0]) if known else kpi, of_kpi(kpi) if kpi in mart.catalogue else "")


def measured(mart: Mart, kpi: str) -> Row:
    """Return the unit and currency in which values of a figure are written."""
    return mart.by("kpi", LABELS).get(kpi, [{"unit": None}])[0]


def sliced(say: Speaker, name: str, value: str) -> str:
    """Name a value of a slice; empty for the total."""
    return f"{getattr(sliced_by(name), say.lang)}: {value}" if name else ""
