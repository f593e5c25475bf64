"""dbt's own declaration of the raw tables that sources.yml declares and no YAML of staging names to dbt."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import yaml

# Where it lies in the assembled project.
UNDECLARED = "models/staging/_declared_in_sources_yml.yml"


def undeclared_sources(staging: Iterable[Path], variables: str) -> str:
    """Return the YAML of the tables that dbt does not know yet; empty if it knows them all.

    A staging model reads its raw table by ``raw()``, and lineage begins at dbt's source of that name. This way a source
    is two files, its declaration and its model, and nobody has to say a third time that there is a table.

    Args:
        staging: the files of the staging models, of any kind.
        variables: the text of dbt's --vars.
    """
    known = {table for file in staging if file.suffix in (".yml", ".yaml") for table in _named(file)}
    landed = sorted(
        {
            (system, spec["from"])
            for system, tables in json.loads(variables).get("sources", {}).items()
            for spec in tables.values()
        }
        - known
    )
    sources = [{"name": system, "schema": "raw", "tables": [{"name": table}]} for system, table in landed]
    return yaml.safe_dump({"version": 2, "sources": sources}, sort_keys=False) if sources else ""


def _named(file: Path) -> Iterator[tuple[str, str]]:
    """Each (system, table) that a YAML file declares to dbt; none of a broken file, which dbt itself will name."""
    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
        for source in document.get("sources") or []:
            for table in source.get("tables") or []:
                yield source["name"], table["name"]
    except (yaml.YAMLError, AttributeError, KeyError, TypeError):
        return
