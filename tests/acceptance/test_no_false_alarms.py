"""A company without faults raises nothing: no check fails or warns, no row is set apart, every KPI is certified."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_runs import SampleRun

SEEDS = range(1, 21)
SUMS = "select sum(rows_in), sum(rows_quarantined) from kpi_runs"


def assert_raises_nothing(company: SampleRun) -> None:
    assert company.failed() == {}
    assert company.reasons() == {}
    ((rows, quarantined),) = company.ask(SUMS)
    assert (rows > 0, quarantined) == (True, 0)
    assert company.ask("select count(distinct kpi) from kpi_certifications where certified") == [(24 + 34,)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [21, 22])
def test_a_company_raises_nothing(tmp_path: Path, seed: int) -> None:
    assert_raises_nothing(SampleRun.of(tmp_path, (), seed).run())


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_none_of_twenty_companies_raises_anything(tmp_path: Path, seed: int) -> None:
    assert_raises_nothing(SampleRun.of(tmp_path, (), seed).run())
