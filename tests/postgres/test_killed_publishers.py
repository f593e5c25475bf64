"""A publisher killed on the way, up to its commit, leaves what was there; the next one is none the wiser."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from tests.postgres.server import ask
from tests.postgres.shop_marts import AS_OF, Shop

pytestmark = pytest.mark.postgres

ROOT = Path(__file__).parents[2]
KILLS = 6
STATE = """
select (select string_agg(distinct run_id, ',') from kpi_mart.kpi_publication),
       (select string_agg(label_en, ',') from kpi_mart.kpi_catalog),
       (select count(*) from kpi_mart.kpi_values where run_id = '{run}'),
       (select count(*) from pg_locks where locktype = 'advisory')
"""


def publisher(shop: Shop, killed_at: int) -> subprocess.CompletedProcess:
    """Run a publisher to its end, or to where it is killed."""
    command = [sys.executable, "-m", "tests.postgres.dying_publisher", str(shop.company.folder), str(killed_at)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False)


def test_a_kill_at_any_statement_leaves_the_mart_that_was_there(server, tmp_path, monkeypatch):
    shop = Shop(tmp_path, server.new_database("killed"))
    monkeypatch.setenv("KPI_POSTGRES_URL", shop.url)
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)
    (tmp_path / "staging").mkdir()
    (tmp_path / "sources.yml").write_text("systems: {}\n")
    shop.publish("first")
    shop.copy()
    commit = int(publisher(shop, killed_at=0).stdout)
    was = [("first", "Revenue of first", 1131, 0)]
    assert ask(shop.url, STATE.format(run="first")) == was
    shop.publish("second", AS_OF + timedelta(days=1))
    moments = [commit * (kill + 1) // KILLS for kill in range(KILLS)]  # to the commit itself
    with ThreadPoolExecutor(2) as killing:
        ended = list(killing.map(lambda moment: publisher(shop, moment).returncode, moments))
    assert ended == [-signal.SIGKILL] * KILLS
    assert ask(shop.url, STATE.format(run="first")) == was
    assert publisher(shop, killed_at=0).returncode == 0
    assert ask(shop.url, STATE.format(run="second")) == [("second", "Revenue of second", 96, 0)]
