"""The alignment page: which objective each figure is for, from the company's KPIs down to what is only tracked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from dashboards.aims import Aim, aims
from dashboards.alignment_tree import Branch, branches
from dashboards.mart import Mart, Row
from dashboards.page import ALIGNMENT, Page
from dashboards.speaker import Speaker
from dashboards.standing import Standing, standing


@dataclass(frozen=True)
class Node:
    """A figure of the tree; ``serves`` and ``served_by`` are the names of figures that stand elsewhere."""

    figure: Standing
    level: str
    owner: str
    serves: tuple[str, ...]
    served_by: tuple[str, ...]
    nodes: tuple[Node, ...]
    nodes_words: str


@dataclass(frozen=True)
class Purpose:
    """An objective with its tree; ``goal`` is the figure that its own goal is set on."""

    aim: Aim
    summary: str
    goal: Row | None
    nodes: tuple[Node, ...]


def pages(mart: Mart, say: Speaker) -> Iterator[Page]:
    """Yield the page."""
    words, found = say.words("alignment"), aims(mart, say)
    grown = branches(mart, say, {aim.id for aim in found})
    elsewhere = _elsewhere(branch for tree in grown.values() for branch in tree)
    node = partial(_node, mart, say, elsewhere)
    content = {
        "own": words,
        "sentences": _sentences(say, found, grown),
        "purposes": [_purpose(mart, say, aim, grown.get(aim.id, []), node) for aim in found],
        "unserved": tuple(map(node, grown.get(None, []))),
        "labels": {name: say.label(row) for name, row in mart.catalogue.items()},
    }
    yield Page(ALIGNMENT, "alignment.html.jinja", words["title"], content)


def _purpose(mart: Mart, say: Speaker, aim: Aim, tree: list[Branch], node: partial[Node]) -> Purpose:
    return Purpose(aim, _served(say, tree), mart.catalogue.get(aim.metric), tuple(map(node, tree)))


def _node(mart: Mart, say: Speaker, elsewhere: Mapping[str, tuple[str, ...]], branch: Branch) -> Node:
    words, kpi = say.words("alignment"), branch.kpi
    levels = [words["company"]] if kpi["company_level"] else []
    return Node(
        figure=standing(mart, say, kpi),
        level=" · ".join(dict.fromkeys([*levels, say.term("department", kpi["department"])])),
        owner=kpi["owner_team"] or kpi["owner_email"] or "",
        serves=branch.others,
        served_by=elsewhere.get(kpi["kpi"], ()),
        nodes=tuple(_node(mart, say, elsewhere, below) for below in branch.below),
        nodes_words=words["below"].format(figures=_kinds(say, list(branch.below))),
    )


def _elsewhere(tree: Iterator[Branch]) -> dict[str, tuple[str, ...]]:
    """Figures by whom they serve without standing under it."""
    found: dict[str, tuple[str, ...]] = {}
    ahead = list(tree)
    while ahead:
        branch = ahead.pop()
        ahead += branch.below
        for parent in branch.others:
            found[parent] = (*found.get(parent, ()), branch.kpi["kpi"])
    return {parent: tuple(sorted(served)) for parent, served in found.items()}


def _sentences(say: Speaker, found: list[Aim], grown: Mapping[str | None, list[Branch]]) -> list[str]:
    """Say what serves the objectives, how these stand, and how much serves none."""
    words = say.words("alignment")
    if not found:
        return [words["no_objectives"]]
    served = [branch for objective, tree in grown.items() if objective for branch in tree]
    objectives = say.counted("alignment", "objectives", len(found))
    sentences = [words["served"].format(objectives=objectives, figures=_all_kinds(say, served))]
    if judged := [aim for aim in found if aim.mark is not None]:
        sentences.append(_standing(say, judged))
    if alone := sum(len(branch.names()) for branch in grown.get(None, [])):
        sentences.append(say.counted("alignment", "alone", alone))
    return sentences


def _standing(say: Speaker, judged: list[Aim]) -> str:
    """How those that are measured stand: ``Of 3 objectives with key results, 1 is on target, 2 are off target``."""
    counts = Counter(aim.status for aim in judged)
    parts = [
        say.counted("alignment", status, counts[status])
        for status in ("on_target", "at_risk", "off_target", "no_data")
        if counts[status]
    ]
    return f"{say.counted('alignment', 'measured', len(judged))} {', '.join(parts)}."


def _served(say: Speaker, tree: list[Branch]) -> str:
    words = say.words("alignment")
    return words["serve"].format(figures=_all_kinds(say, tree)) if tree else words["unserved_objective"]


def _all_kinds(say: Speaker, tree: list[Branch]) -> str:
    """How many KPIs and tracked metrics there are in branches."""
    ahead, every = list(tree), list[Branch]()
    while ahead:
        every.append(ahead.pop())
        ahead += every[-1].below
    return _kinds(say, every)


def _kinds(say: Speaker, tree: list[Branch]) -> str:
    """How many KPIs and tracked metrics branches begin with."""
    counts = Counter(branch.kpi["kind"] for branch in tree)
    counted = [say.counted("alignment", kind, counts[kind]) for kind in ("kpi", "metric") if counts[kind]]
    return say.words("alignment")["and"].join(counted)
