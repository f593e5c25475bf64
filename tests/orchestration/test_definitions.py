"""The asset graph of a tiny company: what depends on what, what writes the warehouse, what starts by itself."""

import subprocess
import sys

import pytest
from corner_shop import ROOT, CornerShop

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    from orchestration.company import load_company

    shop = CornerShop.open(tmp_path_factory.mktemp("graph") / "shop")
    return load_company(shop.folder)


@pytest.fixture(scope="module")
def definitions(company):
    from orchestration.graph import build_definitions

    return build_definitions(company)


@pytest.fixture(scope="module")
def graph(definitions):
    return definitions.resolve_asset_graph()


def key(text: str):
    from dagster import AssetKey

    return AssetKey(text.split("/"))


def parents(graph, text: str) -> set[str]:
    return {parent.to_user_string() for parent in graph.get(key(text)).parent_keys}


def test_a_source_table_leads_through_every_layer_to_the_published_mart(graph):
    assert parents(graph, "staging/stg_till__orders") == {"raw/till/orders"}
    assert parents(graph, "intermediate/int_orders") >= {"staging/stg_till__orders"}
    assert "intermediate/int_orders" in parents(graph, "marts/fct_orders")
    assert {"kpi/kpi_values", "kpi/kpi_scorecard", "marts/fct_orders"} <= parents(graph, "published_mart")


def test_assets_are_grouped_by_system_department_and_layer(graph):
    groups = {
        name: graph.get(key(name)).group_name for name in ("raw/till/orders", "marts/fct_orders", "kpi/kpi_values")
    }
    assert groups == {"raw/till/orders": "till", "marts/fct_orders": "sales", "kpi/kpi_values": "kpi"}


def test_a_delivery_is_a_check_that_never_stops_the_run(graph):
    (check,) = [key for key in graph.asset_check_keys if key.name == "delivered"]
    assert check.asset_key == key("raw/till/orders")
    assert not graph.get_check_spec(check).blocking


def test_what_a_table_of_the_mart_must_look_like_keeps_it_from_readers(graph):
    mart = key("published_mart")
    checks = {check.name: graph.get_check_spec(check) for check in graph.asset_check_keys if check.asset_key == mart}
    assert checks["verified"].blocking
    assert checks["kpi_values__one_row_a_key"].blocking
    assert checks["kpi_values__no_personal_data"].blocking


def test_no_other_check_stops_a_run(graph):
    specs = [
        graph.get_check_spec(check) for check in graph.asset_check_keys if check.asset_key != key("published_mart")
    ]
    assert not [spec.key for spec in specs if spec.blocking]


def test_what_publishing_finds_of_a_fact_is_reported_after_it(graph):
    specs = [graph.get_check_spec(check) for check in graph.asset_check_keys if check.name == "no_personal_data"]
    assert {spec.asset_key for spec in specs} >= {key("marts/fct_orders"), key("marts/dim_customers")}
    assert {dep.asset_key for spec in specs for dep in spec.additional_deps} == {key("published_mart")}


def test_only_one_run_at_a_time_writes_the_warehouse(definitions):
    job = definitions.resolve_job_def("kpi_mart")
    pools = {node.name: sorted(node.definition.pools) for node in job.nodes}
    assert pools == {
        "raw__till__orders": [],
        "dbt_models": ["warehouse"],
        "published_mart": ["warehouse"],
        "alerts": [],
        "postgres": [],
        "kpis": [],
        "proof": [],
    }


def test_the_job_starts_every_hour_and_on_new_files(definitions, company):
    from dagster import DagsterInstance, build_sensor_context

    schedule = definitions.resolve_schedule_def("hourly")
    assert (schedule.cron_schedule, schedule.default_status.value) == ("0 * * * *", "RUNNING")
    sensor = definitions.resolve_sensor_def("new_files")
    assert sensor.default_status.value == "RUNNING"
    with DagsterInstance.ephemeral() as instance:
        tick = sensor.evaluate_tick(build_sensor_context(instance=instance))
        assert [request.tags["kpi_mart/new_files"] for request in tick.run_requests] == ["till.orders"]


def test_nothing_is_assembled_again_when_nothing_changed(company, definitions):
    import time

    from orchestration.dbt.project import prepare

    start = time.perf_counter()
    prepare(company)
    assert time.perf_counter() - start < 1, "0.03 s alone; the machine may be busy"


def test_a_code_location_loads_on_a_clean_clone(tmp_path):
    import os

    environment = {**os.environ, "KPI_DATA_DIR": str(tmp_path / "data"), "DAGSTER_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "dagster", "definitions", "validate", "-m", "orchestration.definitions"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
