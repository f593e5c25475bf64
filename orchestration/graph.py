"""A company's graph: its assets, jobs, schedules and sensor, put together."""

from __future__ import annotations

from dagster import Definitions, LoggerDefinition

from orchestration.assets.alerts import alerts_asset
from orchestration.assets.checks import proof_checks
from orchestration.assets.kpis import kpi_assets
from orchestration.assets.mart import mart_asset
from orchestration.assets.models import model_assets
from orchestration.assets.postgres import postgres_asset
from orchestration.assets.sources import source_assets
from orchestration.company import Company
from orchestration.dbt.project import prepare
from orchestration.declarations.sources import load_sources
from orchestration.jobs import digests_job, kpi_mart_job
from orchestration.resources import RunResource
from orchestration.schedules import digest_schedules, hourly
from orchestration.sensors import new_files_sensor


def build_definitions(company: Company, loggers: dict[str, LoggerDefinition] | None = None) -> Definitions:
    """Return a company's assets, jobs, schedules and sensor; its dbt project is assembled first if anything changed."""
    project = prepare(company)
    models = model_assets(project)
    sources = load_sources(company.sources_path)
    digests = digests_job(company)
    return Definitions(
        assets=[
            *source_assets(company, sources),
            models,
            mart_asset(models),
            alerts_asset(),
            postgres_asset(),
            *kpi_assets(company, project, models.keys),
        ],
        asset_checks=proof_checks(sources, project, models.keys),
        jobs=[kpi_mart_job, digests],
        schedules=[hourly, *digest_schedules(company, digests)],
        sensors=[new_files_sensor(company)],
        resources={"kpi_run": RunResource(company=str(company.folder or ""))},
        loggers=loggers,
    )
