"""Casting by declared type, value by value, against answers written by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest

from expectations.casts import cast
from expectations.columns import Column
from expectations.split import split

pytestmark = pytest.mark.fast

WRONG = object()
T = datetime(2024, 5, 1, 10)


@pytest.mark.parametrize(
    ("kind", "value", "typed"),
    [
        ("integer", "12", 12),
        ("integer", " 12.0 ", 12),
        ("integer", "-9223372036854775808", -(2**63)),
        ("integer", "9223372036854775808", WRONG),
        ("integer", "12.5", WRONG),
        ("integer", "0x1F", WRONG),
        ("integer", "1,000", WRONG),
        ("integer", "", None),
        ("integer", 13085.0, 13085),
        ("integer", 1.5, WRONG),
        ("integer", float("nan"), None),
        ("decimal", "6.95", Decimal("6.95")),
        ("decimal", "1.2345670", Decimal("1.234567")),
        ("decimal", "1.2345678", WRONG),
        ("decimal", "1e3", Decimal(1000)),
        ("decimal", "1234567890123", WRONG),
        ("decimal", "nan", WRONG),
        ("decimal", 6.95, Decimal("6.95")),
        ("decimal", 0.1 + 0.2, Decimal("0.3")),
        ("decimal", 1e13, WRONG),
        ("decimal", 7, Decimal(7)),
        ("decimal", Decimal("1.10"), Decimal("1.1")),
        ("decimal", Decimal("1.2345678"), WRONG),
        ("integer", Decimal("2.00"), 2),
        ("integer", Decimal("2.50"), WRONG),
        ("string", Decimal("2.50"), "2.50"),
        ("double", "1e300", 1e300),
        ("double", "inf", WRONG),
        ("double", "nan", WRONG),
        ("double", float("nan"), None),
        ("double", float("inf"), WRONG),
        ("boolean", "Y", True),
        ("boolean", "no", False),
        ("boolean", "TRUE", True),
        ("boolean", "0", False),
        ("boolean", 1, True),
        ("boolean", "2", WRONG),
        ("date", "2024-02-29", date(2024, 2, 29)),
        ("date", "2023-02-29", WRONG),
        ("date", "24-02-29", WRONG),
        ("date", "2024-02-29 00:00:00", date(2024, 2, 29)),
        ("date", "2024-02-29 10:00:00", WRONG),
        ("date", "infinity", WRONG),
        ("date", T, WRONG),
        ("timestamp", "2024-05-01", datetime(2024, 5, 1)),
        ("timestamp", "2024-05-01T10:00:00", T),
        ("timestamp", "2024-05-01 10:00:00.123456789", T.replace(microsecond=123456)),
        ("timestamp", "2024-05-01T10:00:00Z", T),
        ("timestamp", "2024-05-01 12:00:00+02:00", T),
        ("timestamp", "2024-05-01 25:00:00", WRONG),
        ("timestamp", "epoch", WRONG),
        ("timestamp", 5, WRONG),
        ("timestamp", T.replace(tzinfo=UTC), T),
        ("timestamp", date(2024, 5, 1), datetime(2024, 5, 1)),
        ("string", "", ""),
        ("string", 12, "12"),
        ("string", [1, 2], "[1,2]"),
    ],
)
@pytest.mark.parametrize("beside", [None, "good"], ids=["alone", "beside a good value"])
def test_a_value_becomes_what_its_column_declares(kind: str, value: Any, typed: Any, beside: str | None) -> None:
    good = {"integer": "1", "decimal": "1", "double": "1", "boolean": "1", "string": "x"}.get(kind, "2024-01-01")
    values = pa.array([value, good] if beside and isinstance(value, str) else [value, None])
    found, wrong = cast(values, Column("c", kind))
    assert (wrong is not None and wrong[0].as_py()) == (typed is WRONG)
    assert found[0].as_py() == (None if typed is WRONG else typed)
    assert wrong is None or not wrong[1].as_py()


@pytest.mark.parametrize(
    ("pattern", "kind", "text", "typed"),
    [
        ("%m/%d/%Y", "date", "3/1/2017", date(2017, 3, 1)),
        ("%m/%d/%Y", "date", "13/1/2017", WRONG),
        ("%m/%d/%Y", "date", "2017-03-01", WRONG),
        ("%d.%m.%Y %H:%M", "timestamp", "01.05.2024 10:00", T),
        ("%Y-%m-%d %H:%M %z", "timestamp", "2024-05-01 12:00 +0200", T),
    ],
)
def test_a_declared_format_is_the_only_one_read(pattern: str, kind: str, text: str, typed: Any) -> None:
    found, wrong = cast(pa.array([text, ""]), Column("c", kind, pattern))
    assert found.to_pylist() == [None if typed is WRONG else typed, None]
    assert (wrong is not None) == (typed is WRONG)


def test_a_rejected_row_keeps_its_values_and_names_everything_that_is_wrong() -> None:
    rows = pa.table({"id": ["a", None, "c"], "at": ["2024-13-01", "2024-01-01", "2024-01-02"], "n": ["x", "1", "2"]})
    divided = split(rows, [Column("id", "string"), Column("at", "date"), Column("n", "integer")], {"id"})
    assert divided.kept.to_pylist() == [{"id": "c", "at": date(2024, 1, 2), "n": 2}]
    assert divided.rejected.to_pylist() == [
        {
            "id": "a",
            "at": "2024-13-01",
            "n": "x",
            "_row": 0,
            "_rule": "wrong_type",
            "_reason": "at: '2024-13-01' is not a date (YYYY-MM-DD); n: 'x' is not an integer",
        },
        {
            "id": None,
            "at": "2024-01-01",
            "n": "1",
            "_row": 1,
            "_rule": "missing_key",
            "_reason": "id: is empty; a key, replaces or cursor column may not be",
        },
    ]


def test_values_of_a_type_that_cannot_be_read_do_not_fit_and_do_no_harm() -> None:
    far = pa.array([2**62, None], pa.timestamp("s"))
    for kind in ("date", "timestamp", "integer"):
        found, wrong = cast(far, Column("c", kind))
        assert (found.to_pylist(), wrong and wrong.to_pylist()) == ([None, None], [True, False])
    wide = pa.array([Decimal("1.5")], pa.decimal256(50, 10))
    assert cast(wide, Column("c", "decimal"))[0].to_pylist() == [Decimal("1.5")]
    assert cast(pa.array(["12.0"]), Column("c", "integer"))[0].to_pylist() == [12]


def test_dictionary_and_large_text_are_read_like_text() -> None:
    coded = pa.table({"a": pa.array(["1", "2"]).dictionary_encode(), "b": pa.array(["x", "y"], pa.large_string())})
    kept = split(coded, [Column("a", "integer"), Column("b", "string")]).kept
    assert kept.schema == pa.schema([("a", pa.int64()), ("b", pa.string())])
    assert kept.to_pylist() == [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]


TEN = datetime(2026, 7, 1, 10)


@pytest.mark.parametrize(
    ("values", "format"),
    [
        (pa.array(["2026-07-01T08:00:00Z", "2026-07-01 10:00:00+02:00", "2026-07-01 10:00:00", None]), None),
        (pa.array(["2026-07-01T10:00:00+0200", "2026-07-01T08:00:00+00", None]), None),
        (pa.array(["01/07/2026 04:00 -0400", None]), "%d/%m/%Y %H:%M %z"),
        (pa.array([datetime(2026, 7, 1, 8), None], pa.timestamp("us", "UTC")), None),
        (pa.array([TEN, None], pa.timestamp("ns")), None),
    ],
    ids=["mixed", "all with an offset", "by format", "typed with a zone", "typed without one"],
)
def test_a_time_that_states_its_offset_becomes_wall_clock_time_of_the_sources_zone(values, format) -> None:
    typed, wrong = cast(values, Column("at", "timestamp", format), "Europe/Madrid")
    assert wrong is None
    assert set(typed.to_pylist()) == {TEN, None}
