"""The semantic manifest, indexed: which model has a measure, which dimension an entity leads to."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from dbt_semantic_interfaces.implementations.elements.dimension import PydanticDimension
from dbt_semantic_interfaces.implementations.elements.entity import PydanticEntity
from dbt_semantic_interfaces.implementations.elements.measure import PydanticMeasure
from dbt_semantic_interfaces.implementations.metric import PydanticMetric
from dbt_semantic_interfaces.implementations.semantic_manifest import PydanticSemanticManifest
from dbt_semantic_interfaces.implementations.semantic_model import PydanticSemanticModel
from dbt_semantic_interfaces.type_enums.entity_type import EntityType

_UNIQUE = (EntityType.PRIMARY, EntityType.UNIQUE)


def read_manifest(source: Path | Mapping[str, Any]) -> PydanticSemanticManifest:
    """The manifest from a path to ``semantic_manifest.json``, or from its parsed JSON."""
    data = json.loads(source.read_text(encoding="utf-8")) if isinstance(source, Path) else source
    return PydanticSemanticManifest.parse_obj(data)  # pyright: ignore[reportDeprecated]


class ManifestIndex:
    """Look-ups by name over a semantic manifest."""

    def __init__(self, manifest: PydanticSemanticManifest):
        self.models = {model.name: model for model in manifest.semantic_models}
        self.metrics: dict[str, PydanticMetric] = {metric.name: metric for metric in manifest.metrics}
        self._measures = {
            measure.name: (model, measure) for model in manifest.semantic_models for measure in model.measures
        }

    def measure(self, name: str) -> tuple[PydanticSemanticModel, PydanticMeasure] | None:
        """A measure and the semantic model that it is of."""
        return self._measures.get(name)

    def joinable(
        self, model: PydanticSemanticModel, element: str, entity: str | None = None
    ) -> Iterator[tuple[PydanticEntity, PydanticSemanticModel, PydanticEntity, str]]:
        """Elements of that name one many-to-one hop away: the entity on both sides, and what the element is in SQL."""
        for own in model.entities:
            if entity not in (None, own.name):
                continue
            for other in self.models.values():
                their = next((e for e in other.entities if e.name == own.name and e.type in _UNIQUE), None)
                found = find_expression(other, element)
                if other is not model and their is not None and found is not None and element != own.name:
                    yield own, other, their, found


def find_expression(model: PydanticSemanticModel, name: str) -> str | None:
    """What a dimension of the model, or else one of its entities, is in SQL."""
    found = next((item for item in (*model.dimensions, *model.entities) if item.name == name), None)
    return None if found is None else found.expr or found.name


def find_dimension(model: PydanticSemanticModel, name: str) -> PydanticDimension | None:
    """A dimension of the model itself."""
    return next((dimension for dimension in model.dimensions if dimension.name == name), None)


def primary_entity(model: PydanticSemanticModel) -> str | None:
    """The name by which filters refer to the model's own rows."""
    primary = next((entity.name for entity in model.entities if entity.type is EntityType.PRIMARY), None)
    return primary or model.primary_entity
