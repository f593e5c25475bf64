"""What a formula reads, input by input: the columns, and the constants that a filter makes of some of them."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlglot import exp

from metrics.compiler import expressions
from metrics.compiler.formulas import Column, Conversion, Fact, Formula, Leaf, Snapshot
from metrics.compiler.manifest import ManifestIndex


@dataclass(frozen=True)
class Input:
    """Rows of a fact, by day, that pass a filter.

    ``columns`` are all that is read of them and of rows joined to them, as ``model.column``; ``constants`` are the
    fact's columns of which the filter lets only some values pass: column → these values, true and false in words.
    """

    topic: str
    columns: tuple[str, ...]
    constants: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Reads:
    """What a KPI is computed from.

    ``states`` are the models that its values are merged from; without rows of ``entities`` it has none.
    """

    inputs: tuple[Input, ...]
    states: tuple[str, ...]
    entities: tuple[str, ...]


def topic_of(fact: Fact, condition: Column | None) -> str:
    """Name of an input: fact and day, and the filter where there is one."""
    return f"{fact.topic} where {condition.sql}" if condition else fact.topic


def inputs(formula: Formula, slices: Mapping[Leaf, Collection[Column]]) -> tuple[Input, ...]:
    """The inputs of a formula, each once, sorted; ``slices`` are the columns by which its leaves are broken down."""
    found: dict[str, tuple[set[str], dict[str, tuple[str, ...]]]] = {}
    for leaf in formula.leaves:
        for fact, condition, columns in _read(leaf, slices.get(leaf, ())):
            read, _ = found.setdefault(topic_of(fact, condition), (set(), constants(condition)))
            read.add(fact.topic)
            read.update(name for column in columns for name in _names(column))
    return tuple(Input(topic, tuple(sorted(read)), fixed) for topic, (read, fixed) in sorted(found.items()))


def constants(condition: Column | None) -> dict[str, tuple[str, ...]]:
    """Column, as ``table.column`` → the values that it has in every row that passes, sorted."""
    found: dict[str, set[str]] = {}
    for part in _all_of(expressions.parse(condition.sql)) if condition else ():
        for column, values in _fixed(part):
            name = f"{column.table}.{column.name}"
            found[name] = found[name] & values if name in found else values
    return {name: tuple(sorted(values)) for name, values in sorted(found.items())}


def entities(formula: Formula, index: ManifestIndex) -> tuple[str, ...]:
    """Conformed entities without which the formula has no value (those of its facts), sorted."""
    found: set[str] = set()
    for leaf in formula.leaves:
        follows = (leaf.reading.semantic_model,) if isinstance(leaf.reading, Conversion) else ()
        for model in (leaf.semantic_model, *follows):
            config = index.models[model].config
            found.update(config.meta.get("entities", ()) if config else ())
    return tuple(sorted(found))


_Rows = tuple[Fact, Column | None, tuple[Column, ...]]


def _read(leaf: Leaf, slices: Collection[Column]) -> Iterator[_Rows]:
    filters = (leaf.condition,) if leaf.condition else ()
    if not isinstance(leaf.reading, Conversion):
        groups = leaf.reading.groups if isinstance(leaf.reading, Snapshot) else ()
        yield leaf.fact, leaf.condition, (leaf.column, *filters, *groups, *slices)
        return
    pairs = (leaf.reading.key, *leaf.reading.properties)
    yield leaf.fact, leaf.condition, (*(ours for ours, _ in pairs), *filters, *slices)
    yield leaf.reading.fact, None, (leaf.column, *(theirs for _, theirs in pairs))


def _names(column: Column) -> Iterator[str]:
    models = {join.alias: join.model for join in column.joins}
    for sql in (column.sql, *(key for join in column.joins for key in (join.fact_key, join.key))):
        for node in expressions.parse(sql).find_all(exp.Column):
            yield f"{models.get(node.table, node.table)}.{node.name}"


def _all_of(expression: exp.Expr) -> Iterator[exp.Expr]:
    """The conditions that all have to hold."""
    expression = expression.unnest()
    if isinstance(expression, exp.And):
        yield from _all_of(expression.this)
        yield from _all_of(expression.expression)
    else:
        yield expression


def _fixed(condition: exp.Expr) -> Iterator[tuple[exp.Column, set[str]]]:
    """The column that a condition fixes, and to what."""
    if isinstance(condition, exp.Column):
        yield condition, {"true"}
    elif isinstance(condition, exp.Not) and isinstance(inner := condition.this.unnest(), exp.Column):
        yield inner, {"false"}
    elif isinstance(condition, exp.EQ | exp.Is) and isinstance(condition.this, exp.Column):
        yield from _constant(condition.this, [condition.expression])
    elif isinstance(condition, exp.In) and isinstance(condition.this, exp.Column):
        yield from _constant(condition.this, condition.expressions)


def _constant(column: exp.Column, values: list[exp.Expr]) -> Iterator[tuple[exp.Column, set[str]]]:
    words = {_word(value) for value in values}
    if None not in words and words:
        yield column, {word for word in words if word is not None}


def _word(value: exp.Expr) -> str | None:
    if isinstance(value, exp.Boolean):
        return str(value.this).lower()
    return value.name if isinstance(value, exp.Literal) else None
