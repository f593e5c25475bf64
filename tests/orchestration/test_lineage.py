"""The way from raw tables to a KPI, read from dbt's graph."""

import pytest

from orchestration.publishing.lineage import Edge, Lineage, Reads

pytestmark = pytest.mark.fast

LAYERS = {"stg": "staging", "int": "intermediate", "fct": "marts", "dim": "marts", "time": "marts"}
LAYERS |= {"state": "kpi", "calendar": "kpi"}
GRAPH = {
    "stg_shop__orders": ["source.shop.orders"],
    "stg_shop__customers": ["source.shop.customers"],
    "stg_till__orders": ["source.till.orders"],
    "int_orders": ["stg_shop__orders", "stg_till__orders"],
    "int_customers": ["stg_shop__customers"],
    "int_leads": [],
    "calendar": [],
    "fct_orders": ["int_orders", "calendar"],
    "fct_leads": ["int_leads"],
    "dim_customers": ["int_customers"],
    "time_spine": ["calendar"],
    "state_orders": ["fct_orders", "dim_customers", "time_spine"],
    "state_orders_mtd": ["state_orders", "time_spine"],
    "state_leads": ["fct_leads"],
}
MANIFEST = {
    "sources": {
        f"source.{name}": {"source_name": name.split(".")[0], "name": name.split(".")[1]}
        for name in ("shop.orders", "shop.customers", "till.orders")
    },
    "nodes": {
        name: {
            "name": name,
            "resource_type": "model",
            "schema": LAYERS[name.split("_")[0]],
            "depends_on": {"nodes": parents},
        }
        for name, parents in GRAPH.items()
    },
}
REVENUE = Reads("revenue", ("fct_orders",), ("state_orders",))


def test_every_step_from_each_raw_table_is_an_edge_and_other_kpis_dimensions_are_not():
    assert Lineage(MANIFEST).edges([REVENUE]) == [
        Edge("fct_orders", "state_orders", "mart", "state"),
        Edge("int_orders", "fct_orders", "entity", "mart"),
        Edge("shop.orders", "stg_shop__orders", "source", "staging"),
        Edge("state_orders", "revenue", "state", "kpi"),
        Edge("stg_shop__orders", "int_orders", "staging", "entity"),
        Edge("stg_till__orders", "int_orders", "staging", "entity"),
        Edge("till.orders", "stg_till__orders", "source", "staging"),
    ]


def test_a_dimension_that_slices_a_kpi_is_on_its_way():
    sliced = Reads("revenue", ("dim_customers", "fct_orders"), ("state_orders",))
    assert Edge("dim_customers", "state_orders", "mart", "state") in Lineage(MANIFEST).edges([sliced])
    assert Lineage(MANIFEST).sources(sliced) == ["shop.customers", "shop.orders", "till.orders"]
    assert Lineage(MANIFEST).sources(REVENUE) == ["shop.orders", "till.orders"]


def test_a_state_that_is_made_of_another_is_on_the_way_and_the_calendar_is_not():
    edges = Lineage(MANIFEST).edges([Reads("to_date", ("fct_orders",), ("state_orders_mtd",))])
    ends = {(edge.start, edge.end) for edge in edges}
    assert {
        ("fct_orders", "state_orders"),
        ("state_orders", "state_orders_mtd"),
        ("state_orders_mtd", "to_date"),
    } < ends
    assert not {start for start, _ in ends} & {"time_spine", "calendar", "dim_customers"}


def test_a_kpi_that_no_system_feeds_has_a_way_without_a_raw_table():
    leads = Reads("leads", ("fct_leads",), ("state_leads",))
    assert Lineage(MANIFEST).sources(leads) == []
    assert [(edge.start, edge.end) for edge in Lineage(MANIFEST).edges([leads])] == [
        ("fct_leads", "state_leads"),
        ("int_leads", "fct_leads"),
        ("state_leads", "leads"),
    ]
