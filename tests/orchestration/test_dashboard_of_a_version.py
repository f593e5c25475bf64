"""A version's dashboard: built where a service has no home, and no reason to keep numbers from readers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from orchestration.publishing.dashboard import write_dashboard
from orchestration.publishing.versions import DASHBOARD, MART
from tests.dashboards import written_mart as mart

pytestmark = pytest.mark.fast
AS_OF = datetime(2026, 10, 5)


@pytest.fixture
def version(tmp_path: Path) -> Path:
    """A version that is not shown yet, with the mart of one KPI."""
    folder = tmp_path / "new"
    folder.mkdir()
    mart.write_mart(
        folder / MART,
        kpi_runs=[mart.run(as_of=AS_OF)],
        kpi_catalog=[mart.kpi("deals_won", company_level=True)],
        kpi_scorecard=[mart.card("deals_won", 1234, target=1000, company_level=True)],
    )
    return folder


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A version whose mart no page can be made of."""
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / MART).write_text("no mart")
    return folder


@pytest.fixture
def before(tmp_path: Path) -> Path:
    """The version that is shown, with a site."""
    folder = tmp_path / "before"
    (folder / DASHBOARD).mkdir(parents=True)
    (folder / DASHBOARD / "index.html").write_text("of the run before")
    return folder


def test_a_service_without_a_home_gets_a_site_with_its_charts(version, tmp_path, monkeypatch):
    no_folder = tmp_path / "file"
    no_folder.touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(no_folder))
    assert write_dashboard(version, None, "UTC") is None
    (bundle,) = (version / DASHBOARD / "assets").glob("vega.*.js")
    assert "vegaEmbed" in bundle.read_text(encoding="utf-8")


def test_the_site_of_the_run_before_stays_where_none_can_be_built(broken, before):
    assert "the last one stays" in (write_dashboard(broken, before, "UTC") or "")
    kept = broken / DASHBOARD / "index.html"
    assert kept.read_text() == "of the run before"
    assert kept.samefile(before / DASHBOARD / "index.html"), "it takes room on a full disk"


def test_without_one_before_there_is_none(broken):
    assert "there is none to keep" in (write_dashboard(broken, None, "UTC") or "")
    assert not (broken / DASHBOARD).exists()


def test_a_site_that_cannot_be_kept_either_keeps_no_numbers_from_readers(broken, before):
    (broken / DASHBOARD).write_text("in the way")
    assert "there is none to keep" in (write_dashboard(broken, before, "UTC") or "")
    assert (before / DASHBOARD / "index.html").read_text() == "of the run before"
