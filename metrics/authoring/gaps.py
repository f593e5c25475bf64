"""What is missing where no metric measures what an author wants, and what to add where."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dbt_semantic_interfaces.implementations.semantic_model import PydanticSemanticModel

from metrics.authoring.likeness import best_likeness, tokens
from metrics.compiler.locations import Locations
from metrics.compiler.manifest import ManifestIndex


@dataclass(frozen=True)
class Gap:
    """What is missing, in a sentence, and the YAML that fills it: ``snippet`` goes into ``file``."""

    missing: str
    file: str
    snippet: str


@dataclass(frozen=True)
class Gaps:
    """What there is to measure from: semantic models, and the tables that feed each entity.

    ``fed`` maps every entity to ``system.table`` names, empty without a source; ``sources`` is the file that says so.
    """

    index: ManifestIndex
    sources: str
    fed: Mapping[str, Sequence[str]]
    semantic: Path

    @property
    def entities(self) -> tuple[str, ...]:
        """Every entity, fed or not."""
        return tuple(self.fed)

    def entity_in(self, text: str) -> str | None:
        """The entity that a text speaks of, by its words (``lead`` is of ``leads``); None if it names none."""
        spoken = tokens(text)
        scores = {entity: _share(entity.split("_"), spoken) for entity in self.fed}
        best = max(scores, key=lambda entity: scores[entity], default=None)
        return best if best is not None and scores[best] >= 0.5 else None

    def find(self, wanted: str, entity: str) -> Gap:
        """What stands between an entity and a metric for what is wanted: a source, a semantic model or the metric."""
        name = "_".join(tokens(wanted)) or f"{entity}_count"
        models = [model for model in self.index.models.values() if entity in _entities(model)]
        if not self.fed[entity]:
            what = f"no source feeds the entity {entity!r}: declare a table with `entity: {entity}`, and stage it"
            return Gap(f"no semantic metric on {entity}: {what}", self.sources, _source(entity))
        if not models:
            fed = ", ".join(self.fed[entity])
            what = f"no semantic model reads the entity {entity!r} ({fed}); add one over its fact"
            text = f"{_semantic_model(entity, name)}\n{_metric(name, wanted)}"
            return Gap(f"no semantic metric on {entity}: {what}", str(self.semantic / f"{entity}.yml"), text)
        model = min(models, key=lambda model: len(_entities(model)))
        file, _ = Locations(self.semantic).of(("semantic_model", model.name))
        measures = ", ".join(measure.name for measure in model.measures)
        what = f"semantic model {model.name} measures {measures}; add a metric on one of them, or on a new measure"
        return Gap(f"no semantic metric on {entity} fits: {what}", file, f"{_measure(name)}\n{_metric(name, wanted)}")


def _share(own: Sequence[str], spoken: Sequence[str]) -> float:
    """How much of an entity's name a text has."""
    return sum(best_likeness(word, spoken) for word in own) / len(own)


def _entities(model: PydanticSemanticModel) -> Sequence[str]:
    return model.config.meta.get("entities", ()) if model.config else ()


def _source(entity: str) -> str:
    return (
        "systems:\n  SYSTEM:\n    tables:\n"
        f"      TABLE: {{entity: {entity}, path: SYSTEM/*.csv, key: [ID], mode: upsert, columns: {{ID: string}}}}\n"
    )


def _semantic_model(entity: str, measure: str) -> str:
    fact = entity if entity.startswith("dim_") else f"fct_{entity}"
    row = re.sub(r"s$", "", entity.replace("_", " "))
    return f"""semantic_models:
  - name: {entity}
    label: {entity.replace("_", " ").capitalize()}
    description: One row per {row}.
    model: ref('{fact}')
    config: {{meta: {{entities: [{entity}]}}}}
    defaults: {{agg_time_dimension: DAY}}
    entities:
      - {{name: {row.replace(" ", "_")}, type: primary, expr: ID, description: The {row}.}}
    dimensions:
      - {{name: DAY, type: time, type_params: {{time_granularity: day}}, description: Local day of it.}}
    measures:
      - {{name: {measure}, label: LABEL, agg: count, expr: ID, description: WHAT IS COUNTED.}}
"""


def _measure(name: str) -> str:
    return f"""    measures:   # of the semantic model, if none of them fits
      - {{name: {name}, label: LABEL, agg: count, expr: COLUMN, description: WHAT IS COUNTED.}}
"""


def _metric(name: str, wanted: str) -> str:
    return f"""metrics:
  - name: {name}
    label: {name.replace("_", " ").capitalize()}
    description: {" ".join(wanted.split())!r}
    type: simple
    type_params: {{measure: {name}}}
"""
