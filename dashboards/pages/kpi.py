"""A page for each KPI and tracked metric: where it stands, why, what it means, and whether to trust it."""

from __future__ import annotations

from collections.abc import Iterator

from dashboards.charts import look
from dashboards.kpi_page.course import courses
from dashboards.kpi_page.drivers import drivers
from dashboards.kpi_page.duties import alerts, plans
from dashboards.kpi_page.head import head
from dashboards.kpi_page.lineage import lineage
from dashboards.kpi_page.links import everything
from dashboards.kpi_page.meaning import meaning
from dashboards.kpi_page.proof import proof
from dashboards.kpi_page.slices import slices
from dashboards.kpi_page.targets import promises
from dashboards.mart import Mart, Row
from dashboards.page import Page, of_kpi
from dashboards.speaker import Speaker


def pages(mart: Mart, say: Speaker) -> Iterator[Page]:
    """Yield the page of each KPI and tracked metric, also of retired ones, whose history stays readable."""
    for kpi in everything(mart).values():
        yield Page(of_kpi(kpi["kpi"]), "kpi.html.jinja", say.label(kpi), _content(mart, say, kpi), charts=True)


def _content(mart: Mart, say: Speaker, kpi: Row) -> dict[str, object]:
    shown, driven = courses(mart, say, kpi), drivers(mart, say, kpi)
    specs = {one.grain: one.spec for one in shown} | {one.key: one.spec for one in driven.all}
    return {
        "own": say.words("kpi"),
        "kpi": kpi,
        "head": head(mart, say, kpi),
        "courses": shown,
        "driven": driven,
        "charts": {"config": look.of_page(), "specs": specs},
        "slices": slices(mart, say, kpi),
        "promises": promises(mart, say, kpi),
        "meaning": meaning(mart, say, kpi),
        "proof": proof(mart, say, kpi),
        "lineage": lineage(mart, say, kpi),
        "plans": plans(mart, say, kpi),
        "alerts": alerts(mart, say, kpi),
    }
