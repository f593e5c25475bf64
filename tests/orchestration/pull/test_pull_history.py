"""What is new at a source lands once, whatever happens to its files between pulls."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

if TYPE_CHECKING:
    from shop_company import Shop

pytestmark = pytest.mark.fast

HEADER = "id,at,amount,units\n"


def lines(*ids: str) -> str:
    return "".join(f"{i},2026-01-01,1.5,1\n" for i in ids)


def test_files_of_one_pull_share_a_batch_whose_footer_says_what_it_holds(shop: Shop) -> None:
    shop.declare(cursor="at", mode="upsert")
    for day in range(1, 31):
        shop.put(f"{day:02}.csv", HEADER + f"{day},2026-01-{day:02} 12:00:00,1.5,1\n")
    result = shop.pull()
    assert result.batches == ("20260101T010000000000-000",)
    footer = shop.landed_batches()[0].footer
    assert (footer.rows_in, footer.rows, footer.watermark) == (30, 30, "2026-01-30 12:00:00")
    assert [file.origin.path for file in footer.files] == [f"files/{day:02}.csv" for day in range(1, 31)]


def test_every_table_has_a_zero_row_batch_with_its_declared_columns(shop: Shop) -> None:
    shop.pull()
    assert shop.schema().names == ["id", "at", "amount", "units"]
    shop.declare(columns={"id": "string", "units": "double"})
    shop.pull()
    assert shop.schema().remove_metadata() == pa.schema([("id", pa.string()), ("units", pa.float64())])


def test_a_new_file_lands_beside_what_is_there(shop: Shop) -> None:
    shop.put("a.csv", HEADER + lines("a"))
    shop.pull()
    shop.put("b.csv", HEADER + lines("b"))
    assert shop.pending()
    assert shop.pull().rows_in == 1
    assert shop.ids() == ["a", "b"]
    assert not shop.pending()


def test_a_file_that_grew_is_read_from_where_it_ended(shop: Shop) -> None:
    shop.put("a.csv", HEADER + lines("a"))
    shop.pull()
    shop.put("a.csv", HEADER + lines("a", "b") + "c,bad,1,1\n")
    assert shop.pull().rows_in == 2
    assert shop.ids() == ["a", "b"]
    assert [(row["_row"], row["_file"]) for row in shop.rejected_rows()] == [(3, "files/a.csv")]
    shop.put("a.csv", HEADER + lines("a", "b") + "c,bad,1,1\n" + lines("d"))
    assert shop.pull().rows_in == 1
    assert shop.ids() == ["a", "b", "d"]


def test_a_broken_row_in_grown_text_is_named_by_its_line_in_the_file(shop: Shop) -> None:
    shop.put("a.csv", HEADER + lines("a", "b"))
    shop.pull()
    shop.put("a.csv", HEADER + lines("a", "b", "c") + "d,1\n")
    assert shop.pull().rejected == (("files/a.csv", "line 5: Expected 4 columns, got 2"),)


def test_json_lines_may_grow_by_an_object_that_lacks_a_field(shop: Shop) -> None:
    shop.declare(path="files/*.jsonl")
    whole = '{"id": "a", "at": null, "amount": 1, "units": 1}\n'
    shop.put("a.jsonl", whole)
    shop.pull()
    shop.put("a.jsonl", whole + '{"id": "b"}\n')
    assert (shop.pull().rows_in, shop.ids()) == (1, ["a", "b"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (lines("a"), lines("b")),
        (lines("a").rstrip("\n"), lines("a", "b")),
        (lines("a", "b"), lines("b")),
        (lines("a", "b"), lines("x", "b", "c")),
    ],
    ids=["same size", "ended inside a line", "shrank", "grew but changed too"],
)
def test_a_file_that_changed_is_read_whole(shop: Shop, before: str, after: str) -> None:
    shop.put("a.csv", HEADER + before)
    shop.pull()
    first = len(shop.ids())
    shop.put("a.csv", HEADER + after)
    shop.pull()
    assert shop.ids()[first:] == [line[0] for line in after.splitlines()]


def test_a_change_that_keeps_size_and_modification_time_is_seen(shop: Shop) -> None:
    path = shop.put("a.csv", HEADER + lines("a"))
    os.utime(path, (1, 1))
    time.sleep(0.15)
    shop.pull()
    shop.put("a.csv", HEADER + lines("b"))
    os.utime(path, (1, 1))
    assert shop.pending()
    assert (shop.pull().rows_in, shop.ids()) == (1, ["a", "b"])


def test_a_touched_file_is_not_new(shop: Shop) -> None:
    path = shop.put("a.csv", HEADER + lines("a"))
    time.sleep(0.15)
    shop.pull()
    os.utime(path, (1, 1))
    assert not shop.pending()
    assert shop.pull().new_files == 0


def test_a_file_that_returns_to_older_content_lands_again(shop: Shop) -> None:
    for content in ("a", "b", "a"):
        shop.put("a.csv", HEADER + lines(content))
        shop.pull()
    assert shop.ids() == ["a", "b", "a"]


def test_a_copy_or_renamed_file_lands_and_staging_removes_the_repeats(shop: Shop) -> None:
    path = shop.put("a.csv", HEADER + lines("a"))
    shop.pull()
    path.rename(path.with_name("b.csv"))
    shop.pull()
    assert shop.ids() == ["a", "a"]


def test_no_matching_file_fails_the_table_and_keeps_its_data(shop: Shop) -> None:
    path = shop.put("a.csv", HEADER + lines("a"))
    shop.pull()
    path.unlink()
    failed = shop.pull().failed or ""
    assert failed.startswith("no file matches files/*.csv (relative to ")
    assert shop.ids() == ["a"]
    assert not shop.pending()


def test_an_added_column_lands_by_name_whatever_its_place(shop: Shop) -> None:
    shop.put("a.csv", HEADER + lines("a"))
    shop.put("b.csv", "note,units,amount,at,id\nhi,1,1,,b\n")
    shop.put("c.csv", HEADER + lines("c"))
    shop.pull()
    assert [(row["id"], row.get("note")) for row in shop.rows()] == [("a", None), ("b", "hi"), ("c", None)]


def test_a_renamed_column_rejects_that_file_only_until_it_is_put_right(shop: Shop) -> None:
    shop.put("a.csv", HEADER + lines("a"))
    shop.put("b.csv", HEADER.replace("amount", "total") + lines("b"))
    reason = (("files/b.csv", "column amount is missing; it has at, id, total, units"),)
    first = shop.pull()
    assert (first.rejected, first.rows_in, first.rows_landed, first.rows_quarantined) == (reason, 2, 1, 1)
    again = shop.pull()
    assert (again.rejected, again.new_files, again.rows_in) == (reason, 0, 0)
    assert not shop.pending()
    shop.put("b.csv", HEADER + lines("b"))
    assert shop.pull().rejected == ()
    assert shop.ids() == ["a", "b"]


def test_a_rejected_file_is_tried_again_when_the_declaration_changes(shop: Shop) -> None:
    shop.put("a.csv", "id,at\na,1/5/2026\n" + "b,31/12/2026\n" * 30)
    shop.declare(columns={"id": "string", "at": {"type": "date", "format": "%m/%d/%Y"}})
    reason = shop.pull().rejected[0][1]
    assert reason == (
        "30 of 31 rows do not fit, more than 20 rows and 5% allowed; "
        "first row 2: at: '31/12/2026' is not a date as %m/%d/%Y"
    )
    assert shop.rows() == []
    shop.declare(columns={"id": "string", "at": {"type": "date", "format": "%d/%m/%Y"}})
    assert (shop.pull().rejected, len(shop.ids())) == ((), 31)


def test_few_bad_rows_are_set_apart_and_the_rest_lands(shop: Shop) -> None:
    shop.put("a.csv", HEADER + lines("a") + "b,2026-02-30,1,1\n,2026-01-01,1,1\nd,,x,1\n")
    result = shop.pull()
    assert (result.rows_in, result.rows_landed, result.rows_quarantined, result.rejected) == (4, 1, 3, ())
    assert [(row["_row"], row["_rule"], row["_reason"].split(":")[0]) for row in shop.rejected_rows()] == [
        (2, "wrong_type", "at"),
        (3, "missing_key", "id"),
        (4, "wrong_type", "amount"),
    ]
    assert shop.rejected_rows()[0]["at"] == "2026-02-30"
    [(file, what)] = result.set_apart
    assert file == "files/a.csv"
    assert what.startswith("3 of 4 rows do not fit; first row 2: at: '2026-02-30' is not a ")


def test_a_file_that_cannot_be_read_is_refused_alone(shop: Shop) -> None:
    shop.put("a.csv", HEADER + lines("a"))
    (shop.folder / "files" / "b.csv").symlink_to("/proc/self/mem")  # reading it fails, even for root
    first = shop.pull()
    assert (first.rows_landed, first.rejected) == (1, (("files/b.csv", "cannot be read: Input/output error"),))


def test_an_added_column_after_a_file_without_rows_is_kept(shop: Shop) -> None:
    shop.put("a.csv", HEADER)
    shop.put("b.csv", HEADER.rstrip("\n") + ",note,_row\nb,,,,hi,9\nc,bad,,,hi,9\n")
    shop.pull()
    assert [row["note"] for row in shop.rows()] == ["hi"]
    assert [row["_row"] for row in shop.rejected_rows()] == [2]


def test_pulls_are_ordered_even_when_the_clock_goes_back(shop: Shop) -> None:
    shop.put("a.csv", HEADER + lines("a"))
    shop.pull()
    shop.clock = datetime(2020, 1, 1, tzinfo=UTC)
    shop.put("b.csv", HEADER + lines("b"))
    shop.pull()
    assert shop.ids() == ["a", "b"]


def test_a_snapshot_is_all_files_in_one_batch_or_nothing(shop: Shop) -> None:
    shop.declare(mode="snapshot")
    shop.put("a.csv", HEADER + lines("a"))
    shop.put("b.csv", HEADER + lines("b"))
    assert len(shop.pull().batches) == 1
    assert shop.pull().new_files == 0
    shop.put("b.csv", HEADER + lines("c"))
    shop.pull()
    assert shop.ids() == ["a", "b", "a", "c"]
    shop.put("a.csv", "id\nz\n")
    assert (len(shop.pull().rejected), len(shop.pull().rejected), len(shop.ids())) == (1, 1, 4)


def test_a_snapshot_without_one_of_its_files_is_new(shop: Shop) -> None:
    shop.declare(mode="snapshot")
    shop.put("a.csv", HEADER + lines("a"))
    gone = shop.put("b.csv", HEADER + lines("b"))
    shop.pull()
    gone.unlink()
    shop.pull()
    assert shop.ids() == ["a", "b", "a"]


def test_every_delivery_of_groups_is_a_pull_of_its_own_and_read_whole(shop: Shop) -> None:
    shop.declare(key=None, replaces=["id"])
    shop.put("a.csv", HEADER + lines("x", "x"))
    shop.put("b.csv", HEADER + lines("x"))
    assert shop.pull().batches == ("20260101T010000000000-000", "20260101T010000000001-000")
    assert [b.footer.pull for b in shop.landed_batches()] == ["20260101T010000000000", "20260101T010000000001"]
    shop.put("b.csv", HEADER + lines("x", "x", "x"))
    assert shop.pull().rows_in == 3


def test_a_file_that_landed_in_parts_lands_whole_once_it_is_declared_a_snapshot(shop: Shop) -> None:
    shop.declare(columns={"id": "string"})
    for content in ("id\n1\n", "id\n1\n2\n"):
        shop.put("a.csv", content)
        shop.pull()
    shop.declare(columns={"id": "string"}, mode="snapshot")
    assert shop.pull().rows_landed == 2
    assert shop.pull().rows_landed == 0


def test_parquet_columns_of_two_types_land_in_two_batches(shop: Shop) -> None:
    shop.declare(path="files/*.parquet", columns={"id": "string", "amount": "decimal"})
    for name, extra in (("a", [1]), ("b", ["x"]), ("c", ["y"])):
        pq.write_table(pa.table({"id": [name], "amount": [0.1], "n": extra}), shop.folder / "files" / f"{name}.parquet")
    assert len(shop.pull().batches) == 2
    assert [(row["n"], row["amount"]) for row in shop.rows()] == [
        (1, Decimal("0.1")),
        ("x", Decimal("0.1")),
        ("y", Decimal("0.1")),
    ]


def test_a_foreign_file_in_the_landing_is_named(shop: Shop) -> None:
    shop.pull()
    pq.write_table(pa.table({"a": [1]}), shop.folder / "data" / "raw" / "shop" / "orders" / "x.parquet")
    with pytest.raises(ValueError, match=r"x\.parquet: is not a batch of this landing"):
        shop.pull()
