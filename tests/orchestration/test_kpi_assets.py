"""The KPI catalogue in Dagster's own pages: what each KPI is, what its last run found, and runs of a few assets."""

import asyncio

import duckdb
import pytest
from corner_shop import CornerShop

pytestmark = pytest.mark.slow

CATALOGUE = """{ assetNodes { assetKey { path } groupName kinds description
    owners { ... on UserAssetOwner { email } ... on TeamAssetOwner { team } }
    tags { key value } internalFreshnessPolicy { ... on TimeWindowFreshnessPolicy { failWindowSeconds } }
    dependencyKeys { path }
    metadataEntries { label ... on TextMetadataEntry { text } ... on MarkdownMetadataEntry { mdStr } }
    assetChecksOrError { ... on AssetChecks { checks { name blocking } } }
} }"""
LATEST = """{ assetNodes { assetKey { path }
    assetMaterializations(limit: 1) { runId metadataEntries { label
        ... on TextMetadataEntry { text } ... on MarkdownMetadataEntry { mdStr }
        ... on FloatMetadataEntry { floatValue } ... on BoolMetadataEntry { boolValue } } }
    assetChecksOrError { ... on AssetChecks { checks { name executionForLatestMaterialization {
        evaluation { success severity description } } } } }
} }"""
LONGEST_SHOWN_AT_ONCE = 1000


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    shop = CornerShop.open(tmp_path_factory.mktemp("catalogue") / "shop")
    sources = shop.folder / "sources.yml"
    sources.write_text(sources.read_text().replace("mode: upsert", "mode: upsert\n        freshness: 24h"))
    shop.kpi("run")
    return shop


@pytest.fixture(scope="module")
def pages(shop):
    """Ask the GraphQL that Dagster's pages ask."""
    from dagster._core.test_utils import environ
    from dagster._core.workspace.context import WorkspaceProcessContext
    from dagster._core.workspace.load_target import ModuleTarget
    from dagster_graphql.schema import create_schema

    from orchestration.company import load_company
    from orchestration.instance import open_instance

    with environ({"KPI_COMPANY": str(shop.folder)}), open_instance(load_company(shop.folder)) as instance:
        target = ModuleTarget("orchestration.definitions", attribute=None, working_directory=None, location_name=None)
        with WorkspaceProcessContext(instance, target) as workspace:
            context, schema = workspace.create_request_context(), create_schema()

            def ask(query: str) -> dict[str, dict]:
                result = asyncio.run(schema.execute_async(query, context_value=context))
                assert not result.errors, result.errors
                return {"/".join(node["assetKey"]["path"]): node for node in result.data["assetNodes"]}

            yield ask


@pytest.fixture(scope="module")
def catalogue(pages):
    return pages(CATALOGUE)


@pytest.fixture(scope="module")
def latest(pages):
    return pages(LATEST)


def metadata(entries: list[dict]) -> dict[str, object]:
    return {
        entry["label"]: next((value for key, value in entry.items() if key not in ("label", "__typename")), None)
        for entry in entries
    }


def test_the_catalogue_has_an_asset_per_kpi_in_its_department(shop, catalogue):
    rows = shop.ask("select kpi, department, kind, owner_email, owner_team from kpi_catalog")
    for kpi, department, kind, email, team in rows:
        asset = catalogue[f"kpi/{kpi}"]
        owners = {owner.get("email") or owner.get("team") for owner in asset["owners"]}
        assert (asset["groupName"], asset["kinds"], owners) == (department, [kind], {email, team})
        assert [check["name"] for check in asset["assetChecksOrError"]["checks"] if not check["blocking"]] == [
            "certified",
            "definition_approved",
            "measurable",
            "up_to_date",
        ]
    assert len(rows) > 50


def test_a_kpi_says_what_it_asks_how_it_is_computed_and_what_it_promises(catalogue):
    asset = catalogue["kpi/total_revenue"]
    told = metadata(asset["metadataEntries"])
    assert asset["description"].startswith("Total revenue: ")
    assert "¿" in asset["description"]
    assert told["formula"] in asset["description"]
    assert told["formula_sql"].startswith("```sql\n")
    assert told["targets_en"].startswith("- each day: ")
    tags = {tag["key"]: tag["value"] for tag in asset["tags"]}
    assert (tags["kind"], tags["tier"], tags["timing"], tags["company_level"]) == ("kpi", "primary", "lagging", "true")
    assert {"/".join(key["path"]) for key in asset["dependencyKeys"]} >= {"published_mart", "marts/fct_orders"}


def test_a_kpi_that_no_run_reports_within_its_limit_is_not_fresh(shop, catalogue):
    limits = dict(shop.ask("select kpi, freshness_hours from kpi_catalog"))
    for kpi, hours in limits.items():
        assert catalogue[f"kpi/{kpi}"]["internalFreshnessPolicy"]["failWindowSeconds"] == hours * 3600


def test_the_latest_run_shows_value_course_and_certificate(shop, latest):
    ((value, run),) = shop.ask("select value, run_id from kpi_scorecard where kpi = 'total_revenue'")
    (event,) = latest["kpi/total_revenue"]["assetMaterializations"]
    told = metadata(event["metadataEntries"])
    assert (event["runId"], told["run_id"], told["value"]) == (run, run, value)
    assert told["trend"].startswith("![Total revenue](data:image/svg+xml,%3Csvg")
    assert len(told["trend"]) < LONGEST_SHOWN_AT_ONCE
    ((certified, reasons),) = shop.ask(
        f"select certified, reasons_en from kpi_certifications where kpi = 'total_revenue' and run_id = '{run}'"
    )
    assert (told["certified"], told.get("reasons_en")) == (certified, reasons)


def test_what_the_checks_say_is_what_the_mart_says(shop, latest):
    """Each certificate is four checks of its KPI; each row of kpi_checks is the check of its object."""
    said = {
        (asset, check["name"]): check["executionForLatestMaterialization"]["evaluation"]["success"]
        for asset, node in latest.items()
        for check in node["assetChecksOrError"].get("checks", [])
        if check["executionForLatestMaterialization"] and check["executionForLatestMaterialization"]["evaluation"]
    }
    run = shop.version()
    parts = ("measurable", "up_to_date", "definition_approved", "certified")
    certificates = shop.ask(f"select kpi, {', '.join(parts)} from kpi_certifications where run_id = '{run}'")
    assert {key: passed for key, passed in said.items() if key[1] in parts} == {
        (f"kpi/{kpi}", part): passed for kpi, *found in certificates for part, passed in zip(parts, found, strict=True)
    }
    ((fresh,),) = shop.ask(f"select passed from kpi_checks where run_id = '{run}' and \"check\" = 'till.orders.fresh'")
    assert said[("raw/till/orders", "fresh")] is fresh is False
    assert said[("marts/fct_orders", "no_personal_data")]
    of_the_version = ("verified", "dashboard")
    assert all(said[("published_mart", name)] for name in of_the_version)
    tables = [name for (name,) in shop.ask("select table_name from duckdb_tables() where not internal")]
    judged = shop.ask(
        f"select object || '__' || \"check\"[len(object) + 2:], passed from kpi_checks where run_id = '{run}' "
        f"and kind <> 'dbt' and object in (select unnest({tables}))"
    )
    assert dict(judged) == {
        name: passed
        for (asset, name), passed in said.items()
        if asset == "published_mart" and name not in of_the_version
    }


def test_a_run_without_news_reports_the_checks_of_models_as_they_were_found(shop):
    run = materialize(shop, "marts/fct_orders")
    told = {check.check_name: check.passed for check in run.get_asset_check_evaluations()}
    found = shop.ask(
        "select \"check\"[len(object) + 2:], passed from kpi_checks where object = 'fct_orders' "
        f"and run_id = '{shop.version()}'"
    )
    assert found
    assert told == dict(found)


def test_one_kpi_can_be_reported_alone(shop):
    run = materialize(shop, "kpi/total_revenue")
    assert run.success
    assert [event.asset_key.to_user_string() for event in run.get_asset_materialization_events()] == [
        "kpi/total_revenue"
    ]
    assert len(run.get_asset_check_evaluations()) == 4


def test_one_raw_table_can_be_pulled_alone(shop):
    before = shop.version()
    run = materialize(shop, "raw/till/orders")
    assert run.success
    assert shop.version() == before


def test_an_earlier_now_leaves_the_catalogue_as_it_is(shop):
    run = materialize(shop, "kpi/total_revenue", as_of="2026-03-05T12:00:00Z")
    assert run.success
    assert not run.get_asset_materialization_events()


def test_a_mart_that_breaks_a_rule_fails_that_check_and_is_not_shown(shop):
    before = shop.version()
    with duckdb.connect(str(shop.folder / "data" / "warehouse" / "warehouse.duckdb")) as con:
        con.execute("update kpi.kpi_catalog set unit = null where kpi = 'total_revenue'")
    run = materialize(shop, "published_mart")
    failed = [found.check_name for found in run.get_asset_check_evaluations() if not found.passed]
    assert sorted(failed) == ["kpi_catalog__unit_is_known", "verified"]
    assert not run.success
    assert shop.version() == before


def materialize(shop, *keys: str, **options: str):
    """Run a few assets, as the button on their pages does."""
    from dagster import AssetKey

    from orchestration.company import load_company
    from orchestration.graph import build_definitions
    from orchestration.instance import open_instance

    company = load_company(shop.folder)
    job = build_definitions(company).resolve_job_def("kpi_mart")
    chosen = job.get_subset(asset_selection={AssetKey(key.split("/")) for key in keys})
    config = {"resources": {"kpi_run": {"config": {"company": str(shop.folder), **options}}}}
    with open_instance(company) as instance:
        return chosen.execute_in_process(instance=instance, run_config=config, raise_on_error=False)
