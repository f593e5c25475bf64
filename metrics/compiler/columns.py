"""Columns that definitions name and that their models do not have."""

from collections.abc import Collection, Iterator, Mapping

from dbt_semantic_interfaces.implementations.semantic_model import PydanticSemanticModel

from metrics.compiler import expressions
from metrics.compiler.errors import CompileError
from metrics.compiler.locations import Element, Locations
from metrics.compiler.manifest import ManifestIndex
from metrics.problems import Problem


def check_columns(index: ManifestIndex, columns: Mapping[str, Collection[str]], locations: Locations) -> None:
    """Raise CompileError for measures, dimensions and entities of columns that their dbt model does not declare.

    ``columns`` is dbt model → its declared columns; a model that is not in it, or declares none, is not checked.
    """
    problems = [
        problem
        for model in index.models.values()
        if columns.get(model.node_relation.alias)
        for problem in _unknown(model, columns[model.node_relation.alias], locations)
    ]
    if problems:
        raise CompileError(problems)


def _unknown(model: PydanticSemanticModel, known: Collection[str], locations: Locations) -> Iterator[Problem]:
    for element, expression in _expressions(model):
        for column in sorted(_columns(expression) - set(known)):
            table = model.node_relation.alias
            message = f"column {column!r} is not one of {table}; use one of {', '.join(sorted(known))}"
            yield Problem(*locations.of(element), f"{element[1]}.expr", message)


def _expressions(model: PydanticSemanticModel) -> Iterator[tuple[Element, str]]:
    for measure in model.measures:
        yield ("measure", measure.name), measure.expr or measure.name
    for dimension in model.dimensions:
        yield ("dimension", f"{model.name}.{dimension.name}"), dimension.expr or dimension.name
    for entity in model.entities:
        yield ("entity", f"{model.name}.{entity.name}"), entity.expr or entity.name


def _columns(expression: str) -> set[str]:
    """The columns that an expression names; none of one that is no expression, which is said where it is used."""
    try:
        return {column.name for column in expressions.parse(expression).find_all(expressions.exp.Column)}
    except expressions.ExpressionError:
        return set()
