"""The definitions that ship with MetricFlow, and the tables that are made for them."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import metricflow_semantics.test_helpers.semantic_manifest_yamls as shipped
from dbt_semantic_interfaces.parsing.dir_to_model import parse_directory_of_yaml_files_to_semantic_manifest

from metrics.calendar import Calendar
from tests.metricflow import foreign_tables

CALENDAR = Calendar("UTC", "monday", 1, foreign_tables.FIRST, "EUR")
LAST_DAY = foreign_tables.LAST


@dataclass(frozen=True)
class ForeignDefinitions:
    """A manifest of MetricFlow's own and how to make its tables."""

    name: str
    create_tables: Callable[[duckdb.DuckDBPyConnection], None]

    @property
    def folder(self) -> Path:
        """Where the wheel keeps its YAML."""
        return Path(shipped.__file__).parent / self.name

    def manifest(self) -> dict[str, Any]:
        """The manifest as dbt would write it, with the one thing that the compiler asks for on top.

        Foreign dimensions name no topic under which their changes are logged; here nothing changes.
        """
        parsed = parse_directory_of_yaml_files_to_semantic_manifest(
            str(self.folder), template_mapping={"source_schema": foreign_tables.SCHEMA}
        )
        manifest = json.loads(parsed.semantic_manifest.json())
        for model in manifest["semantic_models"]:
            model["config"] = {"meta": {"changes_topic": f"{model['name']}.key"}}
        return manifest


SIMPLE = ForeignDefinitions("simple_manifest", foreign_tables.create_simple)
EXTENDED = ForeignDefinitions("extended_date_manifest", foreign_tables.create_extended)
