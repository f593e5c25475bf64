"""What dbt's manifest.json says of the models: which there are, which grow by increments, which days they log."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def models(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return every model: name → node."""
    return {node["name"]: node for node in manifest["nodes"].values() if node["resource_type"] == "model"}


def built_models(manifest: Mapping[str, Any]) -> set[str]:
    """Return the names of the models that dbt builds: all but ephemeral ones, which are in no warehouse."""
    return {name for name, node in models(manifest).items() if node["config"]["materialized"] != "ephemeral"}


def incremental_models(manifest: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the incremental models: name → node."""
    return {name: node for name, node in models(manifest).items() if node["config"]["materialized"] == "incremental"}


def declared_columns(manifest: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the columns that models declare: name → columns."""
    return {name: list(node.get("columns", {})) for name, node in models(manifest).items()}


def logged_days(node: Mapping[str, Any]) -> list[str]:
    """Return the day columns whose changes a model logs, in the order of its config; other keys are left out."""
    logged = node["config"].get("meta", {}).get("logs", [])
    return [column for column in logged if column == "day" or column.endswith("_day")]
