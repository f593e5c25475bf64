"""The generated company, with every planted fault, gives what plain SQL over its raw extracts gives."""

import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from oracle import comparison, sample_company

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small generated company in a folder of its own: extracts, and what the project declares over them."""
    folder = tmp_path_factory.mktemp("sample") / "company"
    shutil.copytree(comparison.ROOT / "dbt_project" / "models" / "staging", folder / "staging")
    shutil.copyfile(comparison.ROOT / "data" / "sources.yml", folder / "sources.yml")
    command = [sys.executable, "-m", "data.sample_company", "--scale", "0.05", "--out", str(folder / "extracts")]
    subprocess.run(command, cwd=comparison.ROOT, check=True, timeout=120)
    return folder


@pytest.fixture(scope="module")
def data(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run-time folder of one run over the generated company."""
    data = tmp_path_factory.mktemp("sample") / "data"
    comparison.run_kpi(data, "run", "--company", company)
    return data


def test_every_value_equals_plain_sql_over_the_raw_extracts(company: Path, data: Path) -> None:
    expected = sample_company.expected(company / "extracts")
    actual = comparison.only(comparison.published(data), sample_company.FED)
    assert not comparison.report("sample company", expected, actual)


def test_an_appended_order_rewrites_only_its_periods_and_gives_what_a_full_refresh_gives(
    company: Path, data: Path, tmp_path: Path
) -> None:
    day = append_an_order(company / "extracts")
    comparison.run_kpi(data, "run", "--company", company)
    comparison.run_kpi(tmp_path / "refresh", "run", "--company", company)

    assert comparison.days_of_states_in_newest_run(data) == {day}
    assert comparison.periods_of_newest_run(data) == comparison.periods_of(day, "total_revenue", "gross_margin")
    increment, refresh = comparison.published(data), comparison.published(tmp_path / "refresh")
    assert not comparison.report("increment against full refresh", refresh, increment)
    expected = sample_company.expected(company / "extracts")
    assert not comparison.report(
        "increment against plain SQL", expected, comparison.only(increment, sample_company.FED)
    )


def append_an_order(extracts: Path) -> date:
    """Add a completed order that names no customer to an orders file of the past; returns its local day."""
    file = sorted((extracts / "shop" / "orders").glob("*.csv"))[3]
    header, *rows = (line.split(",") for line in file.read_text().splitlines())
    orders = (dict(zip(header, row, strict=True)) for row in rows)
    order = next(row for row in orders if row["status"] == "completed" and row["deleted"] in ("0", "false"))
    order |= {"order_id": "appended", "customer_id": ""}
    with file.open("a") as lines:
        lines.write(",".join(order.values()) + "\n")
    return date.fromisoformat(order["created"][:10])
