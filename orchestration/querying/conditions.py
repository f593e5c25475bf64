"""Conditions that people write: parsed, checked, and never passed on as they came."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp

from metrics.compiler import expressions
from orchestration.errors import UsageError
from orchestration.querying.question import UNKNOWN

CONDITIONS = (exp.Predicate, exp.Column, exp.Boolean)


class Condition:
    """One SQL condition over dimensions."""

    def __init__(self, text: str) -> None:
        """Parse the text.

        Raises:
            UsageError: it is not one scalar condition over columns.
        """
        try:
            self._expression = expressions.parse(text)
            expressions.to_sql(self._expression)
        except expressions.ExpressionError as error:
            raise UsageError(f"--where {error}") from None
        for part in _parts(self._expression):
            if not isinstance(part, CONDITIONS):
                raise UsageError(f"--where {text!r}: {part.sql('duckdb')} is not a condition; compare it with a value")

    @property
    def values(self) -> tuple[str, frozenset[str]] | None:
        """Column and texts if all it says is that the column is one of them."""
        found = self._expression.unnest()
        if isinstance(found, exp.Is):
            return (found.this.name, frozenset({UNKNOWN})) if _is_null(found) else None
        options = [found.expression] if isinstance(found, exp.EQ) else found.expressions if _is_list(found) else []
        if not options or not isinstance(found.this, exp.Column) or found.this.table:
            return None
        return (found.this.name, frozenset(o.name for o in options)) if all(map(_is_text, options)) else None

    def sql(self, column: Callable[[str], str]) -> str:
        """Write the condition with what ``column`` gives for each name."""

        def replaced(node: exp.Expr) -> exp.Expr:
            return exp.Var(this=column(_name(node))) if isinstance(node, exp.Column) else node

        return self._expression.transform(_known).transform(replaced).sql(dialect="duckdb", comments=False)


def _name(column: exp.Column) -> str:
    if column.table:
        raise UsageError(f"--where {column.sql('duckdb')}: write entity__dimension or the dimension alone")
    return column.name


def _parts(expression: exp.Expr) -> list[exp.Expr]:
    """The conditions that and, or, not and brackets hold together."""
    if isinstance(expression, exp.Connector):
        return _parts(expression.this) + _parts(expression.expression)
    return _parts(expression.this) if isinstance(expression, exp.Not | exp.Paren) else [expression]


def _known(node: exp.Expr) -> exp.Expr:
    """A comparison with ``'(unknown)'`` as one that NULL can meet, since that is how answers show NULL."""
    texts = node.expressions if isinstance(node, exp.In) else [node.args.get("expression")]
    if isinstance(node, exp.EQ | exp.NEQ | exp.In) and any(_is_text(text) and text.name == UNKNOWN for text in texts):
        shown = exp.Coalesce(this=exp.cast(node.this, "varchar"), expressions=[exp.Literal.string(UNKNOWN)])
        node.set("this", shown)
    return node


def _is_null(condition: exp.Is) -> bool:
    return isinstance(condition.this, exp.Column) and isinstance(condition.expression, exp.Null)


def _is_list(condition: exp.Expr) -> bool:
    return isinstance(condition, exp.In) and bool(condition.expressions)


def _is_text(node: exp.Expr | None) -> bool:
    return isinstance(node, exp.Literal) and bool(node.is_string)
