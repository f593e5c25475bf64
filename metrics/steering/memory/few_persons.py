"""Which slices of people lose their past, so that it does not tell what today's mart leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_GROUP = "kpi, grain, period_start, slice"
_FORGOTTEN = f"""
create or replace temp table forgotten as
with personal as (
    select kpi, coalesce(was.min_persons >= now.min_persons, false) as was_as_strict
    from mart.kpi_catalog as now
    left join previous.kpi_catalog as was using (kpi)
    where now.min_persons is not null
),

shown_before as (
    select {_GROUP}, slice_value from previous.kpi_value_versions semi join personal using (kpi) where slice <> ''
    union
    select {_GROUP}, slice_value from previous.kpi_values semi join personal using (kpi) where slice <> ''
),

shown_now as (select {_GROUP}, slice_value from mart.kpi_values semi join personal using (kpi) where slice <> '')

select {_GROUP} from shown_before anti join shown_now using ({_GROUP}, slice_value)
union
select {_GROUP} from shown_now anti join shown_before using ({_GROUP}, slice_value)
union
select {_GROUP} from shown_before inner join personal using (kpi) where not was_as_strict
"""
_FORGET = f"delete from mart.{{table}} where ({_GROUP}) in (select ({_GROUP}) from forgotten)"


def find_forgotten(con: DuckDBPyConnection) -> None:
    """Create the temp table ``forgotten`` (kpi, grain, period_start, slice): what loses its versions and restatements.

    A slice of a KPI with ``min_persons`` whose slice values in a period are not those that it has in the past, or that
    had a lower ``min_persons``. A value that is left out now would else be read in its old version, and one that was
    left out then be worked out of the old total less the old values of the others.
    """
    con.execute(_FORGOTTEN)


def forget(con: DuckDBPyConnection, table: str) -> None:
    """Delete what is ``forgotten`` from a table of the mart."""
    con.execute(_FORGET.format(table=table))
