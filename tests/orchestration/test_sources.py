# ruff: noqa: E501 - a message is one line, and here it can be read as the user reads it
"""sources.yml: what it declares, and every mistake in it by file, line and place."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from expectations.columns import Column
from orchestration.company import REPOSITORY, load_company
from orchestration.declarations.sources import ENTITIES, load_sources
from orchestration.errors import UsageError

pytestmark = pytest.mark.fast

GOOD = """\
as_of: 2026-06-30
systems:
  shop:
    connector: files
    time_zone: Europe/Madrid
    currency: EUR
    tables:
      orders:
        entity: orders
        path: orders/*.csv.gz
        key: [id]
        mode: upsert
        cursor: at
        deletions: gone
        freshness: 24h
        columns:
          id: string
          at: {type: timestamp, format: "%d/%m/%Y %H:%M"}
          gone: boolean
      lines:
        entity: order_lines
        staged_from: orders
        freshness: 7d
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "sources.yml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_declaration_says_how_a_table_lands(tmp_path: Path) -> None:
    table = load_sources(written(tmp_path, GOOD)).table("shop", "orders")
    assert (table.format, table.key, table.mode, table.freshness) == ("csv", ("id",), "upsert", timedelta(hours=24))
    assert table.required == {"id", "at"}
    assert table.columns[1] == Column("at", "timestamp", "%d/%m/%Y %H:%M")


def test_a_column_may_have_a_name_that_yaml_reads_as_a_boolean(tmp_path: Path) -> None:
    table = load_sources(
        written(tmp_path, GOOD.replace("          id: string", "          id: string\n          on: date"))
    )
    assert [column.name for column in table.table("shop", "orders").columns] == ["id", "on", "at", "gone"]


def test_a_staged_table_is_another_view_of_its_origin(tmp_path: Path) -> None:
    sources = load_sources(written(tmp_path, GOOD))
    assert [table.name for table in sources.pulled()] == ["orders"]
    assert sources.dbt_vars_sources()["shop"]["lines"] == {
        "entity": "order_lines",
        "key": ["id"],
        "replaces": [],
        "mode": "upsert",
        "cursor": "at",
        "deletions": "gone",
        "time_zone": "Europe/Madrid",
        "currency": "EUR",
        "from": "orders",
        "columns": {"id": "string", "at": "timestamp", "gone": "boolean"},
    }


def test_every_entity_is_named_even_when_nothing_feeds_it(tmp_path: Path) -> None:
    entities = load_sources(written(tmp_path, GOOD)).entities()
    assert tuple(entities) == ENTITIES
    assert (entities["orders"], entities["refunds"]) == ([["shop", "orders"]], [])


def test_the_samples_declaration_is_valid_and_feeds_every_entity() -> None:
    sources = load_sources(load_company().sources_path)
    assert all(sources.entities().values())


@pytest.mark.parametrize(
    ("as_of", "file"),
    [
        ("2026-06-30", None),
        ("2026-06-30 02:00:00+02:00", None),
        ("{file: now}", "2026-06-30T00:00:00Z\n"),
        ("{file: now}", "2026-06-30"),
    ],
)
def test_the_default_as_of_is_utc(tmp_path: Path, as_of: str, file: str | None) -> None:
    (tmp_path / "now").write_text(file or "")
    sources = load_sources(written(tmp_path, GOOD.replace("2026-06-30", as_of, 1)))
    assert sources.default_as_of() == datetime(2026, 6, 30, tzinfo=UTC)


def test_without_an_as_of_now_is_the_clock(tmp_path: Path) -> None:
    sources = load_sources(written(tmp_path, GOOD.removeprefix("as_of: 2026-06-30\n")))
    assert abs(sources.default_as_of() - datetime.now(UTC)) < timedelta(minutes=1)


def test_an_as_of_file_that_is_absent_or_wrong_is_named(tmp_path: Path) -> None:
    sources = load_sources(written(tmp_path, GOOD.replace("2026-06-30", "{file: now}", 1)))
    with pytest.raises(UsageError, match=r"as_of: the file .*now does not exist"):
        sources.default_as_of()
    (tmp_path / "now").write_text("soon")
    with pytest.raises(UsageError, match="as_of: is not a timestamp; write one such as"):
        sources.default_as_of()


ENTITY_LIST = ", ".join(ENTITIES)
TABLE_FIELDS = "entity, path, format, key, replaces, mode, cursor, deletions, freshness, max_rejected, holds, columns"


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("entity: orders", "entity: order", f"9: shop.orders.entity: 'order' is not allowed; use one of {ENTITY_LIST}"),
        ("connector: files", "connector: ftp", "4: shop.connector: 'ftp' is not allowed; use one of files"),
        ("    connector: files\n", "", "3: shop.connector: is missing; use one of files"),
        (
            "Europe/Madrid",
            "Europe/Atlantis",
            "5: shop.time_zone: 'Europe/Atlantis' is not a time zone; use an IANA name such as Europe/Madrid or UTC",
        ),
        ("    time_zone: Europe/Madrid\n", "", "3: shop.time_zone: None is not a time zone; use an IANA name such as Europe/Madrid or UTC"),
        ("currency: EUR", "currency: euro", "6: shop.currency: 'euro' is not a currency; use an ISO 4217 code such as EUR"),
        ("mode: upsert", "mode: merge", "12: shop.orders.mode: 'merge' is not allowed; use one of append, upsert, snapshot"),
        ("id: string", "id: text", "17: shop.orders.columns.id: 'text' is not allowed; use one of string, integer, decimal, double, boolean, date, timestamp"),
        ("type: timestamp,", "type: string,", "18: shop.orders.columns.at.format: is allowed for date and timestamp only"),
        ('"%d/%m/%Y %H:%M"', "dmy", "18: shop.orders.columns.at.format: 'dmy' is not a strptime pattern; write one such as %d/%m/%Y"),
        ("key: [id]", "key: [nr]", "11: shop.orders.key: 'nr' is not among columns; use one of id, at, gone"),
        ("key: [id]", "key: id", "11: shop.orders.key: 'id' is not allowed; write a list of columns such as [order_id]"),
        ("cursor: at", "cursor: seen", "13: shop.orders.cursor: 'seen' is not among columns; use one of id, at, gone"),
        ("deletions: gone", "deletions: id", "14: shop.orders.deletions: column id is string; it must be boolean"),
        ("24h", "1 day", "15: shop.orders.freshness: '1 day' is not a time span; write hours or days such as 24h or 7d"),
        (
            "        key: [id]\n",
            "",
            "8: shop.orders: has neither key nor replaces; declare one: the columns that name a row, or the group that a delivery replaces",
        ),
        (
            "key: [id]",
            "key: [id]\n        replaces: [id]",
            "8: shop.orders: has both key and replaces; declare one: the columns that name a row, or the group that a delivery replaces",
        ),
        ("mode: upsert", "max_rejected: 5%", "12: shop.orders.max_rejected: '5%' is not a share; write a number from 0 to 1"),
        ("staged_from: orders", "staged_from: order", "22: shop.lines.staged_from: 'order' is not a pulled table of this system; use one of orders"),
        ("staged_from: orders", "staged_from: orders\n        key: [id]", "23: shop.lines.key: is not a field; use one of staged_from, entity, freshness, holds"),
        ("mode: upsert", "color: red", f"12: shop.orders.color: is not a field; use one of {TABLE_FIELDS}"),
        ("orders:\n", "Orders:\n", "8: shop.Orders: 'Orders' is not allowed; a name is lower-case letters, digits and _, and starts with a letter"),
        ("orders/*.csv.gz", "orders/*.xlsx", "10: shop.orders.path: 'orders/*.xlsx' ends in none of .csv, .jsonl, .parquet; declare format: one of csv, jsonl, parquet"),
        ("        path: orders/*.csv.gz\n", "", "8: shop.orders.path: is missing; write a glob relative to this file, such as extracts/*.csv"),
        ("mode: upsert", "holds: {kind: nps}", "12: shop.orders.holds.kind: 'nps' is not allowed; write a list of the values that rows have, such as [employee]"),
        ("as_of: 2026-06-30", "as_of: soon", "1: as_of: 'soon' is not a time; write a timestamp or {file: path}"),
        ("currency: EUR", "currency: EUR\n    currency: USD", "7: shop.currency: is declared twice"),
        ("    tables:\n", "    tables: {}\n    table:\n", "7: shop.tables: is missing or empty; write a mapping of name to declaration"),
    ],
)  # fmt: skip
def test_a_mistake_is_named_by_file_line_and_place(tmp_path: Path, old: str, new: str, error: str) -> None:
    path = written(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(UsageError) as raised:
        load_sources(path)
    assert f"{path}:{error}" in str(raised.value).splitlines()


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(tmp_path: Path) -> None:
    text = GOOD.replace("upsert", "merge").replace("files", "ftp").replace("24h", "soon")
    with pytest.raises(UsageError) as raised:
        load_sources(written(tmp_path, text))
    assert [line.split(":")[1] for line in str(raised.value).splitlines()] == ["4", "12", "15"]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("systems: {\n", ":2: is not YAML: "),
        ("a: b: c\n", ":1: is not YAML: mapping values are not allowed here"),
        ("- a\n", ":1: must be a mapping with the fields as_of, systems"),
        ("", ": systems: is missing or empty; write a mapping of name to declaration"),
    ],
)
def test_a_file_that_is_no_declaration_is_named(tmp_path: Path, text: str, error: str) -> None:
    with pytest.raises(UsageError) as raised:
        load_sources(written(tmp_path, text))
    assert error in str(raised.value)
    assert len(str(raised.value).splitlines()) == 1


def test_a_missing_file_and_an_undeclared_table_are_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"sources\.yml: the file does not exist; it declares what is pulled"):
        load_sources(tmp_path / "sources.yml")
    with pytest.raises(UsageError, match=r"shop\.order: is not declared; use one of shop\.orders, shop\.lines"):
        load_sources(written(tmp_path, GOOD)).table("shop", "order")


def test_errors_name_the_file_from_where_one_stands() -> None:
    path = REPOSITORY / "data" / "sources.yml"
    with pytest.raises(UsageError, match=r"sources\.yml: a\.b: is not declared"):
        load_sources(path).table("a", "b")
