"""Every format lands with its declared types; what cannot be read is refused with file, line and reason."""

from __future__ import annotations

import gzip
import io
import json
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

if TYPE_CHECKING:
    from shop_company import Shop

pytestmark = pytest.mark.fast

HEADER = "id,at,amount,units\n"
ROW = {"id": "a", "at": datetime(2026, 1, 5, 10), "amount": Decimal("6.95"), "units": 2}
CSV = HEADER + "a,2026-01-05 10:00:00,6.95,2\n"
JSON = '{"id": "a", "at": "2026-01-05T10:00:00Z", "amount": 6.95, "units": 2}\n'


def zipped(text: str) -> bytes:
    """Compressed, and the same at any time of day: contents are in the tests' names."""
    return gzip.compress(text.encode(), mtime=0)


def parquet(table: pa.Table) -> bytes:
    sink = io.BytesIO()
    pq.write_table(table, sink)
    return sink.getvalue()


PARQUET = parquet(
    pa.table({"id": ["a"], "at": pa.array([ROW["at"]], pa.timestamp("ns", "UTC")), "amount": [6.95], "units": [2.0]})
)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", CSV),
        ("a.csv", "\ufeff" + CSV),
        ("a.csv", CSV.replace("\n", "\r\n")),
        ("a.csv", CSV.rstrip("\n")),
        ("a.csv", CSV.replace("6.95", '"6.95"')),
        ("a.csv", "amount,id,units,at\n 6.950000000 ,a,2.0,2026-01-05T11:00:00+01:00\n"),
        ("a.csv.gz", zipped(CSV)),
        ("a.csv.gz", zipped(HEADER) + zipped(CSV.removeprefix(HEADER))),
        ("a.jsonl", JSON),
        ("a.jsonl", "\ufeff" + JSON + "\n"),
        ("a.jsonl", JSON.replace("6.95", '"6.95"').rstrip("\n")),
        ("a.jsonl.gz", zipped(JSON)),
        ("a.parquet", PARQUET),
    ],
)
def test_a_row_lands_the_same_from_every_format(shop: Shop, name: str, content: str | bytes) -> None:
    shop.declare(path="files/" + name.replace("a.", "*."))
    shop.put(name, content)
    result = shop.pull()
    assert (result.rows_landed, result.new_files, result.rejected) == (1, 1, ())
    assert shop.rows() == [ROW]
    assert shop.pull().new_files == 0


def test_quoted_values_keep_their_line_breaks_commas_and_quotes(shop: Shop) -> None:
    shop.put("a.csv", HEADER + '"a\nb",2026-01-01,1,1\r\n"c,""d""",2026-01-01,1,1\n5" screen,2026-01-01,1,1\n')
    assert shop.pull().rejected == ()
    assert shop.ids() == ["a\nb", 'c,"d"', '5" screen']


def test_empty_values_are_null_and_blank_lines_are_no_rows(shop: Shop) -> None:
    shop.put("a.csv", HEADER + 'a,,"",\n\n')
    shop.pull()
    assert shop.rows() == [{"id": "a", "at": None, "amount": None, "units": None}]


def test_additional_columns_land_as_text_and_nested_values_as_json(shop: Shop) -> None:
    shop.declare(path="files/*.jsonl")
    fields = {
        "id": "a",
        "at": None,
        "amount": 1,
        "units": 1,
        "tags": ["x", 1.50],
        "vip": True,
        "n": 12345678901234567890,
    }
    shop.put("a.jsonl", json.dumps(fields))
    shop.pull()
    row = shop.rows()[0]
    assert (row["tags"], row["vip"], row["n"]) == ('["x",1.5]', "true", "12345678901234567890")


def test_a_column_without_a_name_gets_one(shop: Shop) -> None:
    shop.put("a.csv", ",id,at,amount,units\n0,a,,,\n")
    shop.pull()
    assert shop.rows()[0]["column_1"] == "0"


@pytest.mark.parametrize("name", ["a.csv", "a.jsonl", "a.parquet"])
def test_a_file_without_rows_is_read_once_and_is_no_error(shop: Shop, name: str) -> None:
    shop.declare(path="files/" + name.replace("a.", "*."))
    empty = parquet(pa.table({c: pa.array([], pa.string()) for c in ("id", "at", "amount", "units")}))
    shop.put(name, {"a.csv": HEADER, "a.jsonl": "", "a.parquet": empty}[name])
    result = shop.pull()
    assert (result.new_files, result.rejected, result.rows_in) == (1, (), 0)
    assert shop.pull().new_files == 0


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("b.csv", "", "is empty; a CSV file starts with a line of column names"),
        ("b.csv", CSV + "b,2026-01-05,1\n", "line 3: Expected 4 columns, got 3"),
        ("b.csv", HEADER + '"x\ny",,,\nb,1\n', "line 4: Expected 4 columns, got 2"),
        (
            "b.csv",
            CSV.encode() + b"\xff,2026-01-05,1,1\n",
            "line 3: CSV conversion error to string: invalid UTF8 data",
        ),
        ("b.csv", b"id,\xff,at,amount,units\n", "line 1: the header is not CSV in UTF-8: "),
        ("b.csv", CSV + 'b,2026-01-05,1,"1\n', "line 3: a quoted value is not CSV: unexpected end of data"),
        ("b.csv", "id,id,at,amount,units\n", "column id occurs more than once"),
        ("b.csv.gz", zipped(CSV)[:-9], "cannot be read: Compressed file ended before"),
        ("b.csv.gz", CSV, "cannot be read: Not a gzipped file"),
        ("b.jsonl", JSON + '{"id": "b"\n', "line 2: is not JSON in UTF-8: Expecting"),
        ("b.jsonl", JSON + "[1]\n", "line 2: is not a JSON object; every line holds one, {…}"),
        ("b.jsonl", JSON.encode() + b'{"id": "\xff"}\n', "line 2: is not JSON in UTF-8: 'utf-8' codec can't decode"),
        ("b.jsonl.gz", zipped(JSON)[:-9], "cannot be read: Compressed file ended before"),
        ("b.jsonl", JSON + '{"id": "\\ud800"}\n', "line 1 or later: a value holds half of a surrogate pair"),
        ("b.jsonl", "{}\n{}\n", "line 1: the objects have no fields"),
        ("b.jsonl", "[" * 100_000, "line 1: is not JSON in UTF-8: maximum recursion depth"),
        ("b.parquet", PARQUET[:-20], "is not a readable Parquet file: "),
        ("b.parquet", b"", "is not a readable Parquet file: "),
        ("b.csv", "id,at,total,units\na,,,\n", "column amount is missing; it has at, id, total, units"),
        ("b.jsonl", '{"id": "b"}\n', "columns at, amount, units are missing; it has id"),
        ("b.parquet", parquet(pa.table({"id": ["b"]})), "columns at, amount, units are missing; it has id"),
    ],
)
def test_a_bad_file_is_refused_by_name_and_the_others_land(
    shop: Shop, name: str, content: str | bytes, reason: str
) -> None:
    ending = name.removeprefix("b.")
    good = {"csv": CSV, "jsonl": JSON, "parquet": PARQUET}[ending.removesuffix(".gz")]
    good = good.encode() if isinstance(good, str) else good
    shop.declare(path=f"files/*.{ending}")
    shop.put(f"a.{ending}", gzip.compress(good) if ending.endswith(".gz") else good)
    shop.put(f"c.{ending}", gzip.compress(good) if ending.endswith(".gz") else good)
    shop.put(name, content)
    result = shop.pull()
    assert result.rows_landed == 2
    assert [path for path, _ in result.rejected] == [f"files/{name}"]
    assert result.rejected[0][1].startswith(reason)
