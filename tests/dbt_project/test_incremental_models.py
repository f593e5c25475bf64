"""Facts kept by increments equal facts built whole, on random histories of deliveries, under the real dbt."""

from datetime import datetime, timedelta

import pytest

from tests.dbt_project.histories import FIRST, History
from tests.dbt_project.lab import Lab

pytestmark = pytest.mark.slow

AS_OFS = [FIRST + timedelta(days=20), FIRST + timedelta(days=32, hours=5), FIRST + timedelta(days=60)]


@pytest.mark.parametrize("seed", [4, 5])
def test_facts_after_each_delivery_equal_a_full_refresh(tmp_path, seed):
    lab, history = Lab(tmp_path / "lab"), History(seed)
    kept = []
    for as_of in AS_OFS:
        for delivery in history.batch():
            lab.land(*delivery)
        lab.run(as_of)
        kept.append((as_of, len(lab.batches), lab.facts()))

    for as_of, batches, incremental in kept:
        lab.batches, later = lab.batches[:batches], lab.batches[batches:]
        lab.run(as_of, full_refresh=True)
        assert lab.facts() == incremental, f"as of {as_of}"
        lab.batches += later


def test_a_repeated_delivery_touches_no_fact(tmp_path):
    lab, history = Lab(tmp_path / "lab"), History(3)
    deliveries = list(history.batch())
    logged = []
    for _ in range(2):
        for delivery in deliveries:
            lab.land(*delivery)
        lab.run(AS_OFS[-1])
        logged.append(lab.changes("fct_"))
    assert logged[0], "the first delivery is logged"
    assert logged[1] == logged[0]


def test_a_snapshot_deletes_what_it_no_longer_holds_unless_rows_of_it_were_rejected(tmp_path):
    lab, now = Lab(tmp_path / "lab"), datetime(2025, 3, 1)
    products = [{"product_id": "p1", "category": "x"}, {"product_id": "p2", "category": "x"}]

    def known():
        return [row[0] for row in lab.facts()["dim_products"]]

    lab.land("shop", "products", products)
    lab.run(now)
    assert known() == ["p1", "p2"]
    lab.land("shop", "products", products[:1], rows_quarantined=1)
    lab.run(now)
    assert known() == ["p1", "p2"], "the missing row may be the rejected one"
    lab.land("shop", "products", products[:1])
    lab.run(now)
    assert known() == ["p1"]
