"""Which definition of a KPI held when: the rows of kpi_definitions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_CARRIED = """
insert into mart.kpi_definitions by name
select known.* replace (case when valid_to is null and catalog.kpi is null then ? else valid_to end as valid_to)
from previous.kpi_definitions as known
left join mart.kpi_catalog as catalog
    on known.kpi = catalog.kpi and known.version = catalog.version and known.hash = catalog.definition_hash
"""
_NEW = """
insert into mart.kpi_definitions by name
select kpi, version, definition_hash as hash, ?::timestamp as valid_from, formula || chr(10) || formula_sql as text
from mart.kpi_catalog as catalog
where not exists (
    from mart.kpi_definitions as known
    where
        known.kpi = catalog.kpi and known.version = catalog.version and known.hash = catalog.definition_hash
        and known.valid_to is null
)
"""


def record_definitions(con: DuckDBPyConnection, valid_from: datetime, has_previous: bool) -> None:
    """Carry the known versions over, end those that hold no more, and begin those that are new at ``valid_from``.

    A KPI that went away and comes back has a row for each time.
    """
    if has_previous:
        con.execute(_CARRIED, [valid_from])
    con.execute(_NEW, [valid_from])
