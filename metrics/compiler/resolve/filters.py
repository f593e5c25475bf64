"""Turns MetricFlow's filter templates into one checked SQL condition."""

from collections.abc import Callable, Sequence

from dbt_semantic_interfaces.implementations.filters.where_filter import PydanticWhereFilterIntersection
from dbt_semantic_interfaces.implementations.semantic_model import PydanticSemanticModel
from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import SandboxedEnvironment
from sqlglot import exp

from metrics.calendar import GRAINS
from metrics.compiler import expressions
from metrics.compiler.formulas import Column
from metrics.compiler.resolve.dimensions import DimensionError, Dimensions

METRIC_TIME = "metric_time"


class FilterError(ValueError):
    """Why a filter cannot be used."""


def templates(*filters: PydanticWhereFilterIntersection | None) -> tuple[str, ...]:
    """The texts of filters, each to be met."""
    return tuple(where.where_sql_template for filter_ in filters if filter_ for where in filter_.where_filters)


def condition(texts: Sequence[str], model: PydanticSemanticModel, dimensions: Dimensions, day: str) -> Column | None:
    """All texts as one condition over the model's fact, counted by ``day``; None without texts."""
    if not texts:
        return None
    columns: list[Column] = []
    parts = [_render(text, model, dimensions, day, columns.append) for text in texts]
    joins = {join: None for column in columns for join in column.joins}
    return Column(" and ".join(f"({part})" for part in parts) if len(parts) > 1 else parts[0], tuple(joins))


def on_metric_time(texts: Sequence[str]) -> bool:
    """True if any text filters by the day that rows are counted on."""
    return any(METRIC_TIME in text for text in texts)


def _render(
    text: str, model: PydanticSemanticModel, dimensions: Dimensions, day: str, note: Callable[[Column], None]
) -> str:
    tables = {model.node_relation.alias}

    def noted(column: Column) -> str:
        note(column)
        tables.update(join.alias for join in column.joins)
        return f"({column.sql})"

    def dimension(name: str) -> str:
        return noted(dimensions.named(model, name))

    def entity(name: str) -> str:
        return noted(dimensions.entity(model, name))

    def time_dimension(name: str, grain: str = "day") -> str:
        if grain not in GRAINS:
            raise DimensionError(f"TimeDimension of grain {grain!r}; use one of {', '.join(GRAINS)}")
        own = Column(f"{model.node_relation.alias}.{day}")
        column = own if name == METRIC_TIME else dimensions.named(model, name)
        return noted(Column(f"date_trunc('{grain}', {column.sql})", column.joins))

    environment = SandboxedEnvironment(undefined=StrictUndefined, autoescape=False)
    try:
        sql = environment.from_string(text).render(
            Dimension=dimension, Entity=entity, TimeDimension=time_dimension, Metric=_refuse
        )
        return expressions.to_sql(_checked(sql, model.node_relation.alias, tables))
    except (TemplateError, TypeError, DimensionError, expressions.ExpressionError) as error:
        raise FilterError(f"filter {text!r}: {error}") from error


def _refuse(*_: object, **__: object) -> str:
    raise DimensionError("a filter on a Metric is not supported; use Dimension, TimeDimension or Entity")


def _checked(sql: str, fact: str, tables: set[str]) -> exp.Expr:
    """The parsed filter: columns without a table are the fact's, the brackets around single columns go."""

    def qualified(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Paren) and isinstance(node.this, exp.Column):
            return node.this
        if isinstance(node, exp.Column) and node.table not in tables:
            return expressions.qualify(node, fact)
        return node

    return expressions.parse(sql).transform(qualified)
