"""What dbt's tests found is kept: by test, as each stood when it last ran."""

import json
from pathlib import Path

import duckdb
import pytest

from metrics.wording.text import Words
from orchestration.dbt.test_results import Result, dbt_checks, record_tests, result_of
from orchestration.warehouse import DDL

pytestmark = pytest.mark.fast


def node_of_test(name: str, model: str = "int_orders", kind: str = "unique_row", **config) -> dict:
    return {
        "name": name,
        "resource_type": "test",
        "attached_node": f"model.kpi_mart.{model}" if model else None,
        "depends_on": {"nodes": ["model.kpi_mart.int_order_lines", "model.kpi_mart.int_orders"]},
        "test_metadata": {"name": kind} if kind else None,
        "config": {"severity": "error", "meta": {}, **config},
    }


def manifest(*nodes: dict) -> dict:
    sources = {"source.kpi_mart.shop.orders": {"source_name": "shop", "name": "orders"}}
    return {"nodes": {f"test.kpi_mart.{node['name']}.1": node for node in nodes}, "sources": sources}


def found(name: str, failed_rows: int = 0) -> Result:
    return Result(f"test.kpi_mart.{name}.1", failed_rows == 0, failed_rows)


class Warehouse:
    """A warehouse with one broken table, and the target folder of the dbt that tested it."""

    def __init__(self, folder: Path):
        self.target = folder
        self.con = duckdb.connect(str(folder / "warehouse.duckdb"))
        self.con.execute(DDL)
        self.con.execute("create table broken as select 'net_is_gross' as rule, 3 as failed_rows")

    def record(self, nodes: dict, results: list[Result], run_id: str = "run1") -> None:
        ran = [{"unique_id": result.unique_id, "compiled_code": "select * from broken"} for result in results]
        (self.target / "run_results.json").write_text(json.dumps({"results": ran}))
        record_tests(self.con, nodes, results, self.target, run_id)

    def standing(self) -> dict[str, tuple]:
        checks = {check.name: check for check in dbt_checks(self.con)}
        runs = dict(self.con.execute("select name, run_id from control.dbt_tests").fetchall())
        return {name: (check.passed, check.failed_rows, runs[name]) for name, check in checks.items()}


@pytest.fixture
def warehouse(tmp_path):
    return Warehouse(tmp_path)


def test_a_failed_test_says_of_which_model_it_is_how_many_rows_fail_and_shows_some(warehouse):
    warehouse.record(manifest(node_of_test("orders_add_up", kind="invariants")), [found("orders_add_up", 3)])
    (check,) = dbt_checks(warehouse.con)
    assert (check.object, check.kind, check.severity) == ("int_orders", "dbt", "error")
    assert (check.passed, check.failed_rows, check.observed) == (False, 3, "rule net_is_gross, failed_rows 3")
    assert check.hurts is None, "every KPI downstream of the model"


def test_a_test_that_did_not_run_stands_as_it_stood_and_one_that_is_gone_is_forgotten(warehouse):
    all_three = manifest(node_of_test("runs"), node_of_test("rests"), node_of_test("goes"))
    warehouse.record(all_three, [found("runs"), found("rests", 2), found("goes")])
    warehouse.record(manifest(node_of_test("runs"), node_of_test("rests")), [found("runs", 1)], "run2")
    assert warehouse.standing() == {"runs": (False, 1, "run2"), "rests": (False, 2, "run1")}


def test_a_test_heals_when_it_passes_again(warehouse):
    warehouse.record(manifest(node_of_test("runs")), [found("runs", 1)])
    warehouse.record(manifest(node_of_test("runs")), [found("runs")], "run2")
    assert warehouse.standing() == {"runs": (True, 0, "run2")}


def test_a_test_that_never_ran_is_no_check(warehouse):
    warehouse.record(manifest(node_of_test("new")), [])
    assert dbt_checks(warehouse.con) == []


def test_the_severity_of_a_test_that_did_not_run_is_that_of_today(warehouse):
    warehouse.record(manifest(node_of_test("rests")), [found("rests", 2)])
    warehouse.record(manifest(node_of_test("rests", severity="WARN")), [])
    (check,) = dbt_checks(warehouse.con)
    assert (check.severity, check.passed, check.reason) == ("warn", False, None)


@pytest.mark.parametrize(
    ("node", "words"),
    [
        (
            node_of_test("t", "int_order_lines", "unique_row"),
            Words("order lines: some rows are there more than once", "líneas de pedido: hay filas repetidas"),
        ),
        (
            node_of_test("t", "stg_shop__orders", "not_null"),
            Words("orders: some values are missing", "pedidos: faltan valores"),
        ),
        (
            node_of_test("t", "state_leads__created_day", "slices_add_up"),
            Words("leads: the parts do not add up to the total", "leads: las partes no suman el total"),
        ),
        (
            node_of_test("t", meta={"reason": {"en": "amounts do not add up", "es": "los importes no cuadran"}}),
            Words("amounts do not add up", "los importes no cuadran"),
        ),
    ],
)
def test_a_leader_reads_what_is_wrong_with_which_data(warehouse, node, words):
    warehouse.record(manifest(node), [found("t", 1)])
    assert dbt_checks(warehouse.con)[0].reason == words


@pytest.mark.parametrize(
    ("node", "tested"),
    [
        (node_of_test("t", model="", meta={"dagster": {"ref": {"name": "int_orders"}}}), "int_orders"),
        (node_of_test("t", model=""), "int_order_lines"),
        ({**node_of_test("t"), "attached_node": "source.kpi_mart.shop.orders"}, "shop.orders"),
    ],
)
def test_a_test_of_its_own_file_and_one_of_a_source_are_of_a_model_and_a_raw_table(warehouse, node, tested):
    warehouse.record(manifest(node), [found("t")])
    assert dbt_checks(warehouse.con)[0].object == tested


def event(unique_id: str, status: str, name: str = "LogTestResult") -> dict:
    data = {"node_info": {"unique_id": unique_id}, "status": status, "num_failures": 4}
    return {"info": {"name": name}, "data": data}


def test_results_are_read_from_dbts_events_and_unit_tests_are_none():
    assert result_of(event("test.kpi_mart.t.1", "pass")) == Result("test.kpi_mart.t.1", True, 4)
    assert result_of(event("test.kpi_mart.t.1", "warn")) == Result("test.kpi_mart.t.1", False, 4)
    assert result_of(event("unit_test.kpi_mart.t", "pass")) is None
    assert result_of(event("model.kpi_mart.m", "pass", "LogModelResult")) is None
