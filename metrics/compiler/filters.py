"""Turns MetricFlow's filter templates into one checked SQL condition."""

from collections.abc import Callable, Sequence

from dbt_semantic_interfaces.implementations.filters.where_filter import PydanticWhereFilterIntersection
from dbt_semantic_interfaces.implementations.semantic_model import PydanticSemanticModel
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment

from metrics.compiler import expressions
from metrics.compiler.dimensions import DimensionError, Dimensions
from metrics.compiler.formulas import Column, Join


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
    tables: dict[str, Join | None] = {}

    def noted(column: Column) -> str:
        note(column)
        tables.update({join.alias: join for join in column.joins})
        return f"({column.sql})"

    def refuse(*_: object, **__: object) -> str:
        raise FilterError(f"filter {text!r} uses TimeDimension or Metric, which is not supported; filter on dimensions")

    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    try:
        sql = environment.from_string(text).render(
            Dimension=lambda name: noted(dimensions.named(model, name)),
            Entity=lambda name: noted(dimensions.entity(model, name)),
            TimeDimension=refuse,
            Metric=refuse,
        )
        return expressions.to_sql(_checked(sql, model, tables))
    except (TemplateError, TypeError, DimensionError, expressions.ExpressionError) as error:
        raise FilterError(f"filter {text!r}: {error}") from error


def _checked(sql: str, model: PydanticSemanticModel, tables: dict[str, Join | None]) -> expressions.exp.Expr:
    """The parsed filter; a column that it names by itself must be the fact's."""
    parsed = expressions.parse(sql)

    def qualified(node: expressions.exp.Expr) -> expressions.exp.Expr:
        if isinstance(node, expressions.exp.Column) and node.table not in tables:
            return expressions.qualify(node, model.node_relation.alias)
        return node.unnest() if isinstance(node, expressions.exp.Paren) and _is_column(node.this) else node

    return parsed.transform(qualified)


def _is_column(node: object) -> bool:
    return isinstance(node, expressions.exp.Column)
