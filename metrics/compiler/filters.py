"""Turns MetricFlow's filter templates into one checked SQL condition."""

from collections.abc import Callable, Sequence

from dbt_semantic_interfaces.implementations.filters.where_filter import PydanticWhereFilterIntersection
from dbt_semantic_interfaces.implementations.semantic_model import PydanticSemanticModel
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from sqlglot import exp

from metrics.compiler import expressions
from metrics.compiler.dimensions import DimensionError, Dimensions
from metrics.compiler.formulas import Column


class FilterError(ValueError):
    """Why a filter cannot be used."""


def templates(*filters: PydanticWhereFilterIntersection | None) -> tuple[str, ...]:
    """The texts of filters, each to be met."""
    return tuple(where.where_sql_template for filter_ in filters if filter_ for where in filter_.where_filters)


def condition(texts: Sequence[str], model: PydanticSemanticModel, dimensions: Dimensions) -> Column | None:
    """All texts as one condition over the model's fact; None without texts."""
    if not texts:
        return None
    columns: list[Column] = []
    parts = [_render(text, model, dimensions, columns.append) for text in texts]
    joins = {join: None for column in columns for join in column.joins}
    return Column(" and ".join(f"({part})" for part in parts) if len(parts) > 1 else parts[0], tuple(joins))


def _render(text: str, model: PydanticSemanticModel, dimensions: Dimensions, note: Callable[[Column], None]) -> str:
    tables = {model.node_relation.alias}

    def noted(column: Column) -> str:
        note(column)
        tables.update(join.alias for join in column.joins)
        return f"({column.sql})"

    def dimension(name: str) -> str:
        return noted(dimensions.named(model, name))

    def entity(name: str) -> str:
        return noted(dimensions.entity(model, name))

    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    try:
        sql = environment.from_string(text).render(
            Dimension=dimension, Entity=entity, TimeDimension=_refuse, Metric=_refuse
        )
        return expressions.to_sql(_checked(sql, model.node_relation.alias, tables))
    except (TemplateError, TypeError, DimensionError, expressions.ExpressionError) as error:
        raise FilterError(f"filter {text!r}: {error}") from error


def _refuse(*_: object, **__: object) -> str:
    raise DimensionError("TimeDimension and Metric are not supported yet; use Dimension or Entity")


def _checked(sql: str, fact: str, tables: set[str]) -> exp.Expr:
    """The parsed filter: columns without a table are the fact's, the brackets around single columns go."""

    def qualified(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Paren) and isinstance(node.this, exp.Column):
            return node.this
        if isinstance(node, exp.Column) and node.table not in tables:
            return expressions.qualify(node, fact)
        return node

    return expressions.parse(sql).transform(qualified)
