"""What the compiled catalogue says that each KPI reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from orchestration.dbt.manifest import models


@dataclass(frozen=True)
class Input:
    """Rows of a fact that pass a filter: ``columns`` are read of it and of what is joined, as ``model.column``.

    ``constants`` are columns of the fact of which the filter lets only some values pass.
    """

    topic: str
    columns: tuple[str, ...]
    constants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def fact(self) -> str:
        """The fact whose rows they are."""
        return self.topic.split(".", 1)[0]

    @property
    def models(self) -> tuple[str, ...]:
        """The fact and the dimensions that are joined to it."""
        return tuple(sorted({column.split(".", 1)[0] for column in self.columns}))

    def columns_of(self, model: str) -> set[str]:
        """Return the columns that are read of one model."""
        return {name for owner, _, name in (column.partition(".") for column in self.columns) if owner == model}


@dataclass(frozen=True)
class Reads:
    """What a KPI is computed from: ``states`` are merged into its values, without ``entities`` it has none."""

    inputs: tuple[Input, ...]
    states: tuple[str, ...]
    entities: tuple[str, ...]

    @property
    def models(self) -> set[str]:
        """Facts and dimensions."""
        return {model for read in self.inputs for model in read.models}


def reads_of(manifest: Mapping[str, Any]) -> dict[str, Reads]:
    """Return what each KPI reads, from the meta of kpi_catalog; empty where no KPI is compiled."""
    catalog = models(manifest).get("kpi_catalog", {})
    found = catalog.get("config", {}).get("meta", {}).get("reads", {})
    return {kpi: _reads(given) for kpi, given in found.items()}


def _reads(given: Mapping[str, Any]) -> Reads:
    return Reads(
        inputs=tuple(_input(each) for each in given["inputs"]),
        states=_names(given["states"]),
        entities=_names(given["entities"]),
    )


def _input(given: Mapping[str, Any]) -> Input:
    constants = {name.split(".", 1)[1]: tuple(values) for name, values in given.get("constants", {}).items()}
    return Input(given["topic"], _names(given["columns"]), constants)


def _names(listed: str) -> tuple[str, ...]:
    return tuple(listed.split(", ")) if listed else ()
