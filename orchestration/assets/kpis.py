"""One asset per KPI and tracked metric, each reported as the mart that was just published has it."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, MaterializeResult, multi_asset

from orchestration.assets.kpi_reports import results
from orchestration.assets.kpi_specs import check_specs, kpi_specs
from orchestration.dbt.project import DbtProject
from orchestration.progress import PROGRESS
from orchestration.reports.published_kpis import published_kpis
from orchestration.resources import RunResource

if TYPE_CHECKING:
    from orchestration.company import Company


def kpi_assets(company: "Company", project: DbtProject, models: Iterable[AssetKey]) -> list[AssetsDefinition]:
    """Return the KPIs as one op, which reads the published mart once; no asset where there is no KPI."""
    specs = kpi_specs(company, project, models)
    if not specs:
        return []

    @multi_asset(name="kpis", specs=specs, check_specs=check_specs(specs), can_subset=True)
    def report_kpis(context: AssetExecutionContext, kpi_run: RunResource) -> Iterator[MaterializeResult]:
        chosen = {key.path[-1]: key for key in context.selected_asset_keys}
        yield from _reported(context, kpi_run.run.company, chosen)
        for name in chosen:
            PROGRESS.done(name)

    return [report_kpis]


def _reported(context: Any, company: "Company", chosen: dict[str, AssetKey]) -> Iterator[MaterializeResult]:
    """Yield what the catalogue shows of the chosen KPIs: the mart that readers see, not one of an earlier as-of."""
    if company.as_of_folder:
        context.log.info("this run's mart lies beside the published one, which the catalogue goes on showing")
        return
    known = published_kpis(company.published)
    for name in sorted(chosen.keys() - known.keys()):
        context.log.warning(f"{name} is not in the published mart yet; materialize published_mart too")
    checks = context.selected_asset_check_keys
    for name in sorted(chosen.keys() & known.keys()):
        yield results(known[name], chosen[name], checks)
