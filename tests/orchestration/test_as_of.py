"""Runs whose now moves: forward in a run that dies before it publishes, then back."""

import shutil

import pytest
from corner_shop import CornerShop

pytestmark = pytest.mark.slow


def test_rows_of_a_later_now_that_was_never_published_do_not_count_in_an_earlier_one(tmp_path):
    shop = CornerShop.open(tmp_path / "shop")
    shop.deliver("2026-03-09", ["4,cai,2026-03-18 10:00:00,100"])
    shop.kpi("run")
    shutil.copytree(shop.published, tmp_path / "published", symlinks=True)
    shop.kpi("run", "--as-of", "2026-03-20T00:00:00Z")
    shutil.rmtree(shop.published)
    shutil.copytree(tmp_path / "published", shop.published, symlinks=True)  # as if killed before publishing
    shop.kpi("run", "--as-of", "2026-03-15T00:00:00Z")
    assert shop.revenue() == [("2026-02-01", 30.5), ("2026-03-01", 5.25)]
