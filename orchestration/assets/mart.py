"""The published mart as an asset: the last step of a run, with all that its tables must look like as checks."""

from collections.abc import Iterator
from dataclasses import asdict

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetsDefinition,
    Failure,
    MaterializeResult,
    asset,
)

from orchestration.assets.checks import MART as KEY
from orchestration.assets.checks import WORDS, check_result, not_judged
from orchestration.assets.models import POOL
from orchestration.personal_data.check import NAME as NO_PERSONAL_DATA
from orchestration.progress import PROGRESS
from orchestration.publishing.contract import mart_tables
from orchestration.publishing.errors import PublishError
from orchestration.publishing.mart_suite_files import load_mart_suites
from orchestration.publishing.versions import DASHBOARD
from orchestration.reports.published_checks import published_checks
from orchestration.resources import RunResource

VERIFIED = AssetCheckSpec(
    "verified", asset=KEY, description="The mart is whole, as mart_contract.yml says.", blocking=True
)
BUILT = AssetCheckSpec(DASHBOARD, asset=KEY, description="The leadership site was built from the mart.")


def mart_asset(models: AssetsDefinition) -> AssetsDefinition:
    """Return the published mart, which waits for every model."""
    rules = dict(_rules())

    @asset(
        key=KEY,
        deps=list(models.keys),
        group_name="published",
        kinds={"duckdb", "parquet"},
        description="The mart that readers see: one immutable version a run, shown by one symlink.",
        check_specs=[VERIFIED, BUILT, *rules.values()],
        pool=POOL,
    )
    def publish_mart(kpi_run: RunResource) -> Iterator[AssetCheckResult | MaterializeResult]:
        try:
            publication = kpi_run.run.publish()
        except PublishError as error:
            for check in error.checks:
                if spec := rules.get((check.object, check.name)):
                    yield check_result({**asdict(check), "kpis": ()}, spec.key)
            yield AssetCheckResult(check_name=VERIFIED.name, passed=False, description=str(error))
            raise Failure(description=str(error), allow_retries=False) from None
        PROGRESS.done(KEY.to_user_string())
        metadata = {"version": str(publication.version), "fact_files_written": publication.rewritten}
        yield MaterializeResult(metadata={**metadata, **{f"rows/{table}": n for table, n in publication.rows.items()}})
        yield AssetCheckResult(check_name=VERIFIED.name, passed=True)
        yield AssetCheckResult(
            check_name=BUILT.name,
            passed=publication.no_dashboard is None,
            severity=AssetCheckSeverity.WARN,
            description=publication.no_dashboard,
        )
        found = published_checks(kpi_run.run.company.published)
        for rule, spec in rules.items():
            yield check_result(found[rule], spec.key) if rule in found else not_judged(spec.key)

    return publish_mart


def _rules() -> Iterator[tuple[tuple[str, str], AssetCheckSpec]]:
    """Yield every rule of a table of the mart, by table and name; one that blocks keeps the mart from readers."""
    for table in mart_tables():
        for rule in load_mart_suites()[table.name].table:
            words = ", ".join([rule.expectation, *(f"{name} {value}" for name, value in rule.kwargs.items())])
            yield (table.name, rule.name), _spec(table.name, rule.name, words, rule.severity == "block")
        yield (
            (table.name, NO_PERSONAL_DATA),
            _spec(table.name, NO_PERSONAL_DATA, WORDS[NO_PERSONAL_DATA], blocking=True),
        )


def _spec(table: str, rule: str, words: str, blocking: bool) -> AssetCheckSpec:
    return AssetCheckSpec(f"{table}__{rule}", asset=KEY, description=words, blocking=blocking)
