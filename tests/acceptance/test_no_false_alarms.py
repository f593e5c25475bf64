"""A company without faults raises nothing: no check fails or warns, no row is set apart, every KPI is certified.

What its control charts signal is little, and four of five outcomes are within the interval that was forecast.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sample_runs import SampleRun

from benchmarks.back_test import back_test, shares_held
from metrics.calendar import GRAINS, load_calendar
from tests.oracle.comparison import ROOT

Tell = Callable[[str, object], None]
SEEDS = range(1, 21)
SUMS = "select sum(rows_in), sum(rows_quarantined) from kpi_runs"
SIGNALS = """
    select
        (select count(*) from kpi_control_limits),
        (select count(distinct (kpi, grain, period_start)) from kpi_signals where rule <> 'missing'),
        (select count(*) from kpi_signals where rule = 'missing')
"""


def assert_raises_nothing(company: SampleRun) -> None:
    assert company.failed() == {}
    assert company.reasons() == {}
    ((rows, quarantined),) = company.ask(SUMS)
    assert (rows > 0, quarantined) == (True, 0)
    assert company.ask("select count(distinct kpi) from kpi_certifications where certified") == [(24 + 34,)]


def assert_signals_little(company: SampleRun, tell: Tell) -> None:
    """The shop grows and has a Black Friday, which are changes; the rest is noise.

    Of that, few values signal, and little is explained by a segment.
    """
    ((charted, signalled, missing),) = company.ask(SIGNALS)
    tell("figure", f"signals: {signalled} of {charted} values of control charts ({signalled / charted:.1%})")
    assert charted > 2000
    assert (signalled / charted < 0.1, missing) == (True, 0)
    ((explained, named),) = company.ask("select count(*), count(slice) from kpi_explanations")
    tell("figure", f"drivers: {named} of {explained} explanations name a segment ({named / explained:.1%})")
    assert (explained > 1500, named / explained < 0.04) == (True, True)


@pytest.fixture(scope="module", params=[21, 22])
def company(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SampleRun:
    return SampleRun.of(tmp_path_factory.mktemp("faultless"), (), request.param).run()


@pytest.mark.slow
def test_a_company_raises_nothing(company: SampleRun, record_property: Tell) -> None:
    assert_raises_nothing(company)
    assert_signals_little(company, record_property)


@pytest.mark.slow
def test_intervals_hold_what_comes_four_times_of_five(company: SampleRun, record_property: Tell) -> None:
    """Years have one outcome a KPI, which is too few to tell."""
    ((last_day,),) = company.ask("select max(period_end) from kpi_values where grain = 'day'")
    calendar = load_calendar(ROOT / "metrics" / "calendar.yml")
    shares = shares_held(
        back_test(company.data / "published" / "kpi_mart.duckdb", calendar, last_day + timedelta(days=1))
    )
    for name, (share, number) in sorted(shares.items()):
        record_property("figure", f"80 % intervals held {share:.1%} of {number} outcomes ({name})")
    judged = {name: share for name, (share, _) in shares.items() if name in (*GRAINS[:-1], "all")}
    assert set(judged) == {*GRAINS[:-1], "all"}
    assert all(0.7 <= share <= 0.9 for share in judged.values()), judged


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_none_of_twenty_companies_raises_anything(tmp_path: Path, seed: int, record_property: Tell) -> None:
    company = SampleRun.of(tmp_path, (), seed).run()
    assert_raises_nothing(company)
    assert_signals_little(company, record_property)
