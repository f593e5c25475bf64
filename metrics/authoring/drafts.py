"""A contract while it is being written: the answers given so far, by dotted field."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, cast

Fields = dict[str, Any]

_WORDS = {"en": "words", "es": "palabras"}
_ANY_OWNER = {"team": "words", "email": "words@example.com"}
_ANY_TARGET = {"period": "each month", "value": 1}
_ANY_RANGE = {"period": "each month", "low": -1e300, "high": 1e300}
_ANY: Fields = {
    "name": "a_name_that_is_not_yet_given",
    "version": 1,
    "label": _WORDS,
    "question": _WORDS,
    "description": _WORDS,
    "metric": "any_metric",
    "quality": {"freshness": "24h", "needs": _WORDS},
    "unit": "count",
    "direction": "at_least",
    "objective": "any_objective",
    "review": "monthly",
    "tier": "primary",
    "level": ["department"],
    "perspective": "department_objective",
    "timing": "lagging",
    "playbook": _WORDS,
}


@dataclass
class Draft:
    """What is known of a KPI that is not written yet.

    ``owner`` is the department's, for a department without a file; ``fields`` are those of the contract.
    """

    department: str = ""
    owner: Fields = field(default_factory=dict[str, Any])
    fields: Fields = field(default_factory=dict[str, Any])

    def put(self, path: str, value: Any) -> None:
        """Set the field of a dotted path such as ``label.en`` or ``targets.0.period``."""
        parts = path.split(".")
        *parents, last = parts
        inner: Any = self.fields
        for part, following in zip(parents, parts[1:], strict=True):
            inner = _child(inner, part, [] if following.isdigit() else {})
        inner[last] = value

    def drop(self, path: str) -> None:
        """Take a field away, and what holds nothing else."""
        parent, _, last = path.rpartition(".")
        inner = self.get(parent) if parent else self.fields
        if isinstance(inner, dict):
            cast(Fields, inner).pop(last, None)
        elif isinstance(inner, list):
            cast(list[Any], inner).pop(int(last))
        if parent and not inner:
            self.drop(parent)

    def get(self, path: str) -> Any:
        """The value of a dotted path; None while it has none."""
        inner: Any = self.fields
        for part in path.split("."):
            try:
                inner = inner[int(part) if part.isdigit() else part]
            except (KeyError, IndexError, TypeError):
                return None
        return inner

    @property
    def answered(self) -> set[str]:
        """The dotted paths of all answers; one with several values is one answer."""
        return set(_paths(self.fields, ""))

    def completed(self) -> "Draft":
        """The same draft with something valid for everything that is not answered yet."""
        target = _ANY_RANGE if self.get("direction") == "within" else _ANY_TARGET
        if isinstance(self.get("targets.0.value"), str):
            target = {**target, "over": "previous_year"}
        return Draft(
            self.department or "company", self.owner or _ANY_OWNER, _merged({**_ANY, "targets": [target]}, self.fields)
        )


def _child(inner: Any, part: str, empty: Any) -> Any:
    if not part.isdigit():
        return inner.setdefault(part, empty)
    while len(inner) <= int(part):
        inner.append(deepcopy(empty))
    return inner[int(part)]


def _paths(value: Any, path: str) -> Iterator[str]:
    parts = _parts(value)
    if not parts:
        yield path
    for part, inner in parts:
        yield from _paths(inner, f"{path}.{part}".lstrip("."))


def _parts(value: Any) -> list[tuple[str | int, Any]]:
    """What has paths of its own: the fields of a mapping, the mappings of a list."""
    if isinstance(value, Mapping):
        return list(cast(Mapping[str, Any], value).items())
    items = cast(list[Any], value) if isinstance(value, list) else []
    return list(enumerate(items)) if any(isinstance(item, Mapping) for item in items) else []


def _merged(under: Any, over: Any) -> Any:
    """``over`` where it has a value, else ``under``."""
    if isinstance(under, Mapping) and isinstance(over, Mapping):
        below, above = cast(Fields, under), cast(Fields, over)
        return {key: _merged(below.get(key), above.get(key)) for key in dict.fromkeys([*below, *above])}
    if isinstance(under, list) and isinstance(over, list) and under and over and isinstance(over[0], Mapping):
        first, *rest = cast(list[Any], over)
        return [_merged(cast(list[Any], under)[0], first), *rest]
    return deepcopy(cast(Any, under if over is None else over))
