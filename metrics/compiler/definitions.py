"""What each KPI's number means, for the lock that keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from metrics.compiler.additivity import adds_up
from metrics.compiler.errors import RefusalError
from metrics.compiler.manifest import ManifestIndex, read_manifest
from metrics.compiler.resolve import Resolver
from metrics.compiler.write.catalog import definition_hash
from metrics.compiler.write.formula_words import in_words
from metrics.contracts.loader import Contract


@dataclass(frozen=True)
class Definition:
    """The fingerprint of a KPI's meaning, its formula in words, and whether it adds up over days."""

    hash: str
    formula: str
    is_additive: bool


def compiled_definitions(manifest: Path | Mapping[str, Any], contracts: Sequence[Contract]) -> dict[str, Definition]:
    """KPI or tracked metric → its definition; none for a metric that the compiler refuses."""
    resolver = Resolver(ManifestIndex(read_manifest(manifest)))
    found: dict[str, Definition] = {}
    for contract in contracts:
        try:
            formula = resolver.formula(contract.body.metric)
        except RefusalError:
            continue
        found[contract.name] = Definition(definition_hash(contract, formula), in_words(formula), adds_up(formula))
    return found
