"""The published mart as an asset: the last step of a run."""

from dagster import AssetKey, AssetsDefinition, Failure, MaterializeResult, asset

from orchestration.assets.models import POOL
from orchestration.progress import PROGRESS
from orchestration.publishing import PublishError
from orchestration.resources import RunResource

KEY = AssetKey("published_mart")


def mart_asset(models: AssetsDefinition) -> AssetsDefinition:
    """Return the published mart, which waits for every model."""

    @asset(
        key=KEY,
        deps=list(models.keys),
        group_name="published",
        kinds={"duckdb", "parquet"},
        description="The mart that readers see: one immutable version a run, shown by one symlink.",
        pool=POOL,
    )
    def publish_mart(kpi_run: RunResource) -> MaterializeResult:
        try:
            publication = kpi_run.run.publish()
        except PublishError as error:
            raise Failure(description=str(error), allow_retries=False) from None
        PROGRESS.done(KEY.to_user_string())
        metadata = {"version": str(publication.version), "fact_files_written": publication.rewritten}
        return MaterializeResult(metadata={**metadata, **{f"rows/{table}": n for table, n in publication.rows.items()}})

    return publish_mart
