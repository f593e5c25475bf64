"""A pull that is killed at any rename loses nothing, repeats nothing and reads nothing again that landed."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from shop_company import Shop

pytestmark = pytest.mark.fast

HEADER = "id,at,amount,units\n"
ROOT = Path(__file__).parents[3]
SCRIPT = Path(__file__).with_name("killed_pull.py")


def rows(name: str, count: int) -> str:
    """``count`` rows, every tenth with a bad date."""
    return "".join(f"{name}{n},{'bad' if n % 10 == 9 else '2026-01-01'},1,1\n" for n in range(count))


def run(shop: Shop, renames: int) -> int:
    command = [sys.executable, str(SCRIPT), str(shop.folder), str(renames)]
    return subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, check=False).returncode


def fill(shop: Shop) -> tuple[list[str], list[str]]:
    """Three files of 65 rows in all; the ids that must land and those that must be set apart."""
    shop.declare(max_rejected=0.2)
    shop.put("a.csv", HEADER + rows("a", 5))
    shop.put("b.csv", HEADER + rows("b", 50))
    shop.put("c.csv", HEADER + rows("c", 10))
    every = [f"{name}{n}" for name, count in (("a", 5), ("b", 50), ("c", 10)) for n in range(count)]
    return [i for i in every if not i.endswith("9")], [i for i in every if i.endswith("9")]


@pytest.mark.parametrize("renames", [2, 3, 4, 5, 6, 7])
def test_a_kill_before_any_rename_is_made_good_by_the_next_pull(shop: Shop, renames: int) -> None:
    good, bad = fill(shop)
    assert run(shop, renames) == -signal.SIGKILL
    landed_before = sum(batch.footer.rows_in for batch in shop.landed_batches())
    result = run(shop, -1) if renames % 2 else shop.pull()
    assert result == 0 if renames % 2 else result.rows_in == 65 - landed_before
    assert sorted(shop.ids()) == sorted(good)
    assert sorted(row["id"] for row in shop.rejected_rows()) == sorted(bad)
    assert shop.pull().new_files == 0


def test_tiny_batches_hold_the_same_rows_as_one(shop: Shop) -> None:
    good, bad = fill(shop)
    assert run(shop, -1) == 0
    assert max(batch.footer.rows for batch in shop.landed_batches()) <= 20
    assert shop.ids() == good
    assert [row["id"] for row in shop.rejected_rows()] == bad


def test_a_killed_snapshot_is_not_seen_in_part(shop: Shop) -> None:
    good, _ = fill(shop)
    shop.declare(mode="snapshot")
    run(shop, 3)
    assert shop.ids() == []
    shop.pull()
    assert sorted(shop.ids()) == sorted(good)


def test_what_a_kill_leaves_is_cleared_away(shop: Shop) -> None:
    fill(shop)
    run(shop, 3)
    assert list(shop.folder.glob("data/**/.*"))
    assert len(shop.quarantine()) > len(shop.landed_batches())
    shop.pull()
    assert not list(shop.folder.glob("data/**/.*"))
    assert {b.footer.batch for b in shop.quarantine()} <= {b.footer.batch for b in shop.landed_batches()}
