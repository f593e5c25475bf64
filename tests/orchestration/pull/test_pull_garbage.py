"""Whatever a file holds, every row of it is landed or set apart, and no value is changed on the way."""

from __future__ import annotations

import csv
import io
import re
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shop_company import Shop

pytestmark = pytest.mark.fast

INTEGER = re.compile(r"[+-]?\d+(\.0*)?")
texts = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=6)
values = st.one_of(texts, st.integers().map(str), st.sampled_from(['"', ",", "\n", "\r\n", "1.0", "0x1", "nan", " 7 "]))


def company(folder: str) -> Shop:
    (Path(folder) / "files").mkdir()
    (Path(folder) / "staging").mkdir()
    shop = Shop(Path(folder))
    shop.declare(columns={"id": "string", "units": "integer"}, max_rejected=1.0)
    return shop


def fits(key: str, units: str) -> bool:
    trimmed = units.strip(" ")
    whole = INTEGER.fullmatch(trimmed, 0) and trimmed.isascii()
    return bool(key.strip()) and (not trimmed or bool(whole and -(2**63) <= int(trimmed.split(".")[0]) < 2**63))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(values, values), max_size=30), st.integers(0, 30))
def test_rows_of_random_values_land_or_are_set_apart_as_they_came(rows: list[tuple[str, str]], cut: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = company(folder)
        for name, part in (("a.csv", rows[:cut]), ("b.csv", rows[cut:])):
            text = io.StringIO()
            csv.writer(text, quoting=csv.QUOTE_ALL).writerows([("id", "units"), *part])
            shop.put(name, text.getvalue())
        result = shop.pull()
        assert (result.rows_in, result.rejected) == (len(rows), ())
        assert shop.ids() == [key for key, units in rows if fits(key, units)]
        assert sorted((r["id"] or "", r["units"] or "") for r in shop.rejected_rows()) == sorted(
            row for row in rows if not fits(*row)
        )


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=80), st.sampled_from(["csv", "csv.gz", "jsonl", "jsonl.gz", "parquet"]))
def test_random_bytes_never_break_a_pull(content: bytes, ending: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        shop = company(folder)
        shop.declare(path=f"files/*.{ending}")
        shop.put(f"a.{ending}", content)
        first = shop.pull()
        assert first.failed is None
        assert shop.pull().rejected == first.rejected
