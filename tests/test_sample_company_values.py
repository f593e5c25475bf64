"""The generated company, with every planted fault, gives what plain SQL over its raw extracts gives."""

import shutil
import subprocess
import sys
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
