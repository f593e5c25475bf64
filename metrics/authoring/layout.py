"""A contract as the YAML that a person would write: short parts on one line, long ones over several."""

from collections.abc import Mapping
from typing import Any, cast

import yaml

WIDTH = 110
ORDER = (
    "name",
    "version",
    "lifecycle",
    "successor",
    "label",
    "question",
    "description",
    "metric",
    "quality",
    "unit",
    "direction",
    "targets",
    "objective",
    "parents",
    "drives",
    "review",
    "matures_after",
    "tier",
    "level",
    "perspective",
    "timing",
    "grains",
    "slices",
    "owner",
    "playbook",
)


def item_lines(contract: Mapping[str, Any], indent: int) -> list[str]:
    """The lines of one list item, its dash in column ``indent``; fields in the usual order, others last."""
    known = [key for key in ORDER if key in contract]
    keys = [*known, *(key for key in contract if key not in ORDER)]
    lines = [line for key in keys for line in _field(key, contract[key], indent + 2)]
    return [f"{' ' * indent}- {lines[0].lstrip()}", *lines[1:]]


def head_lines(department: str, owner: Mapping[str, Any]) -> list[str]:
    """The lines above the first KPI of a department's file."""
    return [*_field("department", department, 0), *_field("owner", owner, 0), "kpis:"]


def _field(key: str, value: Any, indent: int) -> list[str]:
    line = f"{' ' * indent}{_on_one_line(key, value)}"
    if isinstance(value, Mapping) and len(line) > WIDTH:
        nested = cast(Mapping[str, Any], value)
        inner = [text for name, part in nested.items() for text in _field(name, part, indent + 2)]
        return [f"{' ' * indent}{key}:", *inner]
    parts = cast(list[Any], value) if isinstance(value, list) else []
    if any(isinstance(part, Mapping) for part in parts):
        return [f"{' ' * indent}{key}:", *(f"{' ' * (indent + 2)}- {_flow(part)}" for part in parts)]
    return [line]


def _on_one_line(key: str, value: Any) -> str:
    if isinstance(value, Mapping | list):
        return f"{key}: {_flow(value)}"
    return _dump({key: value}, flow=False)


def _flow(value: Any) -> str:
    return _dump(value, flow=True)


def _dump(value: Any, flow: bool) -> str:
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True, sort_keys=False, width=1_000_000)
    return text.removesuffix("...\n").strip()
