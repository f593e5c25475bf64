"""PostgreSQL as a step after the published mart: it gets a copy where one is wanted, and stops nothing if it cannot."""

import os

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    AssetsDefinition,
    MaterializeResult,
    asset,
)

from orchestration.assets.alerts import SAID
from orchestration.assets.checks import MART
from orchestration.errors import BuildError, UsageError
from orchestration.mart_run import MartRun
from orchestration.postgres.publish import publish
from orchestration.postgres.session import VARIABLE
from orchestration.postgres.target import wanted_target
from orchestration.progress import PROGRESS
from orchestration.resources import RunResource

KEY = AssetKey("postgres")
COPIED = AssetCheckSpec("copied", asset=KEY, description=f"The mart is in PostgreSQL, where {VARIABLE} names one.")


def postgres_asset() -> AssetsDefinition:
    """Return the step that copies the published mart."""

    @asset(
        key=KEY,
        deps=[MART],
        group_name="published",
        kinds={"postgres"},
        description="The published mart in PostgreSQL, for BI tools: the same tables, replaced in one transaction.",
        check_specs=[COPIED],
    )
    def copy_to_postgres(kpi_run: RunResource) -> MaterializeResult:
        PROGRESS.done(KEY.to_user_string())
        said, problem, metadata = copy_of(kpi_run.run)
        check = AssetCheckResult(
            check_name=COPIED.name, passed=problem is None, severity=AssetCheckSeverity.WARN, description=problem
        )
        return MaterializeResult(metadata={SAID: said, **metadata}, check_results=[check])

    return copy_to_postgres


def copy_of(run: MartRun) -> tuple[str, str | None, dict[str, int]]:
    """Copy what a run published to where the environment says, unless its mart is of an earlier as-of.

    Returns:
        What to say of it ('' where nobody wants a copy), what is wrong if anything is, and the numbers.
    """
    if not os.environ.get(VARIABLE):
        return "", None, {}
    if run.company.as_of_folder:
        return "nothing is copied for an as-of before the published one", None, {}
    try:
        with run.timed("postgres"):
            copied = publish(run.company, wanted_target(), lambda rows, total: None)
    except Exception as error:  # a mart was published: nothing here may make a failure of it
        told = isinstance(error, BuildError | UsageError)  # written for people; of others the kind says most
        problem = f"not copied: {'' if told else f'{type(error).__name__}: '}{next(iter(str(error).splitlines()), '')}"
        return problem, problem, {}
    return str(copied), None, {"tables": copied.tables, "rows": copied.rows, "changed": copied.changed}
