"""What the published mart holds: read from mart_contract.yml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

CONTRACT = Path(__file__).parent / "mart_contract.yml"


@dataclass(frozen=True)
class MartTable:
    """A published table, one row per ``row``, unique by ``key``.

    ``columns`` are name → DuckDB type; ``origin`` is (schema, table) of the warehouse relation that fills it;
    ``comments`` are name → what the column holds, where no dbt model says so.
    """

    name: str
    row: str
    key: tuple[str, ...]
    columns: Mapping[str, str]
    origin: tuple[str, str]
    comments: Mapping[str, str]


@cache
def mart_tables() -> tuple[MartTable, ...]:
    """Read the contract; tables keep the order of the file."""
    import yaml

    return tuple(
        MartTable(
            name=name,
            row=spec["row"],
            key=tuple(spec["key"]),
            columns=dict(spec["columns"]),
            origin=tuple(spec.get("from", f"kpi.{name}").split(".")),
            comments=spec.get("comments", {}),
        )
        for name, spec in yaml.safe_load(CONTRACT.read_text()).items()
    )
