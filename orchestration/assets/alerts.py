"""Alerts as the step after the published mart: it tells people, and stops nothing whatever becomes of that."""

import sqlite3

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    AssetsDefinition,
    MaterializeResult,
    asset,
)

from orchestration.alerts.tell import Told, tell
from orchestration.assets.checks import MART
from orchestration.errors import shown
from orchestration.mart_run import MartRun
from orchestration.progress import PROGRESS
from orchestration.resources import RunResource

KEY = AssetKey("alerts")
SAID = "said"
EVERYBODY_TOLD = AssetCheckSpec(
    "everybody_told", asset=KEY, description="Every channel with something to be told took its messages."
)


def alerts_asset() -> AssetsDefinition:
    """Return the step that tells of the published alerts."""

    @asset(
        key=KEY,
        deps=[MART],
        group_name="published",
        description="Messages on alerts that opened, stay open or were resolved, one per department and channel.",
        check_specs=[EVERYBODY_TOLD],
    )
    def tell_alerts(kpi_run: RunResource) -> MaterializeResult:
        PROGRESS.done(KEY.to_user_string())
        said, problem, metadata = tell_of(kpi_run.run)
        check = AssetCheckResult(
            check_name=EVERYBODY_TOLD.name,
            passed=problem is None,
            severity=AssetCheckSeverity.WARN,
            description=problem,
        )
        return MaterializeResult(metadata={SAID: said, **metadata}, check_results=[check])

    return tell_alerts


def tell_of(run: MartRun) -> tuple[str, str | None, dict[str, int]]:
    """Tell of what a run published, unless its mart is of an earlier as-of.

    Returns:
        What to say of it, what is wrong if anything is, and the numbers.
    """
    if run.company.as_of_folder:
        return "nothing is sent for an as-of before the published one", None, {}
    try:
        with run.timed("alerts"):
            told = tell(run.company)
    except Exception as error:  # a mart was published: nothing here may make a failure of it
        where = f"{shown(run.company.deliveries)}: " if isinstance(error, sqlite3.Error) else ""
        problem = f"not told: {where}{type(error).__name__}: {_first_line(error)}"
        return problem, problem, {}
    return str(told), None if told.is_whole else str(told), _numbers(told)


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "")


def _numbers(told: Told) -> dict[str, int]:
    return {"opened": told.opened, "resolved": told.resolved, "open": told.open, "messages": told.sent}
