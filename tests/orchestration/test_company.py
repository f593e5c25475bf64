"""Where a company's files lie, and what is said when --company is wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.company import REPOSITORY, load_company
from orchestration.errors import UsageError

pytestmark = pytest.mark.fast


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)
    (tmp_path / "staging").mkdir()
    (tmp_path / "sources.yml").write_text("systems: {}\n")
    return tmp_path


def test_the_projects_own_company_lies_in_the_project(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)
    company = load_company()
    assert company.sources_path == REPOSITORY / "data" / "sources.yml"
    assert (company.data, company.kpis) == (REPOSITORY / "data", REPOSITORY / "metrics" / "kpis")
    assert company.objectives == REPOSITORY / "metrics" / "objectives"


def test_a_companys_own_definitions_replace_the_projects(folder: Path) -> None:
    assert not load_company(folder).replaces_definitions
    (folder / "kpis").mkdir()
    company = load_company(folder)
    assert (company.kpis, company.calendar) == (folder / "kpis", REPOSITORY / "metrics" / "calendar.yml")
    assert company.replaces_definitions


def test_a_companys_own_objectives_replace_the_projects_and_leave_the_generated_models(folder: Path) -> None:
    (folder / "objectives").mkdir()
    company = load_company(folder)
    assert company.objectives == folder / "objectives"
    assert company.has_goals
    assert not company.replaces_definitions


def test_the_sample_companys_goals_are_not_those_of_a_company_with_kpis_of_its_own(folder: Path) -> None:
    assert load_company(folder).has_goals
    (folder / "kpis").mkdir()
    company = load_company(folder)
    assert company.objectives == REPOSITORY / "metrics" / "objectives"
    assert company.check_ins == folder / "objectives" / "check_ins"
    assert not company.has_goals
    (folder / "objectives").mkdir()
    assert load_company(folder).has_goals


def test_run_time_folders_lie_in_the_company_unless_the_environment_moves_them(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_company(folder).raw == folder / "data" / "raw"
    monkeypatch.setenv("KPI_DATA_DIR", str(tmp_path / "elsewhere"))
    assert load_company(folder).raw == tmp_path / "elsewhere" / "raw"
    assert load_company().published == tmp_path / "elsewhere" / "published"


def test_an_earlier_as_of_has_its_own_warehouse_and_mart_over_the_same_landing(folder: Path) -> None:
    company = load_company(folder)
    earlier = company.with_as_of_folder(datetime(2026, 1, 2, 3, tzinfo=UTC))
    assert earlier.published == folder / "data" / "as_of" / "20260102T030000" / "published"
    assert earlier.warehouse.is_relative_to(folder / "data" / "as_of")
    assert (earlier.raw, earlier.dagster) == (company.raw, company.dagster)


@pytest.mark.parametrize(
    ("broken", "error"),
    [
        (".", "is not a folder; give one with sources.yml and staging/"),
        ("sources.yml", "has no sources.yml; it declares what is pulled (see data/sources.yml)"),
        ("staging", "has no staging/; it holds the dbt models that clean each declared table"),
    ],
)
def test_a_wrong_company_is_told_what_it_lacks(folder: Path, broken: str, error: str) -> None:
    path = folder / broken if broken != "." else folder / "absent"
    if path.is_dir():
        path.rmdir()
    path.unlink(missing_ok=True)
    given = path if broken == "." else folder
    with pytest.raises(UsageError) as raised:
        load_company(given)
    assert str(raised.value) == f"--company {given}: {error}"
