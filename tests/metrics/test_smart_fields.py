"""No field that makes a KPI specific, measurable, attainable, relevant or time-bound can go from a shipped contract."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from metrics.contracts import contracts_of
from metrics.lint.reading import Places, read_definitions
from metrics.lint.run import lint
from metrics.located_yaml import KeyPath, LocatedYaml, read_yaml

pytestmark = pytest.mark.fast
ROOT = Path(__file__).parents[2] / "metrics"
NAMES = ("kpis", "objectives", "semantic", "calendar.yml", "kpis.lock", "actions", "objectives/check_ins")
PLACES = Places(*(ROOT / name for name in NAMES), has_goals=True)
SHIPPED = replace(read_definitions(PLACES, date(2026, 7, 1)), lock=None)
FILES = [read_yaml(path) for path in sorted(PLACES.kpis.glob("*.yml"))]
# what has a default that is right for most, or promises nothing by itself
OPTIONAL = {
    "version", "slices", "grains", "parents", "total", "matures_after", "lifecycle", "successor", "min_persons",
    "coverage", "at_risk", "horizon", "team", "budget", "time", "drives", "set_at", "spread", "slice",
}  # fmt: skip
OPTIONAL_FOR_METRICS = {"tier", "review"}
ALL_OF_A_KPI = {
    "name", "label", "label.en", "label.es", "question", "question.en", "question.es", "description",
    "description.en", "description.es", "metric", "quality", "quality.freshness", "quality.needs", "quality.needs.en",
    "quality.needs.es", "unit", "direction", "targets", "targets.0.period", "targets.0.value", "targets.0.over",
    "objective", "review", "tier", "level", "perspective", "timing", "playbook", "playbook.en", "playbook.es",
}  # fmt: skip


def required(item: dict[str, Any], is_kpi: bool) -> Iterator[KeyPath]:
    """Every key path of a contract that must be there."""
    optional = OPTIONAL | (set() if is_kpi else OPTIONAL_FOR_METRICS)
    if item["unit"] not in ("percent", "score"):
        optional = optional | {"min_sample"}
    if len([target for target in item.get("targets", ()) if "basis" in target]) > 1:
        optional = optional | {"basis"}  # of several, each can go
    return (path for path in keys(item, ()) if path[-1] not in optional)


def keys(part: Any, path: KeyPath) -> Iterator[KeyPath]:
    for key, value in part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ():
        if isinstance(part, dict):
            yield (*path, key)
        yield from keys(value, (*path, key))


def without(document: LocatedYaml, path: KeyPath) -> LocatedYaml:
    """The file without a key; its other lines stay where they are."""
    data = copy.deepcopy(document.data)
    parent = data
    for part in path[:-1]:
        parent = parent[part]
    del parent[path[-1]]
    lines = {place: line for place, line in document.lines.items() if place[: len(path)] != path}
    return replace(document, data=data, lines=lines)


def errors(changed: LocatedYaml) -> list[tuple[str, int]]:
    """(file, line) of every error that lint finds with one file changed."""
    loaded = contracts_of([changed if file.file == changed.file else file for file in FILES])
    found = lint(replace(SHIPPED, loaded=loaded, problems=loaded.problems))
    return [(item.problem.file, item.problem.line) for item in found if item.rule.severity == "error"]


def items() -> Iterator[Any]:
    for document in FILES:
        for section in ("kpis", "metrics"):
            for index, item in enumerate(document.data.get(section, ())):
                yield pytest.param(document, (section, index), id=item["name"])


def test_what_is_shipped_keeps_to_every_rule():
    assert SHIPPED.problems == ()
    assert [str(item) for item in lint(SHIPPED) if item.rule.severity == "error"] == []


@pytest.mark.parametrize(("document", "place"), list(items()))
def test_lint_names_the_contract_that_a_field_is_taken_from(document, place):
    item = document.data[place[0]][place[1]]
    lines = [line for path, line in document.lines.items() if path[:2] == place]
    gone = list(required(item, place[0] == "kpis"))
    for path in gone:
        found = errors(without(document, (*place, *path)))
        here = [line for file, line in found if file == document.file and min(lines) <= line <= max(lines)]
        assert here, f"{document.file}:{min(lines)}: {item['name']} without {'.'.join(map(str, path))}: {found}"
    if place[0] == "kpis":
        assert {".".join(map(str, path)) for path in gone} >= ALL_OF_A_KPI
        assert any(path[-1] == "basis" for path in gone)


@pytest.mark.parametrize("document", FILES, ids=lambda document: document.data["department"])
@pytest.mark.parametrize("path", [("department",), ("owner",), ("owner", "team"), ("owner", "email")], ids=".".join)
def test_lint_names_the_file_without_department_or_owner(document, path):
    line = document.line(path[:-1])
    assert (document.file, line) in errors(without(document, path))
