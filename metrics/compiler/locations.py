"""Where semantic models, measures and metrics are written: dbt's manifest does not say, so the YAML is read."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from metrics.located_yaml import KeyPath, LocatedYaml, read_yaml
from metrics.problems import DefinitionError

Element = tuple[str, str]


class Locations:
    """File and line of an element, such as ``("metric", "total_revenue")`` or ``("dimension", "orders.channel")``."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._found: dict[Element, tuple[str, int]] = {}
        for path in sorted(folder.glob("**/*.y*ml")):
            self._add(path)

    def of(self, element: Element) -> tuple[str, int]:
        """(file, line); the folder and 1 for an element that no file of it holds."""
        return self._found.get(element, (str(self._folder), 1))

    def _add(self, path: Path) -> None:
        try:
            document = read_yaml(path)
        except DefinitionError:
            return  # dbt has said so already
        for element, key_path in _elements(document):
            self._found.setdefault(element, (document.file, document.line(key_path)))


def _elements(document: LocatedYaml) -> Iterator[tuple[Element, KeyPath]]:
    for kind, section in (("metric", "metrics"), ("semantic_model", "semantic_models")):
        for index, item in enumerate(_items(document.data, section)):
            yield (kind, str(item.get("name"))), (section, index, "name")
            for place, measure in enumerate(_items(item, "measures")):
                yield ("measure", str(measure.get("name"))), (section, index, "measures", place, "name")
            for part, key in (("dimension", "dimensions"), ("entity", "entities")):
                for place, body in enumerate(_items(item, key)):
                    yield (part, f"{item.get('name')}.{body.get('name')}"), (section, index, key, place, "name")


def _items(data: Any, key: str) -> list[dict[str, Any]]:
    items: Any = data.get(key) if isinstance(data, dict) else None  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType]
    return [item for item in items if isinstance(item, dict)] if isinstance(items, list) else []  # pyright: ignore[reportUnknownVariableType]
