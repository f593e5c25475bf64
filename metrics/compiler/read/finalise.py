"""SQL that turns merged aggregates into a value, its parts and its sample size."""

from dataclasses import dataclass, replace

from dbt_semantic_interfaces.type_enums.aggregation_type import AggregationType
from sqlglot import exp

from metrics.compiler import expressions
from metrics.compiler.additivity import quotient
from metrics.compiler.formulas import Derived, Formula, Leaf, Ratio
from metrics.compiler.keep.sources import OffsetSource, Source
from metrics.compiler.keep.states import States
from metrics.compiler.read import reading

_NULL = "cast(null as double)"
_KEYED = (AggregationType.COUNT, AggregationType.SUM_BOOLEAN, AggregationType.COUNT_DISTINCT)


@dataclass(frozen=True)
class Finalised:
    """The select list of a KPI over the merged states that it reads."""

    value: str
    numerator: str
    denominator: str
    sample_size: str
    present: str
    sources: tuple[Source, ...]

    @property
    def has_offsets(self) -> bool:
        """True if it reads another period than its own."""
        return any(isinstance(source, OffsetSource) for source in self.sources)


def finalise(formula: Formula, kept: States) -> Finalised:
    """What a formula comes to, asking ``kept`` for every column that it needs."""
    return _Finaliser(formula, kept).finalised()


class _Finaliser:
    def __init__(self, formula: Formula, kept: States):
        self._formula = formula
        self._states = kept
        self._present = list(dict.fromkeys(reading.present(kept, leaf) for leaf in formula.leaves))

    def finalised(self) -> Finalised:
        numerator, denominator = self._parts()
        is_as_written = numerator == _NULL or isinstance(self._formula, Derived)
        return Finalised(
            value=self._double(self._formula) if is_as_written else "numerator / nullif(denominator, 0)",
            numerator=numerator,
            denominator=denominator,
            sample_size=f"cast({_or_zero(self._sample(self._formula))} as bigint)",
            present=self._any_present(),
            sources=self._sources(),
        )

    def _parts(self) -> tuple[str, str]:
        formula = self._formula
        if isinstance(formula, Ratio):
            return self._double(formula.numerator), self._double(formula.denominator)
        if isinstance(formula, Leaf) and reading.divides(formula):
            total, rows = reading.total(self._states, formula), reading.rows(self._states, formula)
            return f"cast({total} as double)", f"cast({rows} as double)"
        if isinstance(formula, Derived) and (parts := quotient(formula)):
            return self._part(formula, parts[0]), self._part(formula, parts[1])
        return _NULL, _NULL

    def _part(self, formula: Derived, expression: exp.Expr) -> str:
        return self._derived(replace(formula, expression=expression))

    def _any_present(self) -> str:
        return self._present[0] if len(self._present) == 1 else f"({' or '.join(self._present)})"

    def _double(self, formula: Formula) -> str:
        return f"cast({self._value(formula)} as double)"

    def _value(self, formula: Formula) -> str:
        if isinstance(formula, Leaf):
            return self._leaf(formula)
        if isinstance(formula, Ratio):
            return f"{self._double(formula.numerator)} / nullif({self._double(formula.denominator)}, 0)"
        return self._derived(formula)

    def _derived(self, formula: Derived) -> str:
        values = {name: self._double(part) for name, part in formula.inputs.items()}
        return expressions.to_sql(expressions.replace_columns(formula.expression, values.__getitem__))

    def _leaf(self, leaf: Leaf) -> str:
        value = reading.value(self._states, leaf)
        if leaf.fill is not None:
            return f"coalesce({value}, {leaf.fill})"
        if leaf.agg in _KEYED and len(self._present) > 1:
            # a count of nothing is 0, but a period without rows has no count at all
            return f"case when {reading.present(self._states, leaf)} then {value} end"
        return value

    def _sample(self, formula: Formula) -> str:
        if isinstance(formula, Leaf):
            return reading.rows(self._states, formula)
        if isinstance(formula, Ratio):
            below = formula.denominator
            if isinstance(below, Leaf) and below.counts:
                return reading.value(self._states, below)
            return self._sample(below)
        samples = list(dict.fromkeys(self._sample(part) for part in formula.inputs.values()))
        if len(samples) == 1:
            return samples[0]
        return "least(" + ", ".join(_or_zero(sample) for sample in samples) + ")"

    def _sources(self) -> tuple[Source, ...]:
        """Sources that have periods of their own, each followed by those that follow it."""
        found: dict[str, Source] = {}
        for leaf in self._formula.leaves:
            found |= {source.cte: source for source in reading.sources(self._states, leaf)}
        firsts = [source for source in found.values() if source.join == "full"]
        return (*firsts, *(source for source in found.values() if source.join != "full"))


def _or_zero(sql: str) -> str:
    return sql if sql.startswith("coalesce(") else f"coalesce({sql}, 0)"
