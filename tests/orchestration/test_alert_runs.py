"""From a bad day in the till to a message and back: whole runs of a small company that tell a service on loopback."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import kept_shop
import pytest
import yaml
from alert_lab import Service
from corner_shop import CornerShop

pytestmark = pytest.mark.slow
WORDS = {"en": "Revenue", "es": "Ingresos"}
REVENUE = {
    "name": "revenue", "metric": "revenue", "label": WORDS, "description": WORDS, "question": WORDS, "playbook": WORDS,
    "unit": "currency", "quality": {"freshness": "3d", "needs": WORDS}, "direction": "at_least", "review": "daily",
    "targets": [{"period": "each day", "value": 100, "horizon": "short", "basis": {"team": "one till"}}],
    "objective": "grow_sales", "tier": "primary", "level": ["department"], "perspective": "department_objective",
    "timing": "lagging", "slices": ["channel"],
}  # fmt: skip
ALERTS = """
channels: {till: {url_env: KPI_TEST_TILL}}
rules: [{name: missed, when: below_target, severity: critical, cool_down: 2d, kpis: [revenue]}]
routes: [{channels: [till]}]
"""
FIRST = date(2026, 2, 1)


@pytest.fixture
def shop(tmp_path) -> CornerShop:
    folder = tmp_path / "shop"
    kept_shop.declare(folder)
    kpis = {"department": "sales", "owner": {"team": "Sales", "email": "sales@example.com"}, "kpis": [REVENUE]}
    (folder / "kpis" / "sales.yml").write_text(yaml.safe_dump(kpis))
    (folder / "alerts.yml").write_text(ALERTS)
    kept_shop.deliver(folder, "first", customers={"ana": "consumer"})
    for number in range(20):
        sell(folder, FIRST + timedelta(days=number), 120)
    return CornerShop(folder)


@pytest.fixture
def service(monkeypatch):
    service = Service()
    monkeypatch.setenv("KPI_TEST_TILL", service.url)
    yield service
    service.down()


def sell(folder: Path, day: date, amount: float) -> None:
    kept_shop.deliver(folder, str(day), [f"{day},ana,web,ES,{day} 10:00:00,{amount},"])


def run_on(shop: CornerShop, day: date) -> str:
    kept_shop.move_on(shop.folder, f"{day}T09:00:00Z")
    (said,) = [line for line in shop.kpi("run").splitlines() if line.startswith("alerts: ")]
    return said


def test_a_missed_target_is_told_and_that_it_is_met_again(shop, service):
    day = FIRST + timedelta(days=20)
    sell(shop.folder, day, 40)
    day += timedelta(days=1)
    assert run_on(shop, day) == "alerts: 1 opened, 0 resolved, 1 open; told till"
    assert run_on(shop, day) == "alerts: 0 opened, 0 resolved, 1 open"
    ((opened, at, to),) = shop.ask("select id, opened_at, delivered_to from kpi_alerts")
    assert to == "till"
    sell(shop.folder, day, 150)
    day += timedelta(days=1)
    assert run_on(shop, day) == "alerts: 0 opened, 1 resolved, 0 open; told till"
    assert shop.ask("select id, opened_at, resolved_at > opened_at from kpi_alerts") == [(opened, at, True)]
    assert service.titles == ["Sales: 1 new", "Sales: 1 resolved"]
    assert "40.00 EUR on 21 February 2026, target 100.00 EUR" in service.taken[0]["message"]
    assert "150.00 EUR on 22 February 2026, target 100.00 EUR" in service.taken[1]["message"]


def test_a_wrong_alerts_yml_stops_the_run_before_it_pulls(shop, service):
    (shop.folder / "alerts.yml").write_text(ALERTS.replace("kpis: [revenue]", "kpis: [revenu]"))
    output = shop.kpi("run", code=1)
    assert "alerts.yml:3: rules.missed.kpis.0: 'revenu' is no KPI; use one of revenue" in output
    assert not (shop.folder / "data" / "raw").exists()
