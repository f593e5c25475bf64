"""BI tools read what is published: Superset the file of a small company and its PostgreSQL copy, by SQLAlchemy."""

import os
import subprocess
import sys

import pytest

from tests.bi import superset_trial
from tests.orchestration.corner_shop import ROOT, CornerShop
from tests.postgres.server import serving

pytestmark = [pytest.mark.long, pytest.mark.postgres]


@pytest.fixture(scope="module")
def shop(tmp_path_factory) -> CornerShop:
    """A company with an order of this morning, so that some of its KPIs are certified."""
    shop = CornerShop.open(tmp_path_factory.mktemp("bi") / "shop")
    shop.deliver("2026-03-10", ["4,ana,2026-03-10 09:00:00,7"])
    shop.kpi("run")
    return shop


@pytest.fixture(scope="module")
def seen(shop, tmp_path_factory) -> dict:
    """What Superset saw, by database."""
    with serving() as server:
        environment = {**os.environ, "KPI_POSTGRES_URL": server.new_database("bi")}
        command = [sys.executable, "-m", "orchestration.cli", "publish", "--to", "postgres", "--company", shop.folder]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)
        databases = [
            superset_trial.mart_file(shop.published / "kpi_mart.duckdb"),
            superset_trial.postgres(environment["KPI_POSTGRES_URL"]),
        ]
        found = superset_trial.trial(tmp_path_factory.mktemp("superset"), databases)
    return {database["database"]: database for database in found}


@pytest.fixture(params=["kpi mart", "kpi mart in PostgreSQL"])
def database(request, seen) -> dict:
    return seen[request.param]


def test_superset_lists_every_table_and_view(database, shop):
    there = {name for (name,) in shop.ask("select table_name from information_schema.tables")}
    assert {"kpi_values", "kpi_latest", "company_monthly"} <= there
    assert set(database["tables"]) - {"kpi_publication"} == there  # which PostgreSQL has to say what it is a copy of


def test_superset_shows_what_each_column_means(database, shop):
    query = "select column_name, comment from duckdb_columns() where table_name = 'kpi_values'"
    assert database["columns"] == dict(shop.ask(query))


def test_superset_charts_a_kpi_by_month(database, shop):
    points = [(point["period_start"] / 86_400_000, point["total_revenue"]) for point in database["chart"]]
    days = "select epoch(period_start) / 86400, value from kpi_values "
    assert points == shop.ask(days + "where kpi = 'total_revenue' and grain = 'month' and slice = '' order by 1")
    assert [value for _, value in points] == [30.5, 12.25]


def test_superset_says_of_each_kpi_who_certifies_it_or_why_nobody_does(database, shop):
    proof = shop.ask("select kpi, certified, owner_team, reasons_en from kpi_latest")
    assert {True, False} == {certified for _, certified, _, _ in proof}
    for kpi, certified, team, reasons in proof:
        told = database["metrics"][kpi]
        assert told.get("certification", {}).get("certified_by") == (team if certified else None)
        assert told.get("warning_markdown") == reasons


def test_superset_reads_the_same_latest_values_of_the_file_and_the_copy(database, shop):
    assert database["latest"] == dict(shop.ask("select kpi, value from kpi_latest"))
