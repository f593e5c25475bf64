"""Which metric of the semantic layer measures what an author wants to know."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dbt_semantic_interfaces.implementations.metric import PydanticMetric
from dbt_semantic_interfaces.type_enums.dimension_type import DimensionType
from dbt_semantic_interfaces.type_enums.entity_type import EntityType

from metrics.authoring.likeness import best_likeness, tokens
from metrics.calendar import GRAINS, Grain
from metrics.compiler.errors import RefusalError
from metrics.compiler.formulas import Formula
from metrics.compiler.grains import allowed_grains
from metrics.compiler.manifest import ManifestIndex, read_manifest
from metrics.compiler.resolve import Resolver
from metrics.compiler.write.formula_words import in_words
from metrics.contracts.loader import Contract
from metrics.contracts.models import Kpi

_SHOWN = 5
_CATEGORICAL = DimensionType.CATEGORICAL
_OF_ROWS = (EntityType.PRIMARY, EntityType.UNIQUE)


@dataclass(frozen=True)
class Proposal:
    """A metric and what a contract on it may say.

    ``formula`` is in words; ``slices`` are those that every part of the formula has, keys of rows left out;
    ``contracts`` names those that measure it already; ``refusal`` says why it cannot be compiled, None if it can.
    """

    metric: str
    label: str
    description: str
    formula: str = ""
    slices: tuple[str, ...] = ()
    grains: tuple[Grain, ...] = GRAINS
    contracts: tuple[str, ...] = ()
    refusal: str | None = None


class Proposals:
    """The metrics of a semantic manifest, found by words; contracts lend them theirs, in both languages."""

    def __init__(self, manifest: Path | Mapping[str, Any], contracts: Sequence[Contract]):
        self.index = ManifestIndex(read_manifest(manifest))
        self._resolver = Resolver(self.index)
        self._contracts = contracts
        self._texts = {name: self._words(metric) for name, metric in self.index.metrics.items()}

    @property
    def names(self) -> frozenset[str]:
        """The names of all metrics."""
        return frozenset(self.index.metrics)

    def search(self, text: str, most: int = _SHOWN) -> tuple[Proposal, ...]:
        """The metrics that share most words with a text, best first; rare words weigh more. Empty if none does."""
        asked = {word: self._rarity(word) for word in tokens(text)}
        scores = {
            name: sum(rarity * _weight(word, *words) for word, rarity in asked.items())
            for name, words in self._texts.items()
        }
        best = sorted((name for name in scores if scores[name]), key=lambda name: (-scores[name], name))
        return tuple(self.proposal(name) for name in best[:most])

    def proposal(self, name: str) -> Proposal:
        """What a contract may say about one metric of the manifest."""
        metric = self.index.metrics[name]
        label, description = metric.label or name.replace("_", " "), metric.description or ""
        on_it = tuple(contract.name for contract in self._contracts if contract.body.metric == name)
        try:
            formula = self._resolver.formula(name)
        except RefusalError as refusal:
            return Proposal(name, label, description, contracts=on_it, refusal=refusal.feature)
        return Proposal(
            name, label, description, in_words(formula), self._slices(formula), allowed_grains(formula), on_it
        )

    def _slices(self, formula: Formula) -> tuple[str, ...]:
        models = self.index.models.values()
        dimensions = {item.name for model in models for item in model.dimensions if item.type is _CATEGORICAL}
        entities = {item.name for model in models for item in model.entities}
        rows = {item.name for model in models for item in model.entities if item.type in _OF_ROWS}
        return tuple(name for name in sorted(dimensions | entities - rows) if self._has_slice(formula, name))

    def _has_slice(self, formula: Formula, name: str) -> bool:
        try:
            for leaf in formula.leaves:
                self._resolver.slice(leaf, name)
        except RefusalError:
            return False
        return True

    def _words(self, metric: PydanticMetric) -> tuple[frozenset[str], frozenset[str]]:
        """(words of its names, words of what is said about it)."""
        bodies = [contract.body for contract in self._contracts if contract.body.metric == metric.name]
        names = [metric.name, metric.label or ""]
        said = [metric.description or ""]
        for body in bodies:
            names += [body.name, body.label.en, body.label.es]
            said += [body.description.en, body.description.es]
            said += [body.question.en, body.question.es] if isinstance(body, Kpi) else []
        return _all_tokens(names), _all_tokens(said)

    def _rarity(self, word: str) -> float:
        having = sum(1 for names, said in self._texts.values() if best_likeness(word, names | said))
        return math.log(1 + len(self._texts) / having) if having else 0.0


def _all_tokens(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(word for text in texts for word in tokens(text))


def _weight(word: str, names: frozenset[str], said: frozenset[str]) -> float:
    return max(3 * best_likeness(word, names), best_likeness(word, said))
