"""What moves under the facts: systems that share ids, days that come due, snapshots with gaps, types declared anew."""

from dataclasses import replace
from datetime import date, datetime

import pytest

from tests.dbt_project import lab as laboratory
from tests.dbt_project.lab import SCHEMA_PULL, Lab

pytestmark = pytest.mark.slow
NOW = datetime(2025, 4, 1)


def assert_as_if_built_whole(lab: Lab, as_of: datetime) -> None:
    incremental = lab.facts()
    lab.run(as_of, full_refresh=True)
    assert lab.facts() == incremental


def order(order_id: str, customer_id: str, day: int, net: int = 10, updated: int = 1):
    return {
        "order_id": order_id,
        "customer_id": customer_id,
        "created": datetime(2025, 3, day, 12),
        "status": "completed",
        "gross": net,
        "discount": 0,
        "net": net,
        "fx_rate": 1,
        "updated_at": datetime(2025, 3, updated),
        "deleted": False,
    }


def with_a_second_shop(lab: Lab) -> None:
    shop = lab.sources.systems["shop"]
    outlet = replace(shop, name="outlet", tables={"orders": replace(shop.tables["orders"], system="outlet")})
    lab.sources = replace(lab.sources, systems={**lab.sources.systems, "outlet": outlet})
    staging = lab.project / "models" / "staging"
    (staging / "outlet").mkdir()
    model = (staging / "shop" / "stg_shop__orders.sql").read_text().replace("'shop'", "'outlet'")
    (staging / "outlet" / "stg_outlet__orders.sql").write_text(model)
    source = "version: 2\nsources: [{name: outlet, schema: raw, tables: [{name: orders}]}]\n"
    (staging / "outlet" / "sources.yml").write_text(source)
    lab.land("outlet", "orders", [], pull=SCHEMA_PULL)


def test_a_changed_order_keeps_the_ranks_of_another_systems_order_of_the_same_id(tmp_path):
    lab = Lab(tmp_path / "lab")
    with_a_second_shop(lab)
    lab.land("shop", "orders", [order("1", "a", 1), order("5", "a", 2)])
    lab.land("outlet", "orders", [order("5", "c", 9), order("6", "c", 3)])
    lab.run(NOW)
    lab.land("shop", "orders", [order("1", "a", 1, net=7, updated=2)])
    lab.run(NOW)
    with lab.connect() as con:
        ranks = "select order_id, order_rank from marts.fct_orders where source_system = 'outlet' order by 1"
        assert con.execute(ranks).fetchall() == [("5", 2), ("6", 1)]
    assert_as_if_built_whole(lab, NOW)


def test_a_planned_day_of_spend_comes_due_when_it_begins_west_of_greenwich(tmp_path, monkeypatch):
    monkeypatch.setitem(laboratory.CALENDAR, "time_zone", "America/New_York")
    lab, spend = Lab(tmp_path / "lab"), {"campaign_id": "k", "platform": "cpc", "cost": 5, "fx_rate": 1}
    lab.land("ads", "spend", [spend | {"day": date(2025, 3, day)} for day in (3, 4)])
    for hour, days in ((2, 1), (12, 2)):
        lab.run(datetime(2025, 3, 4, hour))
        assert len(lab.facts()["fct_ad_spend"]) == days


def test_a_lead_and_a_refund_that_come_or_go_change_the_deals_and_lines_that_look_at_them(tmp_path):
    lab, early, late = Lab(tmp_path / "lab"), datetime(2025, 3, 5), datetime(2025, 3, 20)
    lead = {"lead_id": "l", "created_at": datetime(2025, 3, 10), "updated_at": datetime(2025, 3, 1)}
    deal = {"deal_id": "d", "lead_id": "l", "stage": "won", "created_at": datetime(2025, 3, 1), "amount": 3}
    refund = {"refund_id": "r", "product_id": "p", "refunded": early, "quantity": 1, "amount": 5, "fx_rate": 1}
    line = {"product_id": "p", "quantity": 2, "unit_price": 5, "updated_at": early, "deleted": False}
    lab.land("crm", "leads", [lead])
    lab.land("crm", "deals", [deal | {"closed_at": datetime(2025, 3, 4), "updated_at": early}])
    lab.land("shop", "orders", [order("1", "a", 1), order("2", "a", 2)])
    lab.land("shop", "order_lines", [line | {"line_id": f"l{n}", "order_id": n} for n in ("1", "2")])
    lab.land("shop", "refunds", [refund | {"order_id": "1"}])
    lab.run(early)
    lab.land("shop", "refunds", [refund | {"order_id": None}])
    lab.run(late)
    assert_as_if_built_whole(lab, late)


def test_an_order_given_to_another_customer_and_a_month_that_ends_change_the_months_of_both_customers(tmp_path):
    lab = Lab(tmp_path / "lab")

    def months() -> list[tuple]:
        query = "select customer_id, month_end_day, is_base, is_churned, margin_amount from marts.fct_customer_months"
        with lab.connect() as con:
            return con.execute(f"{query} order by 2, 1").fetchall()

    def ordered(order_id: str, customer_id: str, created: datetime, updated: int = 1):
        return order(order_id, customer_id, 1, updated=updated) | {"created": created, "cost": 4}

    january, february, march = date(2025, 1, 31), date(2025, 2, 28), date(2025, 3, 31)
    lab.land("shop", "orders", [ordered("1", "a", datetime(2024, 10, 3)), ordered("2", "a", datetime(2024, 12, 15))])
    lab.land("shop", "orders", [ordered("3", "b", datetime(2025, 2, 10))])
    lab.run(datetime(2025, 3, 31, 21))
    assert months() == [
        ("a", january, True, False, None),
        ("a", february, True, False, None),
        ("b", february, False, False, 6),
    ]

    lab.land("shop", "orders", [ordered("3", "a", datetime(2025, 2, 10), updated=2)])
    lab.run(datetime(2025, 3, 31, 22))  # midnight in Madrid
    assert months() == [
        ("a", january, True, False, None),
        ("a", february, True, False, 6),
        ("a", march, True, False, None),
    ]
    assert_as_if_built_whole(lab, datetime(2025, 3, 31, 22))

    lab.land("shop", "orders", [ordered("1", "a", datetime(2024, 10, 3), updated=3) | {"deleted": True}])
    lab.run(datetime(2025, 5, 1))
    assert months() == [("a", date(2025, 4, 30), True, False, None)], "the data now begin on December 15th"


def test_deals_and_analyses_that_move_to_another_market_and_employees_who_leave_change_what_they_touch(tmp_path):
    lab, now = Lab(tmp_path / "lab"), datetime(2025, 3, 20)
    deal = {
        "deal_id": "d",
        "stage": "won",
        "created_at": datetime(2025, 1, 5),
        "closed_at": datetime(2025, 1, 9),
        "amount": 3,
    }
    analysis = {"kind": "market_analysis", "occurred_at": datetime(2025, 2, 1)}
    employees = [{"employee_id": name, "department": "sales", "hired_on": date(2025, 1, 1)} for name in ("w1", "w2")]

    def markets() -> list[tuple]:
        return [(row[0], *row[3:]) for row in lab.facts()["fct_market_quarters"]]

    def changes() -> list[tuple]:
        return [(row[0], *row[3:]) for row in lab.facts()["fct_headcount_changes"] if row[3] != "awaited"]

    lab.land("crm", "deals", [deal | {"market": "PT", "updated_at": datetime(2025, 1, 9)}])
    lab.land("crm", "activities", [analysis | {"activity_id": name, "market": name} for name in ("PT", "IT")])
    lab.land("people", "employees", [employees[0] | {"left_on": date(2025, 4, 10)}, employees[1]])
    lab.run(now)
    assert markets() == [("IT", True, 0), ("PT", False, 0)]
    assert changes() == [("w1", "hired", date(2025, 1, 1), 1), ("w2", "hired", date(2025, 1, 1), 1)]

    lab.land(
        "crm", "deals", [deal | {"market": "IT", "updated_at": datetime(2025, 3, 1), "closed_at": datetime(2025, 3, 1)}]
    )
    lab.land("crm", "activities", [analysis | {"activity_id": "PT", "market": "FR"}])
    lab.land("people", "employees", [employees[0] | {"left_on": date(2025, 4, 10)}])
    lab.run(datetime(2025, 4, 10, 12))
    assert markets() == [("FR", True, 0), ("IT", True, 1)]
    assert changes() == [("w1", "hired", date(2025, 1, 1), 1), ("w1", "left", date(2025, 4, 10), -1)]
    assert_as_if_built_whole(lab, datetime(2025, 4, 10, 12))


def test_snapshots_that_arrive_between_two_runs_all_count_and_so_does_one_with_rejected_rows(tmp_path):
    lab = Lab(tmp_path / "lab")
    lab.land("shop", "products", [{"product_id": name, "category": "x"} for name in ("p1", "p2", "p3")])
    lab.run(NOW)
    lab.land("shop", "products", [{"product_id": name, "category": "x"} for name in ("p1", "p2")])
    lab.land("shop", "products", [{"product_id": "p1", "category": "y"}], rows_quarantined=1)
    lab.run(NOW)
    assert [row[::2][:2] for row in lab.facts()["dim_products"]] == [("p1", "y"), ("p2", "x")]
    assert_as_if_built_whole(lab, NOW)


def test_a_column_that_landed_as_text_before_it_was_declared_has_its_declared_type(tmp_path):
    lab = Lab(tmp_path / "lab")
    declared = lab.sources
    shop, table = declared.systems["shop"], declared.table("shop", "orders")
    undeclared = tuple(replace(c, type="string") if c.name == "cancelled" else c for c in table.columns)
    tables = {**shop.tables, "orders": replace(table, columns=undeclared)}
    lab.sources = replace(declared, systems={**declared.systems, "shop": replace(shop, tables=tables)})
    lab.land("shop", "orders", [order("1", "a", 1) | {"status": "cancelled", "cancelled": "2025-03-01 12:30:00"}])
    lab.sources = declared
    lab.land("shop", "orders", [order("2", "a", 2)])
    lab.run(NOW)
    assert [row[0] for row in lab.facts()["fct_orders"]] == ["2"]


def test_a_model_over_a_table_that_is_not_declared_is_named(tmp_path):
    lab = Lab(tmp_path / "lab")
    systems = {name: system for name, system in lab.sources.systems.items() if name != "ads"}
    lab.sources = replace(lab.sources, systems=systems)
    with pytest.raises(AssertionError, match=r"stg_ads__spend reads ads\.spend, which sources\.yml does not declare"):
        lab.dbt("parse")
