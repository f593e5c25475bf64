"""Footers are read whoever wrote them, and say of each delivery what was found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from orchestration.connectors import Findings, Landed, Origin
from orchestration.pulling.landing import Footer, Replayed

if TYPE_CHECKING:
    from shop_company import Shop

pytestmark = pytest.mark.fast

ORIGIN = Origin("a.csv", 10, "abc", "stamp")
BEFORE_SUITES = {
    "system": "shop",
    "table": "orders",
    "batch": "20260101T010000000000-000",
    "pull": "20260101T010000000000",
    "pulled_at": "2026-01-01T01:00:00.000000",
    "mode": "append",
    "declaration": "0123",
    "rows_in": 3,
    "rows": 2,
    "rows_quarantined": 1,
    "watermark": None,
    "files": [
        {"path": "a.csv", "bytes": 10, "sha256": "abc", "stamp": "stamp", "first_row": 0, "rows": 3, "complete": True}
    ],
    "rule": None,
    "reason": None,
}


def test_a_footer_from_before_there_were_suites_is_read() -> None:
    footer = Footer.from_json(json.dumps(BEFORE_SUITES))
    assert footer.files == (Landed(ORIGIN, 0, 3, True),)
    assert footer.replayed is None


def test_a_footer_comes_back_as_it_was_written() -> None:
    findings = Findings({"rows": 3}, "2026-01-01T10:00:00", (("few_rows", "rows: 3"),), 2, "3-0a")
    file = Landed(ORIGIN, 0, 3, True, {"wrong_type": 1}, findings)
    replayed = Replayed("20260101T010000000000-000", {"a.csv": [[2, 2], [5, 6]]})
    footer = Footer("shop", "orders", "b", "p", "t", "append", "d", 3, 2, 1, None, (file,), replayed=replayed)
    assert Footer.from_json(footer.to_json()) == footer
    assert replayed.numbers() == {("a.csv", 2), ("a.csv", 5), ("a.csv", 6)}


def test_a_pull_without_news_imports_no_great_expectations(shop: Shop) -> None:
    import subprocess
    import sys

    shop.expect(rows={"large": {"expect_column_values_to_be_between": {"column": "amount", "min_value": 0}}})
    shop.put("a.csv", "id,at,amount,units\na,,1,1\n")
    shop.pull()
    script = (
        "import sys; from orchestration.company import load_company; from orchestration.pulling.pull import pull_table;"
        "r = pull_table(load_company(sys.argv[1]), 'shop', 'orders');"
        "assert r.failed is None and r.new_files == 0; print('great_expectations' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(shop.folder)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
