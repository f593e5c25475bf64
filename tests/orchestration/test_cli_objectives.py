"""`kpi objectives` on a small published mart: bars against what is expected, reasons, check-ins, in both languages."""

import csv
import io
import json

import pytest

from orchestration.cli.steering.progress_bars import bar
from tests.orchestration.small_mart import asking, publish_company

pytestmark = pytest.mark.fast
BUILD = """
create table kpi.kpi_catalog as select
    'sales' as kpi, 1::bigint as version, 'kpi' as kind, 'Sales' as label_en, 'Ventas' as label_es, 'EUR' as currency,
    'currency' as unit, 'active' as lifecycle;
create table kpi.objectives as select
    'grow' as id, 'Grow' as label_en, 'Crecer' as label_es, 'Sell more.' as description_en,
    'Vender más.' as description_es, 'Sales' as owner_team, 'sales@shop.test' as owner, 3::bigint as key_results,
    date '2026-07-01' as period_start, date '2026-09-30' as due, 0.5 as progress, 0.75 as expected_progress,
    'off_target' as status, 'Talks: no complete week yet' as reason_en,
    'Charlas: todavía no hay ninguna semana completa' as reason_es, 0.25 as confidence;
insert into kpi.objectives by name select 'stay' as id, 'Stay' as label_en, 'Quedarse' as label_es,
    'People' as owner_team, 'people@shop.test' as owner, 0 as key_results, 'no_target' as status,
    'no key results yet' as reason_en, 'todavía sin resultados clave' as reason_es;
create table kpi.key_results as select
    'more_sales' as id, 'grow' as objective, 'sales' as metric, 'More sales' as label_en, 'Más ventas' as label_es,
    'Sales' as owner_team, 'sales@shop.test' as owner, 'total' as measure, 'currency' as unit, 'quarter' as grain,
    date '2026-07-01' as period_start, date '2026-09-30' as due, 1000.0 as baseline, 1200.0 as target, 900.0 as current,
    0.75 as progress, 0.75 as expected_progress, 'on_target' as status, 0.25 as confidence, 0.5 as previous_progress,
    'off_target' as previous_status, date '2026-09-01' as last_checkin, date '2026-09-08' as next_checkin,
    true as checkin_overdue, null::double as at_least, null::bigint as reached, null::bigint as counted,
    null::varchar as reason_en, null::varchar as reason_es;
insert into kpi.key_results by name select 'steady_talks' as id, 'grow' as objective, 'talks' as metric,
    'Talks' as label_en, 'Charlas' as label_es, 'Sales' as owner_team, 'sales@shop.test' as owner,
    'share_of_weeks' as measure, 'percent' as unit, date '2026-07-01' as period_start, date '2026-09-30' as due,
    0.5 as current, 0.5 as progress, 1 as expected_progress, 'off_target' as status, 3 as at_least, 4 as reached,
    8 as counted, false as checkin_overdue;
insert into kpi.key_results by name select 'new_talks' as id, 'grow' as objective, 'talks' as metric,
    'New talks' as label_en, 'Charlas nuevas' as label_es, 'Sales' as owner_team, 'sales@shop.test' as owner,
    'weekly_mean' as measure, 'count' as unit, 'no_data' as status, 'no complete week yet' as reason_en,
    'todavía no hay ninguna semana completa' as reason_es, false as checkin_overdue;
create table kpi.key_result_checkins as select
    'more_sales.2026-09-01' as id, 'more_sales' as key_result, date '2026-09-01' as checked_in_on,
    'ana@shop.test' as owner, 0.6 as progress, 0.25 as confidence, 'The big customer waits.' as comment;
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return publish_company(tmp_path_factory.mktemp("company"), BUILD)


@pytest.fixture
def kpi(company, monkeypatch, capfd):
    return asking(company, monkeypatch, capfd)


def line(output: str, label: str) -> list[str]:
    (found,) = [text for text in output.splitlines() if text.strip().startswith(label) and "░" in text]
    return found.split()


def test_every_objective_stands_over_its_key_results_with_a_bar_against_what_is_expected(kpi):
    output = kpi("objectives")
    assert line(output, "More sales")[2:] == ["███████████│░░░░", "75%", "75%", "●", "on", "target", "25%"]
    assert line(output, "Talks")[1:] == ["████████░░░░░░░│", "50%", "100%", "■", "off", "target", "–"]
    assert output.index("Grow ") < output.index("More sales") < output.index("Stay ")
    assert "More sales: check-in overdue since 2026-09-08" in output
    assert "New talks: no complete week yet" in output
    assert "Stay: no key results yet" in output


def test_the_same_in_spanish(kpi):
    output = kpi("objectives", "--lang", "es")
    assert line(output, "Más ventas")[2:] == [
        "███████████│░░░░",
        "75",
        "%",
        "75",
        "%",
        "●",
        "en",
        "la",
        "meta",
        "25",
        "%",
    ]
    assert "Más ventas: seguimiento pendiente desde el 2026-09-08" in output
    assert "Charlas nuevas: todavía no hay ninguna semana completa" in output


def test_one_key_result_shows_where_it_came_from_and_what_its_owner_says(kpi):
    output = kpi("objectives", "more_sales")
    assert "900.00 EUR of 1,200 EUR, baseline 1,000 EUR" in output
    assert "2026-09-08, overdue" in output
    assert "The big customer waits." in output
    assert "Talks" not in output
    assert "4 de 8 semanas llegaron a 3" in kpi("objectives", "steady_talks", "--lang", "es")


def test_one_objective_shows_all_of_its_own(kpi):
    output = kpi("objectives", "grow")
    assert all(said in output for said in ("Sell more.", "sales@shop.test", "More sales", "4 of 8 weeks reached 3"))
    assert "Stay" not in output


def test_machines_read_a_row_for_each_objective_and_key_result(kpi):
    listed = list(csv.DictReader(io.StringIO(kpi("objectives", "--format", "csv"))))
    names = [(row["objective"], row["key_result"], row["status"]) for row in listed]
    assert names == [
        ("grow", "", "off_target"),
        ("grow", "more_sales", "on_target"),
        ("grow", "new_talks", "no_data"),
        ("grow", "steady_talks", "off_target"),
        ("stay", "", "no_target"),
    ]
    found = json.loads(kpi("objectives", "more_sales", "--format", "json", "--lang", "es"))
    assert found[1]["label"] == "Más ventas"
    assert found[1]["target"] == 1200.0


def test_names_are_checked_and_kpi_show_says_where_objectives_are_seen(kpi):
    assert "NAME grwo: is not known; did you mean grow? use one of grow, stay, more_sales" in kpi(
        "objectives", "grwo", code=2
    )
    assert "more_sales: is an objective or a key result and no KPI; see it by: kpi objectives more_sales" in kpi(
        "show", "more_sales", code=2
    )


@pytest.mark.parametrize(
    ("progress", "expected", "drawn"),
    [
        (None, 0.5, ""),
        (0.0, 0.0, "░░░░░░░░░░░░░░░░"),
        (0.0, 0.01, "│░░░░░░░░░░░░░░░"),
        (0.5, 1.0, "████████░░░░░░░│"),
        (1.0, 0.5, "███████│████████"),
        (1.0, 1.0, "███████████████│"),
    ],
)
def test_a_bar_is_as_long_as_progress_with_a_stroke_where_it_should_be(progress, expected, drawn):
    assert bar(progress, expected) == drawn
