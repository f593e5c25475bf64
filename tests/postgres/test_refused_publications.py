"""Why a mart does not come to PostgreSQL: said so that a person can act, without the secrets that lead there."""

import sys

import pytest

from orchestration.cli import main
from orchestration.publishing.versions import current_version, read_files, write_files
from tests.postgres.server import ask, run
from tests.postgres.shop_marts import Shop

pytestmark = pytest.mark.postgres

SECRET = "s3cr3t/w@rd"
ODD_URLS = {
    "": "KPI_POSTGRES_URL is not set",
    f"mysql://u:{SECRET}@h/d": "no URL of PostgreSQL",
    f"host=/tmp password={SECRET}": "no URL of PostgreSQL",
    f"postgresql://u:{SECRET}@h/d": "write @ : / ? # % as",
    "postgresql://u:s3cr3t%zz@h/d": "is not understood",
    "postgresql://u:s3cr3t@h:54x/d": "is not understood",
    "postgresql://u:s3cr3t@h/d?sslmod=require": "is not understood",
    "postgresql://u:[s3cr3t@h/d": "no URL of PostgreSQL",
}


@pytest.fixture(scope="module")
def first(server, tmp_path_factory):
    """A company with a published mart, which nobody changes."""
    folder = tmp_path_factory.mktemp("refused")
    (folder / "staging").mkdir()
    (folder / "sources.yml").write_text("systems: {}\n")
    shop = Shop(folder, server.new_database("refused"))
    shop.publish("first")
    return shop


@pytest.fixture
def kpi(first, monkeypatch, capfd):
    """What runs `kpi publish --to postgres`: gives what it prints, of an error its message."""
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)

    def publish(url: str, *options: str, code: int) -> str:
        monkeypatch.setenv("KPI_POSTGRES_URL", url)
        command = ["kpi", "publish", "--to", "postgres", "--company", str(first.company.folder), *options]
        monkeypatch.setattr(sys, "argv", command)
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capfd.readouterr()
        assert (ended.value.code or 0) == code, captured
        assert "Traceback" not in captured.err
        return captured.out if code == 0 else captured.err

    return publish


@pytest.mark.parametrize("url", ODD_URLS)
def test_an_odd_url_is_refused_without_being_shown(kpi, url):
    told = kpi(url, code=2)
    assert ODD_URLS[url] in told
    assert not any(part in told for part in ("s3cr3t", "w@rd"))


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://u:s3cr3t@127.0.0.1:9/d", "port 9 failed: Connection refused"),
        ("postgresql://u:s3cr3t@nowhere.invalid/d", "the host that KPI_POSTGRES_URL names cannot be found"),
    ],
)
def test_a_server_that_is_not_there_is_an_error_of_the_publication(kpi, url, told):
    said = kpi(url, code=1)
    assert told in said
    assert "s3cr3t" not in said


def test_a_url_from_a_file_may_end_with_the_files_last_line(kpi, first):
    assert "published to postgres" in kpi(f"{first.url}\n", code=0)
    run(first.url, "drop schema kpi_mart cascade")


def test_a_wrong_password_is_not_shown(kpi, server):
    run(server.url(), "drop role if exists careful", "create role careful login password 'right'")
    said = kpi(server.url("refused", "careful", SECRET), code=1)
    assert 'password authentication failed for user "careful"' in said
    assert not any(part in said for part in ("s3cr3t", "w%40rd", "w@rd"))


def test_a_publisher_without_rights_is_told_what_to_ask_for(kpi, server, first):
    run(server.url(), "drop role if exists humble", "create role humble login password 'x'")
    url, reader = server.url("refused", "humble", "x"), ("--reader", "reads_of_humble")
    assert "permission denied for database refused" in kpi(url, *reader, code=1)
    run(first.url, "grant create on database refused to humble")
    assert 'have it made by: create role "reads_of_humble" nologin;' in kpi(url, *reader, code=1)
    assert ask(first.url, "select to_regnamespace('kpi_mart') is null") == [(True,)]
    run(first.url, "create role reads_of_humble nologin")
    assert "published to postgres, schema kpi_mart: run first as of 2026-04-01 06:00 UTC" in kpi(url, *reader, code=0)
    assert ask(first.url, "select count(*) from kpi_mart.kpi_values") == [(1131,)]
    run(first.url, "drop schema kpi_mart cascade")


def test_a_schema_that_is_not_the_publishers_is_not_half_opened(kpi, server, first):
    run(
        first.url,
        "drop role if exists guest",
        "create role guest login password 'x' createrole",
        "create schema kpi_mart",
        "grant create, usage on schema kpi_mart to guest",
    )
    assert "the role that publishes must own the schema" in kpi(server.url("refused", "guest", "x"), code=1)
    assert ask(first.url, "select count(*) from pg_class where relnamespace = 'kpi_mart'::regnamespace") == [(0,)]
    run(first.url, "drop schema kpi_mart")


def test_wrong_options_are_refused(kpi, first):
    assert "--reader owner: is the role that publishes" in kpi(first.url, "--reader", "owner", code=2)
    assert "use 1 to 63 bytes" in kpi(first.url, "--schema", "ñ" * 32, code=2)
    assert "--to mysql: is not known; use one of postgres" in kpi(first.url, "--to", "mysql", code=2)


def test_a_mart_of_an_older_kpi_mart_is_to_be_published_anew(kpi, first):
    folder = current_version(first.company.published)
    files = read_files(folder)
    write_files(folder, {name: what for name, what in files.items() if name != "keys"})
    assert "did not keep the key of calendar; publish it anew by `kpi run`" in kpi(first.url, code=2)
    write_files(folder, files)


def test_without_a_mart_there_is_nothing_to_publish(kpi, first, tmp_path):
    (tmp_path / "staging").mkdir()
    (tmp_path / "sources.yml").write_text("systems: {}\n")
    assert "nothing is published yet; run `kpi run` first" in kpi(first.url, "--company", str(tmp_path), code=2)
