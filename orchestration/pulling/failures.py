"""Remembers why the last pull of a table could not be done at all, until one can."""

from __future__ import annotations

import json
from pathlib import Path

from metrics.atomic_files import write_atomically
from orchestration.company import Company
from orchestration.declarations.sources import Table

NAME = "failure.json"


def record(company: Company, table: Table, reason: str) -> None:
    """Keep the reason beside the table's quarantine."""
    place = _place(company, table)
    place.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(place, json.dumps({"reason": reason}))


def clear(company: Company, table: Table) -> None:
    """Forget it: the table was pulled."""
    _place(company, table).unlink(missing_ok=True)


def read(company: Company, table: Table) -> str | None:
    """Why the last pull failed, None if it did not."""
    try:
        return json.loads(_place(company, table).read_text(encoding="utf-8"))["reason"]
    except FileNotFoundError:
        return None


def _place(company: Company, table: Table) -> Path:
    return company.quarantine / table.system / table.landed_as / NAME
