"""Parses the SQL expressions of definitions and lets through only scalar ones, with every column qualified."""

from collections.abc import Callable

import sqlglot
from sqlglot import exp
from sqlglot.dialects import DuckDB
from sqlglot.errors import SqlglotError
from sqlglot.tokenizer_core import TokenType

# What an expression may be made of. Anything else (queries, aggregates, windows, table functions, functions that
# read the clock, the machine or files) is refused by name.
_ALLOWED: tuple[type[exp.Expr], ...] = (
    exp.Column, exp.Identifier, exp.Literal, exp.Boolean, exp.Null, exp.Var, exp.Paren, exp.Tuple,
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.IntDiv, exp.Mod, exp.Neg, exp.DPipe,
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Is, exp.In, exp.Between,
    exp.NullSafeEQ, exp.NullSafeNEQ, exp.Like, exp.ILike,
    exp.Case, exp.If, exp.Coalesce, exp.Nullif, exp.Greatest, exp.Least,
    exp.Cast, exp.TryCast, exp.DataType, exp.DataTypeParam,
    exp.Abs, exp.Round, exp.Floor, exp.Ceil, exp.Sqrt, exp.Ln, exp.Pow, exp.Sign,
    exp.Lower, exp.Upper, exp.Trim, exp.Substring, exp.Length, exp.Concat, exp.Replace,
    exp.DateDiff, exp.DateTrunc, exp.TimestampTrunc, exp.Extract, exp.Interval, exp.Date, exp.TsOrDsToDate,
    exp.Year, exp.Month, exp.Day, exp.DayOfWeek, exp.DayOfWeekIso, exp.Hour,
)  # fmt: skip


class ExpressionError(ValueError):
    """Why an expression is not accepted."""


def parse(text: str) -> exp.Expr:
    """One scalar SQL expression (DuckDB's dialect); raises ExpressionError for anything else."""
    try:
        statements = sqlglot.parse(text, read="duckdb")
    except SqlglotError as error:
        raise ExpressionError(f"{text!r} is not SQL: {str(error).splitlines()[0]}") from error
    if len(statements) != 1 or statements[0] is None:
        raise ExpressionError(f"{text!r} is not one expression; give exactly one")
    for node in statements[0].walk():
        if not isinstance(node, _ALLOWED):
            raise ExpressionError(
                f"{text!r} holds {_what(node)}, which is not allowed; use a scalar expression of columns"
            )
        node.comments = None
    return statements[0]


def _what(node: exp.Expr) -> str:
    if isinstance(node, exp.Anonymous):
        return f"the function {node.name}"
    if isinstance(node, exp.Func):
        return f"the function {node.sql_name().lower()}"
    return {"Alias": "an alias", "Subquery": "a query", "Select": "a query"}.get(
        type(node).__name__, type(node).__name__.lower()
    )


def qualify(expression: exp.Expr, table: str) -> exp.Expr:
    """The expression with every column as ``table.column``; raises ExpressionError if one names another table."""

    def qualified(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column):
            if node.table and node.table != table:
                raise ExpressionError(f"column {node.sql('duckdb')} names another table; name a column of {table}")
            return exp.column(node.this, table=table)
        return node

    return expression.transform(qualified)


def replace_columns(expression: exp.Expr, replacement: Callable[[str], str]) -> exp.Expr:
    """The expression with each column swapped for the SQL that ``replacement`` gives for its name."""

    def replaced(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column):
            return sqlglot.parse_one(replacement(node.name), read="duckdb")
        return node

    return expression.transform(replaced)


def guard_divisions(expression: exp.Expr) -> exp.Expr:
    """The expression with every divisor as ``nullif(divisor, 0)``, so that nothing divided by zero is NULL."""

    def guarded(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Div | exp.IntDiv | exp.Mod) and not _is_safe(node.expression):
            node.set("expression", exp.Nullif(this=node.expression.unnest(), expression=exp.Literal.number(0)))
        return node

    return expression.transform(guarded)


def _is_safe(divisor: exp.Expr) -> bool:
    inner = divisor.unnest()
    if isinstance(inner, exp.Literal):
        return inner.is_number and float(inner.name) != 0
    return isinstance(inner, exp.Nullif) and inner.expression.is_number and float(inner.expression.name) == 0


def to_sql(expression: exp.Expr) -> str:
    """The expression as one line of lower-case SQL; raises ExpressionError if it holds Jinja or a line break."""
    text = _lower_keywords(expression.sql(dialect="duckdb", normalize_functions="lower", comments=False))
    if any(mark in text for mark in ("{{", "{%", "{#")):
        raise ExpressionError(f"{text!r} holds Jinja; write plain SQL")
    if len(text.splitlines()) > 1:
        raise ExpressionError(f"{text!r} holds a text of several lines; compare with a text of one line")
    return text


def _lower_keywords(sql: str) -> str:
    keep = {TokenType.STRING, TokenType.IDENTIFIER, TokenType.VAR}
    pieces: list[str] = []
    end = 0
    for token in DuckDB().tokenize(sql):
        text = sql[token.start : token.end + 1]
        kept = token.token_type in keep and text not in {"CAST", "TRY_CAST"}
        pieces += [sql[end : token.start], text if kept else text.lower()]
        end = token.end + 1
    return "".join([*pieces, sql[end:]])
