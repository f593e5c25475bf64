"""The trust page: whether the numbers can be trusted, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboards.mart import Mart
from dashboards.page import TRUST, Page
from dashboards.sentences import Part, Sentence
from dashboards.speaker import Speaker
from dashboards.trust.certificates import Cause, by_department, causes
from dashboards.trust.checks import Checks, checks
from dashboards.trust.past import Restatements, definitions, restatements
from dashboards.trust.runs import runs
from dashboards.trust.sources import apart, sources

NAMED = 3
TOLD = 2


def pages(mart: Mart, say: Speaker) -> Iterator[Page]:
    """Yield the page."""
    words, why = say.words("trust"), causes(mart, say)
    found, changed = checks(mart, say), restatements(mart, say)
    content = {
        "own": words,
        "sentences": list(_sentences(mart, say, why, found, changed)),
        "departments": by_department(mart, say),
        "causes": why,
        "sources": sources(mart, say),
        "apart": apart(mart, say),
        "checks": found,
        "restated": changed,
        "definitions": definitions(mart, say),
        "runs": runs(mart, say),
    }
    yield Page(TRUST, "trust.html.jinja", words["title"], content)


def _sentences(
    mart: Mart, say: Speaker, why: Sequence[Cause], found: Checks, changed: Restatements
) -> Iterator[Sentence]:
    yield (Part(_certified(mart, say)),)
    yield from (_lost(say, cause) for cause in why[:TOLD])
    if mart.run["run_id"]:
        yield (Part(f"{_rows(mart, say)} {_checks(say, found)} {_changed(say, changed)}"),)


def _certified(mart: Mart, say: Speaker) -> str:
    words, judged = say.words("trust"), mart.certificates.values()
    good = sum(bool(row["certified"]) for row in judged)
    if not judged:
        return words["none_judged"]
    if good == len(judged):
        return say.counted("trust", "all_certified", good)
    return words["some_certified"].format(some=say.count(good), all=say.count(len(judged)))


def _lost(say: Speaker, cause: Cause) -> Sentence:
    """Name what is not certified for a reason, and the reason."""
    words, named = say.words("sentences"), list[Part]()
    for each in cause.figures[:NAMED]:
        named += [Part(", "), Part(each.figure.label, each.kpi)]
    more = len(cause.figures) - NAMED
    rest = words["and_more"].format(count=say.count(more)) if more > 0 else ""
    ending = words["not_certified" if len(cause.figures) == 1 else "are_not_certified"]
    because = words["because"].format(reason=cause.reason) if cause.reason else ""
    return (*named[1:], Part(f"{rest}{ending}{because}."))


def _rows(mart: Mart, say: Speaker) -> str:
    words, came, aside = say.words("trust"), mart.run.get("rows_in"), mart.run.get("rows_quarantined")
    if not came:
        return words["no_rows"]
    if not aside:
        return say.counted("trust", "all_landed", came)
    return words["some_apart"].format(apart=say.count(aside), all=say.count(came), share=say.part(aside / came))


def _checks(say: Speaker, found: Checks) -> str:
    words = say.words("trust")
    if not found.run:
        return words["no_checks"]
    counts = (("errors", found.errors), ("warnings", found.warnings))
    failed = [say.counted("trust", name, count) for name, count in counts if count]
    if not failed:
        return say.counted("trust", "all_passed", found.run)
    return words["some_failed"].format(all=say.count(found.run), failed=words["and"].join(failed))


def _changed(say: Speaker, changed: Restatements) -> str:
    if not changed.total:
        return say.words("trust")["nothing_restated"]
    values = say.counted("trust", "values", changed.total)
    return say.words("trust")["restated"].format(values=values, day=changed.last)
