"""Marts of a small shop, published one after the other as runs publish them, and copied to PostgreSQL."""

from __future__ import annotations

import copy
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration import warehouse
from orchestration.company import Company
from orchestration.postgres.publish import Copied
from orchestration.postgres.publish import publish as copy_mart
from orchestration.postgres.target import Target
from orchestration.publishing.publish import publish
from orchestration.publishing.versions import MART, current_version, read_files, write_files

AS_OF = datetime(2026, 4, 1, 6)
MONTHLY = """
select period_start as month, max(case when kpi = 'revenue' then value end) as revenue
from {{ ref('kpi_values') }} where slice = '' and grain = 'month' group by period_start
"""
# of a KPI 1,131 rows: a day and a month each for the total and two channels; only those of January know of the run
BUILD = """
create schema marts; create schema kpi;
create table marts.time_spine as select date '2026-01-01' as day;
create table kpi.kpi_catalog as
    select
        'revenue' as kpi, 1::bigint as version, 'kpi' as kind, 'Revenue of {run}' as label_en, 'x' as definition_hash;
create table kpi.kpi_values as
    select
        if(number = 0, 'revenue', 'kpi' || number) as kpi, grain, period_start::date as period_start,
        slice, slice_value,
        (dayofyear(period_start) * 1.5)::double as value, 7::bigint as sample_size,
        case when month(period_start) = 1 then '{run}' else 'first' end as run_id
    from (
        select 'day' as grain, unnest(range(timestamp '2026-01-01', '2027-01-01', interval 1 day)) as period_start
        union all
        select 'month', unnest(range(timestamp '2026-01-01', '2027-01-01', interval 1 month))
    ) as periods,
    (values ('', ''), ('channel', 'shop'), ('channel', 'web')) as slices (slice, slice_value),
    range({kpis}) as kpis (number);
insert into control.runs (run_id, run_seq, status, as_of, started_at)
    values ('{run}', 1, 'running', '{as_of}', '{as_of}');
"""
CATALOG = {"kpi": {"description": "Name of the KPI."}, "label_en": {"description": "Its label; it's in English."}}


class Shop:
    """A company in a folder, and a database to copy its mart to."""

    def __init__(self, folder: Path, url: str) -> None:
        self.company = Company(folder, folder / "data")
        self.url = url

    def publish(
        self, run: str, as_of: datetime = AS_OF, monthly: str = MONTHLY, build: str = BUILD, kpis: int = 1
    ) -> None:
        """Publish the mart of a run; nothing is copied."""
        file = self.company.data / "warehouse" / f"{run}.duckdb"
        with warehouse.connect(file) as con:
            con.execute(build.format(run=run, as_of=as_of, kpis=kpis))
        publish(file, self.company.published, manifest({"shop_monthly": monthly}), "{}", run, as_of)

    def edit(self, *statements: str) -> None:
        """Change the published mart by hand."""
        with duckdb.connect(str(self.mart)) as con:
            for statement in statements:
                con.execute(statement)

    def become(self, number: int) -> None:
        """Let the published mart be another run's, in which every value of revenue is its number."""
        self.edit(
            f"update kpi_values set value = {number}, run_id = 'run{number}' where kpi = 'revenue'",
            f"update kpi_catalog set label_en = '{number}'",
        )
        folder = current_version(self.company.published)
        write_files(folder, {**read_files(folder), "run_id": f"run{number}"})

    def know_key(self, relation: str, *key: str) -> None:
        """Say the key of a view that was added by hand, where publishing says it."""
        folder = current_version(self.company.published)
        files = read_files(folder)
        write_files(folder, {**files, "keys": {**files["keys"], relation: key}})

    @property
    def mart(self) -> Path:
        """The published file."""
        return self.company.published / MART

    def copy(self, **target: Any) -> Copied:
        """Copy the published mart to PostgreSQL."""
        return copy_mart(self.company, Target(**target), lambda rows, total: None)


def manifest(views: dict[str, str]) -> dict[str, Any]:
    """Return what dbt would write of the shop's models."""
    model = {"resource_type": "model", "schema": "kpi", "raw_code": "", "columns": {}, "config": {"meta": {}}}
    model |= {"description": "", "depends_on": {"nodes": []}}
    nodes = [model | {"name": "kpi_values", "description": "Every value."}]
    nodes.append(model | {"name": "kpi_catalog", "description": "One row per KPI.", "columns": CATALOG})
    for view, sql in views.items():
        config = {"materialized": "view", "meta": {"published": {"kind": "view", "key": ["month"]}}}
        columns = {"revenue": {"description": "Revenue (currency)."}}
        nodes.append(
            model
            | {"name": view, "raw_code": sql, "description": "A row a month.", "config": config, "columns": columns}
        )
    return {"sources": {}, "nodes": {node["name"]: copy.deepcopy(node) for node in nodes}}
