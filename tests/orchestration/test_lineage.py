"""The way from raw tables to a KPI, as far as its columns and filters reach, read from dbt's graph."""

from pathlib import Path

import pytest

from orchestration.declarations.sources import Sources, System, Table
from orchestration.publishing.lineage import Edge, Lineage

pytestmark = pytest.mark.fast

LAYERS = {"stg": "staging", "int": "intermediate", "fct": "marts", "dim": "marts", "time": "marts"}
LAYERS |= {"state": "kpi", "calendar": "kpi", "kpi": "kpi"}
GRAPH = {
    "stg_shop__orders": ["source.shop.orders"],
    "stg_shop__customers": ["source.shop.customers"],
    "stg_shop__refunds": ["source.shop.orders"],
    "stg_till__orders": ["source.till.orders"],
    "int_orders": ["stg_shop__orders", "stg_till__orders"],
    "int_refunds": ["stg_shop__refunds"],
    "int_customers": ["stg_shop__customers"],
    "int_leads": [],
    "calendar": [],
    "fct_orders": ["int_orders", "int_refunds", "calendar"],
    "fct_leads": ["int_leads"],
    "fct_order_days": ["fct_orders"],
    "dim_customers": ["int_customers"],
    "time_spine": ["calendar"],
    "state_orders": ["fct_orders", "dim_customers", "time_spine"],
    "state_orders_mtd": ["state_orders", "time_spine"],
    "state_leads": ["fct_leads"],
    "kpi_catalog": [],
}
COLUMNS = {
    "fct_orders": {
        "net": {},
        "returned": {"config": {"meta": {"from": "int_refunds"}}},
        "channel": {"config": {"meta": {"is": "int_orders.channel"}}},
        "is_web": {"config": {"meta": {"implies": {"channel": ["web"]}}}},
    }
}
META = {"fct_orders": {"events": ["orders"]}, "fct_order_days": {"events": ["orders"]}}
TABLES = [
    Table("shop", "orders", entity="orders", holds={"channel": ("web", "phone")}),
    Table("shop", "refunds", entity="refunds", staged_from="orders"),
    Table("shop", "customers", entity="customers"),
    Table("till", "orders", entity="orders", holds={"channel": ("store",)}),
]


def manifest(reads: dict[str, dict]) -> dict:
    meta = META | {"kpi_catalog": {"reads": reads}}
    nodes = {
        name: {
            "name": name,
            "resource_type": "model",
            "schema": LAYERS[name.split("_")[0]],
            "depends_on": {"nodes": parents},
            "columns": COLUMNS.get(name, {}),
            "config": {"meta": meta.get(name, {})},
        }
        for name, parents in GRAPH.items()
    }
    tables = {
        f"source.{name}": {"source_name": name.split(".")[0], "name": name.split(".")[1]}
        for name in ("shop.orders", "shop.customers", "till.orders")
    }
    return {"sources": tables, "nodes": nodes}


def lineage(columns: str = "fct_orders.net", entities: str = "orders", states="state_orders", **constants) -> Lineage:
    """The lineage of the KPI revenue, which reads these columns of the first's model."""
    named = {f"fct_orders.{column}": values for column, values in constants.items()}
    read = {"topic": f"{columns.split('.')[0]}.day", "columns": columns, "constants": named}
    systems = {name: System(name, "files", "UTC") for name in ("shop", "till")}
    for table in TABLES:
        systems[table.system].tables[table.name] = table
    reads = {"revenue": {"entities": entities, "states": states, "inputs": [read]}}
    return Lineage(manifest(reads), Sources(Path("sources.yml"), systems))


def test_every_step_from_each_raw_table_is_an_edge_and_what_other_kpis_read_is_not():
    assert lineage().edges() == [
        Edge("fct_orders", "state_orders", "mart", "state"),
        Edge("int_orders", "fct_orders", "entity", "mart"),
        Edge("shop.orders", "stg_shop__orders", "source", "staging"),
        Edge("state_orders", "revenue", "state", "kpi"),
        Edge("stg_shop__orders", "int_orders", "staging", "entity"),
        Edge("stg_till__orders", "int_orders", "staging", "entity"),
        Edge("till.orders", "stg_till__orders", "source", "staging"),
    ]


def test_a_dimension_counts_when_one_of_its_columns_is_read():
    sliced = lineage("fct_orders.net, dim_customers.segment")
    assert Edge("dim_customers", "state_orders", "mart", "state") in sliced.edges()
    assert sliced.sources("revenue") == ["shop.customers", "shop.orders", "till.orders"]
    assert lineage().sources("revenue") == ["shop.orders", "till.orders"]


def test_an_entity_that_is_joined_for_some_columns_counts_when_one_of_them_is_read():
    assert lineage().entities("revenue") == ["orders"]
    assert lineage("fct_orders.net, fct_orders.returned").entities("revenue") == ["orders", "refunds"]


def test_a_fact_that_is_made_of_another_reads_all_of_it():
    assert lineage("fct_order_days.customer_id").entities("revenue") == ["orders", "refunds"]


@pytest.mark.parametrize(
    ("constants", "sources"),
    [
        ({"channel": ["web"]}, ["shop.orders"]),
        ({"channel": ["store", "phone"]}, ["shop.orders", "till.orders"]),
        ({"is_web": ["true"]}, ["shop.orders"]),
        ({"is_web": ["false"]}, ["shop.orders", "till.orders"]),
        ({"is_web": ["true"], "channel": ["store", "web"]}, ["shop.orders"]),
        ({"channel": ["fax"]}, []),
        ({"net": ["0"]}, ["shop.orders", "till.orders"]),
    ],
)
def test_a_table_whose_rows_cannot_pass_the_filter_does_not_count(constants, sources):
    assert lineage(**constants).sources("revenue") == sources


def test_an_entity_that_no_table_feeds_is_missing_if_the_kpi_has_no_value_without_it():
    assert lineage().missing("revenue") == []
    assert lineage(channel=["fax"]).missing("revenue") == ["orders"]
    assert lineage("fct_leads.lead_id", "leads", "state_leads").missing("revenue") == ["leads"]
    assert lineage(entities="orders, refunds").missing("revenue") == [], "refunds are not read"


def test_days_follow_the_events_of_the_tables_that_count_by_their_own_names():
    assert lineage("fct_orders.net, fct_orders.returned").events("revenue") == {"shop.orders", "till.orders"}
    assert lineage(channel=["web"]).events("revenue") == {"shop.orders"}
    assert lineage("fct_leads.lead_id").events("revenue") == set()


def test_whatever_is_on_the_way_bears_on_the_kpi_and_what_is_not_does_not():
    found, nobody = lineage("fct_orders.net, dim_customers.segment", channel=["web"]), set()
    for name in ("shop.orders", "stg_shop__orders", "int_orders", "fct_orders", "dim_customers", "state_orders"):
        assert found.kpis_of(name) == {"revenue"}, name
    for name in ("till.orders", "stg_till__orders", "shop.refunds", "int_refunds", "fct_leads", "no_such_model"):
        assert found.kpis_of(name) == nobody, name
    assert found.kpis_of("revenue") == {"revenue"}


def test_a_table_staged_from_anothers_landing_is_known_by_both_names():
    found = lineage("fct_orders.returned", channel=["store"])
    assert found.sources("revenue") == ["shop.orders", "till.orders"], "shop.orders is where the refunds land"
    assert found.kpis_of("shop.refunds") == found.kpis_of("shop.orders") == {"revenue"}
    assert found.kpis_of("stg_shop__orders") == set()


def test_a_calendar_and_the_values_bear_on_every_kpi():
    for name in ("time_spine", "calendar", "kpi_catalog"):
        assert lineage().kpis_of(name) == {"revenue"}


def test_a_state_that_is_made_of_another_is_on_the_way_and_the_calendar_is_not():
    ends = {(edge.start, edge.end) for edge in lineage(states="state_orders_mtd").edges()}
    assert {
        ("fct_orders", "state_orders"),
        ("state_orders", "state_orders_mtd"),
        ("state_orders_mtd", "revenue"),
    } < ends
    assert not {start for start, _ in ends} & {"time_spine", "calendar", "dim_customers"}


def test_a_kpi_that_no_system_feeds_has_a_way_without_a_raw_table():
    leads = lineage("fct_leads.lead_id", "leads", "state_leads")
    assert leads.sources("revenue") == []
    assert [(edge.start, edge.end) for edge in leads.edges()] == [
        ("fct_leads", "state_leads"),
        ("int_leads", "fct_leads"),
        ("state_leads", "revenue"),
    ]


def test_a_manifest_without_compiled_kpis_has_none():
    assert Lineage({"nodes": {}, "sources": {}}, Sources(Path("sources.yml"), {})).kpis == []
