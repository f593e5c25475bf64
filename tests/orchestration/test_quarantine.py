"""The command lists what did not land without personal data, and what it replays reaches the mart with the next run."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
import yaml
from corner_shop import CornerShop

from orchestration.company import load_company
from orchestration.pulling.pull import pull_table

pytestmark = pytest.mark.slow

SUITE = {"rows": {"small_sale": {"expect_column_values_to_be_between": {"column": "net", "max_value": 50}}}}


def expect(shop: CornerShop, suite: dict) -> None:
    path = shop.folder / "expectations" / "till" / "orders.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(suite))


def pull(shop: CornerShop) -> None:
    pull_table(load_company(shop.folder), "till", "orders")


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CornerShop:
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)
    shop = CornerShop.open(tmp_path)
    expect(shop, SUITE)
    shop.deliver("2026-03-09", ["4,cai,2026-03-09 10:00:00,100", "5,cai,yesterday,1", "6,ana,2026-03-09 10:00:00,70"])
    (shop.folder / "till" / "2026-03-10.csv").write_text("id,customer,sold_at\n5,ana,2026-03-10 10:00:00\n")
    return shop


def test_nothing_is_quarantined_before_anything_was_pulled(shop: CornerShop) -> None:
    assert "nothing is quarantined" in shop.kpi("quarantine", "list")
    assert "nothing landed" in shop.kpi("quarantine", "replay")


def test_the_list_counts_rows_by_rule_and_names_refused_deliveries(shop: CornerShop) -> None:
    pull(shop)
    found = json.loads(shop.kpi("quarantine", "list", "till.orders", "--format", "json", "--lang", "es"))
    assert [(row["table"], row["rule"], row["rows"]) for row in found["rows"]] == [
        ("till.orders", "small_sale", 2),
        ("till.orders", "wrong_type", 1),
    ]
    assert found["rows"][0]["example"].startswith("till/2026-03-09.csv, row 1: net: ")
    assert found["rows"][1]["reason"] == "un valor no es del tipo debido"
    [refused] = found["refused"]
    assert (refused["rule"], refused["path"], refused["rows"]) == ("missing_column", "till/2026-03-10.csv", 1)
    told = list(csv.DictReader(io.StringIO(shop.kpi("quarantine", "list", "--format", "csv"))))
    assert [row["rule"] for row in told] == ["small_sale", "wrong_type", "missing_column"]
    assert "small_sale" in shop.kpi("quarantine", "list")


def test_an_unknown_table_or_rule_is_a_usage_error(shop: CornerShop) -> None:
    pull(shop)
    assert "did you mean till.orders?" in shop.kpi("quarantine", "list", "till.order", code=2)
    assert "did you mean small_sale?" in shop.kpi("quarantine", "replay", "--rule", "small_sales", code=2)


def test_personal_data_is_in_no_list(shop: CornerShop) -> None:
    declared = (shop.folder / "sources.yml").read_text()
    private = declared.replace("customer: string", "customer: {type: integer, pii: true}")
    (shop.folder / "sources.yml").write_text(private)
    shop.deliver("2026-03-10", ["7,Ana María Ruiz,2026-03-10 10:00:00,1"])
    pull(shop)
    for form in ("table", "json", "csv"):
        assert "Ruiz" not in shop.kpi("quarantine", "list", "--format", form)


def test_what_is_replayed_reaches_the_mart_as_if_it_had_landed_at_once(shop: CornerShop) -> None:
    shop.kpi("run")
    before = shop.revenue()
    expect(shop, {"rows": {"small_sale": {"expect_column_values_to_be_between": {"column": "net", "max_value": 90}}}})
    said = shop.kpi("quarantine", "replay")
    assert "till.orders: 1 of 3 quarantined rows landed" in said
    assert "till/2026-03-10.csv: refused again: column net is missing" in said
    assert "0 of 2 quarantined rows landed" in shop.kpi("quarantine", "replay", "till.orders")
    (shop.folder / "till" / "2026-03-10.csv").unlink()
    output = shop.kpi("run")
    assert "set apart: till.orders: small_sale: 1 row is set apart" in output
    assert "not delivered" not in output
    assert [value for _, value in shop.revenue()] == [before[0][1], before[1][1] + 70]
    assert shop.ask("select rows_landed, rows_quarantined from kpi_sources order by rows_landed") == [(3, 4), (4, 2)]
    assert shop.ask("select rule, sum(rows) from kpi_quarantine group by rule order by rule") == [
        ("missing_column", 1),
        ("small_sale", 3),
        ("wrong_type", 2),
    ]
    incremental = [tuple(row[:-1]) for row in shop.ask("select * from kpi_values order by all")]
    shop.kpi("run", "--full-refresh")
    assert [tuple(row[:-1]) for row in shop.ask("select * from kpi_values order by all")] == incremental
