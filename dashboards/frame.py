"""What stands around every page: the way through the site, and how far it can be trusted now."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.departments import departments
from dashboards.mart import THIS_RUN, Mart
from dashboards.page import ALIGNMENT, CATALOGUE, COMPANY, TRUST, of_department
from dashboards.speaker import Speaker

REFUSED = f"""
    select count(distinct system || '.' || table_name) as tables from kpi_quarantine where run_id = {THIS_RUN}
"""
STRICTEST = "select min(freshness_hours) as hours from kpi_catalog where lifecycle = 'active'"
HOURS_WITHOUT_PROMISE = 24


@dataclass(frozen=True)
class Frame:
    """The frame of the pages of one language.

    ``links`` are (label, path in the language's folder). ``stale_after`` is how many hours after ``as_of_iso`` (UTC) a
    reader is told that the page is old. ``trust`` says what is wrong with the data, and ``is_calm`` whether nothing is.
    """

    links: tuple[tuple[str, str], ...]
    as_of: str
    as_of_iso: str
    run: str
    trust: str
    is_calm: bool
    stale_after: int


def frame(mart: Mart, say: Speaker) -> Frame:
    """Return the frame of a language."""
    words = say.words("site")
    as_of = mart.run["as_of"]
    problems = _problems(mart, say)
    return Frame(
        links=(
            (words["company"], COMPANY),
            *((say.term("department", name), of_department(name)) for name in departments(mart)),
            (words["alignment"], ALIGNMENT),
            (words["catalogue"], CATALOGUE),
            (words["trust"], TRUST),
        ),
        as_of=say.moment(as_of),
        as_of_iso=f"{as_of.isoformat()}Z" if as_of else "",
        run=mart.run["run_id"],
        trust=", ".join(problems) or words["all_fresh"],
        is_calm=not problems,
        stale_after=mart.rows(STRICTEST)[0]["hours"] or HOURS_WITHOUT_PROMISE,
    )


def _problems(mart: Mart, say: Speaker) -> list[str]:
    words = say.words("site")
    uncertified = sum(not row["certified"] for row in mart.scorecard.values())
    tracked = sum(not row["certified"] for name, row in mart.certificates.items() if _is_tracked(mart, name))
    refused = mart.rows(REFUSED)[0]["tables"]
    counted = ((uncertified, "not_certified"), (tracked, "tracked_not_certified"), (refused, "set_apart"))
    return [
        words[f"{name}_one"] if count == 1 else words[f"{name}_many"].format(count=count)
        for count, name in counted
        if count
    ]


def _is_tracked(mart: Mart, name: str) -> bool:
    return name in mart.catalogue and mart.catalogue[name]["kind"] == "metric"
