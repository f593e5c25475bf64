"""The step of a run that copies its mart to PostgreSQL: only where the environment names one, and it fails no run."""

import pytest

from orchestration.assets.postgres import copy_of
from orchestration.mart_run import MartRun
from orchestration.run_request import Request
from tests.postgres.server import ask
from tests.postgres.shop_marts import AS_OF, Shop

pytestmark = pytest.mark.postgres


@pytest.fixture
def shop(server, tmp_path):
    shop = Shop(tmp_path, server.new_database("runs"))
    shop.publish("first")
    return shop


def test_a_run_copies_its_mart_to_where_the_environment_says(shop, monkeypatch):
    run = MartRun(Request(shop.company, AS_OF), "first")
    monkeypatch.delenv("KPI_POSTGRES_URL", raising=False)
    assert copy_of(run) == ("", None, {})
    monkeypatch.setenv("KPI_POSTGRES_URL", shop.url)
    monkeypatch.setenv("KPI_POSTGRES_SCHEMA", "shop_mart")
    monkeypatch.setenv("KPI_POSTGRES_READER", "shop_reader")
    said, problem, numbers = copy_of(run)
    assert said.startswith("run first as of 2026-04-01 06:00 UTC: ")
    assert problem is None
    assert numbers["rows"] > 1131
    assert ask(shop.url, "select count(*) from shop_mart.kpi_values") == [(1131,)]
    assert ask(shop.url, "select has_table_privilege('shop_reader', 'shop_mart.kpi_values', 'select')") == [(True,)]
    assert run.seconds["postgres"] > 0


def test_a_server_that_refuses_fails_no_run(shop, server, monkeypatch):
    run = MartRun(Request(shop.company, AS_OF), "first")
    monkeypatch.setenv("KPI_POSTGRES_URL", server.url("runs", "nobody_there", "s3cr3t"))
    said, problem, _ = copy_of(run)
    assert said == problem
    assert said.startswith("not copied: PostgreSQL: connection to server")
    assert "s3cr3t" not in said
    monkeypatch.setenv("KPI_POSTGRES_URL", "postgres//u:s3cr3t@h")
    assert copy_of(run)[1].startswith("not copied: KPI_POSTGRES_URL is no URL of PostgreSQL")


def test_a_mart_of_an_earlier_as_of_is_not_copied(shop, monkeypatch):
    monkeypatch.setenv("KPI_POSTGRES_URL", shop.url)
    run = MartRun(Request(shop.company.with_as_of_folder(AS_OF), AS_OF), "first")
    assert copy_of(run)[0] == "nothing is copied for an as-of before the published one"
    assert ask(shop.url, "select to_regnamespace('kpi_mart') is null") == [(True,)]
