"""A replay lands what fits now, once, and leaves the rest; a newer version that landed meanwhile stays the newest."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shop_company import Shop

from orchestration.company import load_company
from orchestration.declarations.sources import load_sources
from orchestration.quarantine.replay import Replay, replay_rows

if TYPE_CHECKING:
    from typing import Any

pytestmark = pytest.mark.fast

REASON = {"en": "too few rows", "es": "muy pocas filas"}
HEADER = "id,at,amount,units\n"
ROOT = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("killed_replay.py")


def at_least(column: str, value: int) -> dict[str, Any]:
    return {"expect_column_values_to_be_between": {"column": column, "min_value": value}}


def replay(shop: Shop, rule: str = "") -> Replay:
    company = load_company(shop.folder)
    sources = load_sources(company.sources_path)
    result = replay_rows(company, sources, sources.table("shop", "orders"), rule, shop.clock)
    books(shop)
    return result


def books(shop: Shop) -> tuple[int, int, int]:
    """Rows in, landed, quarantined; in every footer and in the files they add up."""
    found = [batch.footer for batch in shop.landed_batches()]
    assert all(footer.rows_in == footer.rows + footer.rows_quarantined for footer in found)
    assert all(batch.held == batch.footer.rows for batch in shop.landed_batches())
    sums = tuple(sum(getattr(footer, name) for footer in found) for name in ("rows_in", "rows", "rows_quarantined"))
    assert sums[0] == sums[1] + sums[2]
    assert shop.checks()["accounted"].passed
    return sums  # type: ignore[return-value]


def test_rows_that_fit_after_a_fix_of_the_rule_land_once(shop: Shop) -> None:
    shop.expect(rows={"large": at_least("amount", 10)})
    shop.put("a.csv", HEADER + "a,2026-01-01,5,1\nb,2026-01-01,50,1\nc,2026-01-01,7,1\nd,2026-01-01,x,1\n")
    shop.pull()
    assert replay(shop) == Replay(3, 0)
    shop.expect(rows={"large": at_least("amount", 6)})
    assert replay(shop) == Replay(3, 1)
    assert sorted(shop.ids()) == ["b", "c"]
    assert books(shop) == (4, 2, 2)
    assert replay(shop) == Replay(2, 0)
    footer = shop.landed_batches()[-1].footer
    assert footer.batch == shop.landed_batches()[0].footer.batch + "_r001"
    assert footer.pull == shop.landed_batches()[0].footer.pull
    assert footer.replayed is not None
    assert footer.replayed.numbers() == {("files/a.csv", 3)}
    assert shop.failing() == {"large", "wrong_type"}
    shop.expect(rows={"large": at_least("amount", 0)})
    assert (replay(shop), shop.failing()) == (Replay(2, 1), {"wrong_type"})
    assert shop.pull().rows_in == 0


def test_only_the_rows_of_one_rule_are_tried(shop: Shop) -> None:
    shop.expect(rows={"large": at_least("amount", 10), "many": at_least("units", 10)})
    shop.put("a.csv", HEADER + "a,2026-01-01,5,50\nb,2026-01-01,50,5\nc,2026-01-01,5,5\n")
    shop.pull()
    shop.expect(rows={"large": at_least("amount", 0), "many": at_least("units", 0)})
    assert replay(shop, "many") == Replay(1, 1)
    assert shop.ids() == ["b"]
    assert replay(shop) == Replay(2, 2)


def test_rows_that_fit_after_a_fix_of_the_declaration_land_typed(shop: Shop) -> None:
    shop.put("a.csv", HEADER.strip() + ",note\na,01/02/2026,5,1,hi\nb,2026-01-01,5,1,ho\n")
    shop.pull()
    shop.declare(columns={"id": "string", "at": "string", "amount": "decimal", "units": "integer"})
    assert replay(shop) == Replay(1, 1)
    assert [(row["id"], row["at"], row["note"]) for row in shop.rows()][-1] == ("a", "01/02/2026", "hi")


@pytest.mark.parametrize("cursor", [None, "at"])
def test_a_row_whose_newer_version_landed_stays_out(shop: Shop, cursor: str | None) -> None:
    shop.declare(mode="upsert", cursor=cursor)
    shop.expect(rows={"large": at_least("amount", 10)})
    shop.put("a.csv", HEADER + "a,2026-01-01,5,1\nb,2026-01-01,5,1\n")
    shop.pull()
    shop.put("b.csv", HEADER + "a,2026-01-02,50,1\n")
    shop.pull()
    shop.expect(rows={"large": at_least("amount", 0)})
    assert replay(shop) == Replay(1, 1)
    assert sorted(shop.ids()) == ["a", "b"]
    assert shop.failing() == set()


def test_a_snapshot_comes_again_whole_and_only_the_newest(shop: Shop) -> None:
    shop.declare(mode="snapshot")
    shop.expect(rows={"large": at_least("amount", 10)})
    shop.put("a.csv", HEADER + "a,2026-01-01,50,1\nb,2026-01-01,5,1\n")
    shop.put("b.csv", HEADER + "c,2026-01-01,5,1\nd,2026-01-01,50,1\ne,2026-01-01,x,1\n")
    shop.pull()
    shop.expect(rows={"large": at_least("amount", 0)})
    assert replay(shop) == Replay(3, 2)
    last = shop.landed_batches()[-1]
    assert len(shop.landed_batches()) == 2
    assert shop.ids()[2:] == ["a", "b", "d", "c"]
    assert (last.footer.rows_in, last.footer.rows, last.footer.rows_quarantined) == (5, 4, 1)
    assert [(file.rows, dict(file.rows_by_rule)) for file in last.footer.files] == [(2, {}), (3, {"wrong_type": 1})]
    assert replay(shop) == Replay(1, 0)
    assert shop.pull().rows_in == 0
    assert shop.failing() == {"wrong_type"}
    shop.put("b.csv", HEADER + "c,2026-01-01,5,1\n")
    shop.pull()
    assert (replay(shop), shop.failing()) == (Replay(0, 0), set())


def test_a_group_comes_again_whole_and_only_its_newest_delivery(shop: Shop) -> None:
    shop.declare(key=None, replaces=["id"])
    shop.expect(rows={"large": at_least("amount", 10)})
    shop.put("a.csv", HEADER + "x,,50,1\nx,,5,2\ny,,60,1\ny,,6,2\nz,,70,1\n")
    shop.pull()
    shop.put("b.csv", HEADER + "y,,80,9\n")
    shop.pull()
    shop.expect(rows={"large": at_least("amount", 0)})
    assert replay(shop) == Replay(1, 1)
    last = shop.landed_batches()[-1]
    assert [(row["id"], row["units"]) for row in shop.rows()[-last.footer.rows :]] == [("x", 1), ("x", 2)]
    assert last.footer.pull == last.footer.batch.partition("-")[0] > shop.landed_batches()[1].footer.pull
    assert replay(shop) == Replay(0, 0)
    assert (shop.pull().rows_in, shop.failing()) == (0, set())


def killed(shop: Shop, renames: int) -> int:
    command = [sys.executable, str(SCRIPT), str(shop.folder), str(renames)]
    return subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, check=False).returncode


@pytest.mark.parametrize("mode", ["upsert", "snapshot"])
@pytest.mark.parametrize("renames", [1, 2])
def test_a_kill_at_any_rename_is_made_good_by_the_next_replay(shop: Shop, mode: str, renames: int) -> None:
    shop.declare(mode=mode)
    shop.expect(rows={"large": at_least("amount", 10)})
    shop.put("a.csv", HEADER + "a,,50,1\nb,,5,1\nc,,x,1\n")
    shop.pull()
    if mode == "upsert":
        shop.put("b.csv", HEADER + "d,,50,1\ne,,5,1\n")
        shop.pull()
    shop.expect(rows={"large": at_least("amount", 0)})
    before = books(shop)
    assert killed(shop, renames) == -signal.SIGKILL
    assert books(shop)[2] in (before[2], before[2] - 1)
    replay(shop)
    assert shop.checks()["wrong_type"].failed_rows == 1
    assert shop.failing() == {"wrong_type"}
    newest = shop.rows() if mode == "upsert" else shop.rows()[-shop.landed_batches()[-1].footer.rows :]
    assert sorted(row["id"] for row in newest) == (["a", "b", "d", "e"] if mode == "upsert" else ["a", "b"])
    assert replay(shop).landed == 0
    assert not list(shop.folder.glob("data/**/.*.tmp"))


amounts = st.integers(0, 9)
orders = st.lists(st.tuples(st.sampled_from("abcdef"), amounts), max_size=8)


@settings(max_examples=25, deadline=None)
@given(st.lists(orders, min_size=1, max_size=3), st.lists(st.integers(0, 9), min_size=1, max_size=3))
def test_rows_land_or_stay_whatever_is_replayed_when(files: list[list[tuple[str, int]]], limits: list[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("files", "staging"):
            (Path(folder) / name).mkdir()
        shop = Shop(Path(folder))
        shop.declare(max_rejected=1.0)
        shop.expect(rows={"large": at_least("amount", 9)})
        for number, rows in enumerate(files):
            shop.put(f"{number}.csv", HEADER + "".join(f"{number}{key},,{amount},1\n" for key, amount in rows))
            shop.pull()
        delivered = [(f"{n}{key}", amount) for n, rows in enumerate(files) for key, amount in rows]
        for limit in sorted(limits, reverse=True):
            shop.expect(rows={"large": at_least("amount", limit)})
            replay(shop)
            assert books(shop)[0] == len(delivered)
            landed = Counter((row["id"], int(row["amount"])) for row in shop.rows())
            assert landed <= Counter(delivered)
            assert {key for key, amount in delivered if amount >= limit} <= {key for key, _ in landed}
            assert replay(shop).landed == 0


def test_a_refused_delivery_counts_until_a_pull_tries_it_under_the_new_rules(shop: Shop) -> None:
    shop.expect(delivery={"many": {**at_least("rows", 3), "severity": "block", "reason": REASON}})
    shop.put("a.csv", HEADER + "a,,1,1\n")
    shop.pull()
    assert shop.failing() == {"delivered", "many"}
    shop.expect(delivery={"many": {**at_least("rows", 1), "severity": "block", "reason": REASON}})
    assert shop.failing() == {"delivered", "many"}
    shop.pull()
    assert (shop.ids(), shop.failing()) == (["a"], set())
