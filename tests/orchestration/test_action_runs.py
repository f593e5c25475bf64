"""Action plans through whole runs of a tiny shop: a missed day asks for a plan, the plan answers, the review tells."""

import pytest
from corner_shop import CornerShop

pytestmark = pytest.mark.slow

PLAN = """\
id: empty_shelves
kpi: total_revenue
period: 2026-03-09
opened: 2026-03-10
cause: {kind: process, text: The bread came at noon.}
actions:
  - {what: Order the bread a day earlier, owner: shop@example.com, due: 2026-03-20}
owner: shop@example.com
goal: target
due: 2026-03-31
"""
ACTIONS = "select id, status, owner, goal, current from kpi_actions where kpi = 'total_revenue'"
ON_CARD = "select status, action_id, action_status from kpi_scorecard where kpi = 'total_revenue'"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> CornerShop:
    """A shop that sold for 100 on a Monday and for 50 on the same Monday a year later."""
    shop = CornerShop.open(tmp_path_factory.mktemp("missed") / "shop")
    (shop.folder / "till" / "2026-03-01.csv").unlink()
    shop.deliver("mondays", ["1,ana,2025-03-10 10:00:00,100", "2,ana,2026-03-09 10:00:00,50"])
    output = shop.kpi("run")
    assert "action plans: 1 asked for" in " ".join(output.split())
    return shop


def test_a_day_off_its_target_asks_for_a_plan(shop):
    # the day promises 5 % more than the Monday a year before: 105
    assert shop.ask(ACTIONS) == [("asked:total_revenue", "asked", "sales@example.com", 105, 50)]
    assert shop.ask(ON_CARD) == [("off_target", "asked:total_revenue", "asked")]
    assert "50.00 EUR on 9 March 2026, off its target of 105.00 EUR" in " ".join(shop.kpi("actions").split())


def test_a_plan_of_the_company_answers_the_miss_and_is_in_the_review(shop, tmp_path):
    (shop.folder / "actions").mkdir()
    (shop.folder / "actions" / "shelves.yml").write_text(PLAN)
    shop.kpi("run")
    assert shop.ask(ACTIONS) == [("empty_shelves", "open", "shop@example.com", 105, 50)]
    assert shop.ask(ON_CARD) == [("off_target", "empty_shelves", "open")]
    page = tmp_path / "agenda.html"
    shop.kpi("review", "--cadence", "daily", "--department", "sales", "--lang", "es", "--out", str(page))
    text = page.read_text()
    assert "Revisión diaria · Ventas" in text
    assert "Causa (proceso), tal como se escribió: «The bread came at noon.»" in text
    assert "50,00 EUR" in text


def test_a_plan_that_is_wrong_stops_the_run_with_its_line_and_keeps_the_mart(shop):
    before = shop.version()
    (shop.folder / "actions" / "shelves.yml").write_text(PLAN.replace("total_revenue", "total_revenu"))
    output = shop.kpi("run", code=1)
    assert "shelves.yml:2: empty_shelves.kpi: 'total_revenu' is no KPI; did you mean total_revenue?" in output
    assert shop.version() == before


def test_an_increment_says_of_plans_what_a_full_refresh_says(shop):
    (shop.folder / "actions" / "shelves.yml").write_text(PLAN)
    shop.deliver("tuesday", ["3,ana,2025-03-11 10:00:00,10", "4,ana,2026-03-10 10:00:00,60"])
    shop.kpi("run", "--as-of", "2026-03-11T12:00:00Z")
    said = shop.ask("from kpi_actions order by id")
    # the Tuesday reached its target, so the plan has done its work
    assert shop.ask(ACTIONS) == [("empty_shelves", "recovered", "shop@example.com", 10.5, 60)]
    shop.kpi("run", "--as-of", "2026-03-11T12:00:00Z", "--full-refresh")
    assert shop.ask("from kpi_actions order by id") == said
