"""Rows and deliveries that break their suite are set apart, refused or told of, and the checks say so as it stands."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from orchestration.company import load_company
from orchestration.declarations.sources import load_sources
from orchestration.publishing.source_history import gather_sources

if TYPE_CHECKING:
    from shop_company import Shop

pytestmark = pytest.mark.fast

HEADER = "id,at,amount,units\n"
REASON = {"en": "it has far fewer rows than usual", "es": "tiene muchas menos filas de lo habitual"}


def between(column: str, low: float | None = None, high: float | None = None, **more: Any) -> dict[str, Any]:
    limits = {"min_value": low, "max_value": high}
    given = {name: value for name, value in limits.items() if value is not None}
    return {"expect_column_values_to_be_between": {"column": column, **given}, **more}


def lines(name: str, count: int, day: int = 1, amount: str = "1.5") -> str:
    return "".join(f"{name}{n},2026-01-{day:02} {n % 24:02}:00:00,{amount},1\n" for n in range(count))


def test_a_row_that_breaks_a_rule_is_set_apart_with_the_rule_and_the_reason(shop: Shop) -> None:
    shop.expect(rows={"positive": between("amount", 0), "few_units": between("units", 0, 9)})
    shop.put("a.csv", HEADER + "a,2026-01-01,1,1\nb,2026-02-30,1,1\nc,2026-01-01,-5,1\nd,2026-01-01,-5,99\ne,,2,2\n")
    result = shop.pull()
    assert (result.rows_in, result.rows_landed, result.rows_quarantined) == (5, 2, 3)
    assert shop.ids() == ["a", "e"]
    rejected = shop.rejected_rows()
    assert [(row["_row"], row["_rule"]) for row in rejected] == [(2, "wrong_type"), (3, "positive"), (4, "positive")]
    assert rejected[2]["_reason"].count("; ") == 1
    assert rejected[1]["amount"] == "-5"
    assert shop.landed_batches()[0].footer.files[0].rows_by_rule == {"wrong_type": 1, "positive": 2}
    checks = shop.checks()
    assert shop.failing() == {"wrong_type", "positive"}
    assert (checks["positive"].failed_rows, checks["positive"].severity) == (2, "warn")
    assert checks["accounted"].observed == "5 rows in = 2 landed + 3 quarantined"


def test_too_many_rows_that_break_a_rule_refuse_the_delivery(shop: Shop) -> None:
    shop.expect(rows={"positive": between("amount", 0)})
    shop.put("a.csv", HEADER + lines("a", 30, amount="-1"))
    [(path, reason)] = shop.pull().rejected
    assert path == "files/a.csv"
    assert reason.startswith("30 of 30 rows do not fit, more than 20 rows and 5% allowed; first row 1: amount: ")
    assert shop.failing() == {"delivered"}
    words = shop.checks()["delivered"].reason
    assert words is not None
    assert words.en == "the newest delivery of shop.orders was refused: too many of its rows are wrong (files/a.csv)"
    shop.expect(rows={"positive": between("amount", -1)})
    assert shop.pending()
    assert (shop.pull().rows_landed, shop.failing()) == (30, set())


def test_a_blocking_rule_refuses_a_delivery_until_it_is_put_right(shop: Shop) -> None:
    shop.clock = datetime(2026, 2, 1, tzinfo=UTC)
    shop.expect(
        time="at", delivery={"enough_rows": between("rows_per_day_ratio", 0.5, severity="block", reason=REASON)}
    )
    for day in (1, 2, 3):
        shop.put(f"0{day}.csv", HEADER + lines(f"{day}-", 100, day))
    shop.pull()
    shop.put("04.csv", HEADER + lines("4-", 20, 4))
    result = shop.pull()
    assert (result.rows_landed, result.rows_quarantined) == (0, 20)
    assert [path for path, _ in result.rejected] == ["files/04.csv"]
    assert shop.failing() == {"delivered", "enough_rows"}
    assert shop.checks()["enough_rows"].severity == "error"
    words = shop.checks()["delivered"].reason
    assert words is not None
    assert words.es.endswith("de shop.orders: tiene muchas menos filas de lo habitual (files/04.csv)")
    assert shop.pull().rows_in == 0
    shop.put("04.csv", HEADER + lines("4-", 100, 4))
    assert (shop.pull().rows_landed, shop.failing()) == (100, set())


def test_a_warning_stands_until_the_delivery_is_old(shop: Shop) -> None:
    shop.expect(time="at", delivery={"few_rows": between("rows", None, 5, severity="warn", reason=REASON)})
    shop.put("a.csv", HEADER + lines("a", 9))
    assert shop.pull().rows_landed == 9
    assert shop.failing() == {"few_rows"}
    assert shop.checks(datetime(2026, 1, 30))["few_rows"].passed is False
    assert shop.checks(datetime(2026, 2, 20))["few_rows"].passed is True
    shop.put("a.csv", HEADER + lines("b", 3))
    shop.pull()
    assert shop.failing() == set()


def test_a_file_without_rows_is_refused_where_the_suite_wants_rows(shop: Shop) -> None:
    shop.expect(delivery={"has_rows": between("rows", 1, severity="block", reason=REASON)})
    shop.put("a.csv", HEADER)
    assert [path for path, _ in shop.pull().rejected] == ["files/a.csv"]
    assert shop.failing() == {"delivered", "has_rows"}


def test_a_source_that_is_gone_fails_until_it_is_back(shop: Shop) -> None:
    path = shop.put("a.csv", HEADER + lines("a", 1))
    shop.pull()
    path.rename(path.with_suffix(".gone"))
    assert "no file matches" in (shop.pull().failed or "")
    assert shop.failing() == {"delivered"}
    assert "no file matches" in shop.checks()["delivered"].observed
    path.with_suffix(".gone").rename(path)
    shop.pull()
    assert shop.failing() == set()


def test_a_later_delivery_heals_the_rows_that_were_set_apart(shop: Shop) -> None:
    shop.declare(mode="upsert", cursor="at")
    shop.put("a.csv", HEADER + "a,2026-01-01,x,1\nb,2026-01-01,x,1\nc,2026-01-05,x,1\n")
    shop.pull()
    assert shop.checks()["wrong_type"].failed_rows == 3
    shop.put("b.csv", HEADER + "a,2026-01-02,1,1\nb,2026-01-01,1,1\nc,2026-01-04,1,1\n")
    shop.pull()
    assert shop.checks()["wrong_type"].failed_rows == 1
    shop.put("a.csv", HEADER + "c,2026-01-01,1,1\n")
    shop.pull()
    assert shop.failing() == set()


def test_repeated_and_late_deliveries_are_told_of(shop: Shop) -> None:
    reason = {"reason": REASON, "severity": "warn"}
    shop.expect(
        time="at",
        table={
            "delivered_once": between("repeated_deliveries", None, 0, hurts="nobody", **reason),
            "few_late": between("late_share", None, 0.01, **reason),
        },
    )
    shop.put("a.csv", HEADER + lines("a", 10, 10))
    shop.pull()
    shop.put("b.csv", HEADER + lines("a", 10, 10))
    shop.pull()
    assert shop.failing() == {"delivered_once"}
    assert shop.checks()["delivered_once"].hurts == ()
    shop.put("c.csv", HEADER + lines("c", 5, 5))
    shop.pull()
    assert shop.failing() == {"delivered_once", "few_late"}
    assert shop.landed_batches()[-1].footer.files[0].findings.late == 5


def test_of_a_file_that_is_mended_later_only_the_rows_that_it_lacked_are_late(shop: Shop) -> None:
    few_late = between("late_share", None, 0.04, reason=REASON, severity="warn")
    shop.expect(time="at", table={"few_late": few_late})
    shop.put("a.csv", HEADER + lines("a", 40, 1))
    shop.pull()
    shop.put("b.csv", HEADER + lines("b", 40, 5))
    shop.pull()
    shop.put("a.csv", HEADER + lines("y", 3, 1) + lines("a", 40, 1))
    shop.pull()
    assert shop.landed_batches()[-1].footer.files[0].findings.late == 43
    assert shop.checks()["few_late"].observed.startswith("late_share: 0.02439")  # 3 of 123
    shop.put("a.csv", HEADER + lines("z", 10, 1) + lines("y", 3, 1) + lines("a", 40, 1))
    shop.pull()
    assert shop.checks()["few_late"].observed.startswith("late_share: 0.07386")  # 13 of 176
    assert shop.failing() == {"few_late"}


def test_a_rule_of_rows_that_became_one_of_deliveries_is_told_once(shop: Shop) -> None:
    shop.expect(rows={"small": between("amount", None, 9)})
    shop.put("a.csv", HEADER + "a,2026-01-01,10,1\nb,2026-01-01,1,1\n")
    shop.pull()
    shop.expect(delivery={"small": between("rows", None, 2, severity="block", reason=REASON)})
    shop.put("b.csv", HEADER + lines("c", 3))
    shop.pull()
    company = load_company(shop.folder)
    [row] = gather_sources(company, load_sources(company.sources_path)).quarantine
    assert row == ("small", "shop", "orders", 4, "files/b.csv: rows: 3, allowed at most 2")


def test_lost_rows_are_found(shop: Shop) -> None:
    shop.put("a.csv", HEADER + lines("a", 3) + "b,x,1,1\n")
    shop.pull()
    shop.quarantine()[0].path.unlink()
    assert "accounted" in shop.failing()
    assert shop.checks()["accounted"].observed.endswith("0 rows in quarantine of 1")


def test_personal_data_is_in_no_reason(shop: Shop) -> None:
    columns = {"id": "string", "phone": {"type": "integer", "pii": True}}
    shop.declare(columns=columns)
    shop.put("a.csv", "id,phone\na,555-123\n")
    result = shop.pull()
    assert "555-123" not in str(result)
    assert all("555-123" not in check.observed for check in shop.checks().values())
    assert shop.rejected_rows()[0]["phone"] == "555-123"
