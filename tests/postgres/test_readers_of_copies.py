"""Fifty readers and one publication after the other: no error, no wait for a lock, and never two runs in one answer."""

import time

import pytest

from tests.postgres.readers import Seen, reading
from tests.postgres.shop_marts import Shop

pytestmark = pytest.mark.postgres

READERS = 50


@pytest.fixture
def shop(server, tmp_path, monkeypatch):
    shop = Shop(tmp_path, server.new_database("read"))
    monkeypatch.setenv("KPI_POSTGRES_URL", shop.url)
    return shop


def publish_while_read(shop: Shop, publications: int, seconds: float) -> tuple[Seen, float]:
    """Publish as often, over at least as many seconds, while all read; returns what they saw, and the seconds."""
    shop.become(0)
    shop.copy()
    start = time.perf_counter()
    with reading(shop.url, READERS) as seen:
        for number in range(1, publications + 1):
            shop.become(number)
            shop.copy()
            time.sleep(max(0.0, start + seconds * number / publications - time.perf_counter()))
    return seen, time.perf_counter() - start


def figure(seen: Seen, publications: int, seconds: float) -> str:
    return (
        f"{publications} publications in {seconds:.0f} s, {READERS} readers, {seen.statements:,} statements, "
        f"{seen.transactions:,} transactions, {len(seen.runs)} runs seen, slowest statement {seen.slowest:.2f} s"
    )


def test_readers_see_one_run_while_marts_are_published(shop, record_property):
    shop.publish("first")
    seen, seconds = publish_while_read(shop, publications=5, seconds=5)
    assert seen.wrong == []
    assert len(seen.runs) > 2
    assert seen.transactions > READERS
    record_property("figure", figure(seen, 5, seconds))


@pytest.mark.long
def test_fifty_readers_see_one_run_while_twenty_marts_are_published(shop, record_property):
    """In a mart of a quarter of a million values, of which those of one KPI change each time."""
    shop.publish("first", kpis=212)
    seen, seconds = publish_while_read(shop, publications=20, seconds=60)
    assert seen.wrong == []
    assert len(seen.runs) == 21
    record_property("figure", figure(seen, 20, seconds))
