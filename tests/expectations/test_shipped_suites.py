"""The shipped suites on generated companies: clean data trips nothing, faults that are true data neither."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from extracts import Found, judged, shipped

from data.sample_company.company import generate
from data.sample_company.plan import Plan
from expectations.suite import Rule

pytestmark = pytest.mark.slow

TRUE_DATA = ("checkout_fault", "promotion_mix", "supplier_returns", "sms_handle_time", "channel_cost")
SOURCES, SUITES = shipped()
FEW_WEB_FILES = 20  # a file a day would take most of the time and say the same


def found_in(folder: Path, faults: tuple[str, ...], seed: int, scale: float) -> dict[str, Found]:
    extracts = generate(
        Plan(seed=seed, scale=scale, end=date(2026, 9, 30), active=frozenset(faults)), folder / "extracts"
    )
    for file in sorted((extracts / "web").iterdir())[:-FEW_WEB_FILES]:
        file.unlink()
    return {
        f"{table.system}.{table.name}": judged(
            extracts, table, SUITES[table.system, table.name], SOURCES.systems[table.system].time_zone
        )
        for table in SOURCES.pulled()
    }


def test_every_raw_table_has_a_suite():
    assert set(SUITES) == {(table.system, table.name) for table in SOURCES.pulled()}
    assert [place for place, suite in SUITES.items() if not suite.rows or not suite.delivery] == []


@pytest.mark.parametrize("suite", SUITES.values(), ids=[".".join(place) for place in SUITES])
def test_whoever_loses_a_certificate_is_told_why_in_two_languages(suite):
    blocking: list[Rule] = [rule for rule in (*suite.delivery, *suite.table) if rule.severity == "block"]
    assert blocking
    for rule in blocking:
        assert rule.reason, rule.name
        assert rule.reason.en != rule.reason.es


@pytest.mark.parametrize(("seed", "scale", "faults"), [(3, 0.05, ()), (5, 0.3, ()), (8, 0.3, TRUE_DATA)])
def test_true_data_trips_no_rule(tmp_path, seed, scale, faults):
    found = found_in(tmp_path, faults, seed, scale)
    assert {name: one.rows > 0 for name, one in found.items()} == dict.fromkeys(found, True)
    assert {name: dict(one.broken) for name, one in found.items() if one.broken} == {}
    assert {name: one.failed for name, one in found.items() if one.failed} == {}
