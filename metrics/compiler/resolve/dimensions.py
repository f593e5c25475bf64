"""Finds the column behind a dimension: the fact's own, else one many-to-one join away."""

from dbt_semantic_interfaces.implementations.elements.entity import PydanticEntity
from dbt_semantic_interfaces.implementations.semantic_model import PydanticSemanticModel

from metrics.compiler import expressions
from metrics.compiler.formulas import Column, Join
from metrics.compiler.manifest import ManifestIndex, find_dimension, find_expression, primary_entity


class DimensionError(ValueError):
    """Why a dimension cannot be used."""


class Dimensions:
    """Resolves names of dimensions, as seen from a semantic model."""

    def __init__(self, index: ManifestIndex):
        self._index = index

    def slice(self, model: PydanticSemanticModel, name: str) -> Column:
        """The column of a slice: the model's own dimension or entity of that name, else one of a joined entity."""
        own = find_expression(model, name)
        if own is not None:
            return Column(own_expression(model, own))
        return self._joined(model, name, None)

    def named(self, model: PydanticSemanticModel, name: str) -> Column:
        """The column of a filter's ``entity__dimension``."""
        *path, dimension = name.split("__")
        if len(path) != 1:
            raise DimensionError(f"dimension {name!r} is not one hop away; write entity__dimension")
        if path[0] == primary_entity(model):
            own = find_dimension(model, dimension)
            if own is None:
                raise DimensionError(f"dimension {dimension!r} is not one of {_names(model)}")
            return Column(own_expression(model, own.expr or own.name))
        return self._joined(model, dimension, path[0])

    def entity(self, model: PydanticSemanticModel, name: str) -> Column:
        """The key column of one of the model's entities."""
        found = next((entity for entity in model.entities if entity.name == name), None)
        if found is None:
            raise DimensionError(f"entity {name!r} is not one of {', '.join(e.name for e in model.entities)}")
        return Column(own_expression(model, found.expr or found.name))

    def own(self, model: PydanticSemanticModel, name: str) -> Column:
        """The column of one of the model's own dimensions or entities."""
        found = find_expression(model, name)
        if found is None:
            raise DimensionError(f"{name!r} is not one of {_names(model)}")
        return Column(own_expression(model, found))

    def _joined(self, model: PydanticSemanticModel, name: str, entity: str | None) -> Column:
        found = list(self._index.joinable(model, name, entity))
        if not found:
            raise DimensionError(
                f"dimension {name!r} is neither of {model.name} ({_names(model)}) nor one many-to-one join away"
            )
        if len(found) > 1:
            where = ", ".join(f"{own.name}__{name} of {other.name}" for own, other, _, _ in found)
            raise DimensionError(f"dimension {name!r} is ambiguous: {where}; give {model.name} one of its own")
        own, other, their, expression = found[0]
        return _through(model, own, other, their, expression)


def own_expression(model: PydanticSemanticModel, expression: str) -> str:
    """An expression of the model itself, every column qualified; raises ExpressionError."""
    return _column(expression, _table(model))


def _through(
    model: PydanticSemanticModel,
    own: PydanticEntity,
    other: PydanticSemanticModel,
    their: PydanticEntity,
    expression: str,
) -> Column:
    if other.has_validity_dimensions:
        raise DimensionError(f"{other.name} has validity dates, which are not supported")
    if _is_partitioned(model) and _is_partitioned(other):
        raise DimensionError(
            f"{model.name} and {other.name} are partitioned by time, and joining them is not supported"
        )
    alias = f"{_table(other)}__{own.name}"
    meta = other.config.meta if other.config else {}
    join = Join(
        model=_table(other),
        alias=alias,
        fact_key=_column(own.expr or own.name, _table(model)),
        key=_column(their.expr or their.name, alias),
        topic=meta.get("changes_topic"),
    )
    return Column(_column(expression, alias), (join,))


def _is_partitioned(model: PydanticSemanticModel) -> bool:
    """True if its rows are of a partition: MetricFlow joins two such models on the partition too."""
    return any(dimension.is_partition for dimension in model.dimensions)


def _column(expression: str, table: str) -> str:
    return expressions.to_sql(expressions.qualify(expressions.parse(expression), table))


def _table(model: PydanticSemanticModel) -> str:
    return model.node_relation.alias


def _names(model: PydanticSemanticModel) -> str:
    return ", ".join(dimension.name for dimension in model.dimensions)
