"""The KPIs of a company as its compiled definitions say, before anything has run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from orchestration.dbt.manifest import models
from orchestration.querying.rows import Row, rows

MODEL = "kpi_catalog"


def catalogue(manifest: Mapping[str, Any]) -> list[Row]:
    """Return the rows of kpi_catalog, which the compiler writes as literals; none if nothing is compiled."""
    import duckdb

    model = models(manifest).get(MODEL)
    if model is None:
        return []
    with duckdb.connect() as con:
        return rows(con, re.sub(r"{{.*?}}", "", model["raw_code"]))


def names(listed: str | None) -> tuple[str, ...]:
    """Return the names of a column that lists them."""
    return tuple(listed.split(", ")) if listed else ()
