"""The dbt models as assets, and their data tests as asset checks."""

import json
from collections.abc import Iterator, Mapping
from graphlib import TopologicalSorter
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    Failure,
    Output,
)
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration.assets.checks import check_result
from orchestration.assets.sources import source_key
from orchestration.dbt.manifest import models
from orchestration.dbt.project import DbtProject, with_original_paths
from orchestration.dbt.test_results import Result, result_of, severity
from orchestration.mart_run import MartRun
from orchestration.progress import PROGRESS
from orchestration.reports.published_checks import published_checks
from orchestration.resources import RunResource

# Everything that writes the warehouse is in it.
POOL = "warehouse"
BUILD = [
    "--log-format",
    "json",
    "--no-use-colors",
    "build",
    "--exclude-resource-type",
    "unit_test",
    "--target",
    "warehouse",
]


class Translator(DagsterDbtTranslator):
    """dbt's names in the asset graph: sources are the pulled tables, groups are departments, else layers."""

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        """Return a source table's own key, dbt's default for everything else."""
        if dbt_resource_props["resource_type"] == "source":
            return source_key(dbt_resource_props["source_name"], dbt_resource_props["name"])
        return super().get_asset_key(dbt_resource_props)

    def get_asset_check_spec(self, *arguments: Any, **named: Any) -> AssetCheckSpec | None:
        """Return a check that stops nothing: a failed one takes the certificate from KPIs, which publishing sees to."""
        spec = super().get_asset_check_spec(*arguments, **named)
        return spec and spec._replace(blocking=False)

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """Return the department of a mart, the layer of any other model."""
        folders = dbt_resource_props["fqn"][1:-1]
        return folders[1] if folders[:1] == ["marts"] and folders[1:] else (folders or [None])[0]


def model_assets(project: DbtProject) -> AssetsDefinition:
    """Return all models of an assembled project as one op, which dbt builds in its own order."""
    translator = Translator()

    @dbt_assets(
        manifest=project.manifest,
        dagster_dbt_translator=translator,
        exclude="resource_type:unit_test",
        name="dbt_models",
        pool=POOL,
    )
    def build(context: AssetExecutionContext, kpi_run: RunResource) -> Iterator[Any]:
        run = kpi_run.run
        if not run.open():
            context.log.info("nothing is new: no batch, no definition, the same as-of; every table is as it was")
            yield from _unchanged(context, run.project.manifest, translator)
            yield from _still_true(context, published_checks(run.company.published))
            return
        with run.timed("dbt"), run.project.in_use():
            yield from _build(context, run, translator)

    return build


def _unchanged(context: AssetExecutionContext, manifest: Mapping[str, Any], translator: Translator) -> Iterator[Output]:
    """Report the chosen models as they are, parents first; without an output, what depends on them would be skipped."""
    nodes = {node["unique_id"]: node for node in models(manifest).values()}
    parents = {unique_id: node["depends_on"]["nodes"] for unique_id, node in nodes.items()}
    for unique_id in TopologicalSorter(parents).static_order():
        key = translator.get_asset_key(nodes[unique_id]) if unique_id in nodes else None
        if key in context.selected_asset_keys:
            PROGRESS.done(key.path[-1])
            yield Output(None, output_name=key.to_python_identifier(), metadata={"unchanged": True})


def _still_true(context: AssetExecutionContext, found: Mapping[Any, Mapping[str, Any]]) -> Iterator[AssetCheckResult]:
    """Report the chosen data tests as the last run found them."""
    for key in sorted(context.selected_asset_check_keys):
        if row := found.get((key.asset_key.path[-1], key.name)):
            yield check_result(row, key)


def _build(context: AssetExecutionContext, run: MartRun, translator: Translator) -> Iterator[Any]:
    command, manifest, target = run.start_dbt(), run.project.manifest, run.project.folder / "target"
    built, tested, errors = [], [], []
    arguments = [*BUILD, *_selection(context, manifest, translator), "--vars", run.project.variables]
    for line in _meanwhile_importing(command.lines(arguments)):
        event = _event(line)
        if event is None:
            context.log.info(line)
            continue
        if event["info"]["level"] in ("warn", "error"):
            context.log.info(event["info"]["msg"])
        errors += _errors(event)
        built += _finished(event)
        result = result_of(event)
        tested += [result] if result else []
        message = DbtCoreCliEventMessage(raw_event=event, event_history_metadata={})
        for asset_event in message.to_default_asset_events(manifest, translator, context, target):
            yield _with_severity(asset_event, manifest["nodes"], result)
    run.record_built(built, tested, failed=bool(command.exit_code))
    if command.exit_code:
        message = with_original_paths(run.company, "\n".join(errors) or "dbt failed without a message")
        raise Failure(description=message, allow_retries=False)


def _meanwhile_importing(lines: Iterator[str]) -> Iterator[str]:
    """Pass dbt's lines on, and import what judges the mart as soon as dbt has begun: nobody waits for it then."""
    from expectations.gx import import_library

    for number, line in enumerate(lines):
        if number == 0:
            import_library()
        yield line


def _with_severity(event: Any, nodes: Mapping[str, Any], result: Result | None) -> Any:
    """Give a check's result the severity that the test declares; dbt itself was told to take none for an error."""
    if not result or not isinstance(event, AssetCheckResult):
        return event
    return event._replace(severity=AssetCheckSeverity(severity(nodes[result.unique_id]).upper()))


def _selection(context: AssetExecutionContext, manifest: Mapping[str, Any], translator: Translator) -> list[str]:
    """Return dbt's arguments for the models that this run was asked for; none if that is all of them."""
    if not context.is_subset:
        return []
    chosen = context.selected_asset_keys
    return ["--select", *(name for name, node in models(manifest).items() if translator.get_asset_key(node) in chosen)]


def _event(line: str) -> dict[str, Any] | None:
    try:
        event = json.loads(line)
    except ValueError:
        return None
    return event if isinstance(event, dict) and "info" in event else None


def _finished(event: Mapping[str, Any]) -> list[str]:
    """Return the name of the model that an event says was built."""
    node = event["data"].get("node_info", {})
    if event["info"]["name"] != "LogModelResult" or node.get("node_status") != "success":
        return []
    PROGRESS.done(node["node_name"])
    return [node["node_name"]]


def _errors(event: Mapping[str, Any]) -> list[str]:
    """Return what an event says went wrong; a data test that fails is a warning, not an error."""
    names = ("RunResultError", "MainEncounteredError", "MainStackTrace")
    return [event["info"]["msg"].strip()] if event["info"]["name"] in names else []
