"""The pages of KPIs and tracked metrics: what they say is what the mart holds, whatever it holds or lacks."""

import csv
import io
import json
import re
from datetime import date, datetime, timedelta

import pytest
from written_mart import RUN, card, certificate, kpi, metric, run, value

from dashboards.assets import Assets
from dashboards.build import environment_of
from dashboards.frame import frame
from dashboards.kpi_page.course import courses
from dashboards.kpi_page.drivers import drivers
from dashboards.kpi_page.events import events
from dashboards.kpi_page.head import head
from dashboards.kpi_page.lineage import lineage
from dashboards.kpi_page.links import everything
from dashboards.kpi_page.proof import proof
from dashboards.kpi_page.slices import slices
from dashboards.kpi_page.targets import promises
from dashboards.pages import kpi as pages
from dashboards.speaker import Speaker

pytestmark = pytest.mark.fast

EN, ES = Speaker("en", "Europe/Madrid"), Speaker("es", "Europe/Madrid")
HOSTILE = "</script><script>alert(1)</script>"
SEPTEMBER = {"kpi": "sales", "grain": "month", "period_start": date(2026, 9, 1)}


def month(number):
    """The first and last day of a month of 2026."""
    first = date(2026, number, 1)
    return {"period_start": first, "period_end": (first + timedelta(31)).replace(day=1) - timedelta(1)}


def values(name, numbers, until=9, **columns):
    """Rows of kpi_values: a value a month, the last one of the month ``until``."""
    first = until - len(numbers) + 1
    return [value(name, number, **month(first + place), **columns) for place, number in enumerate(numbers)]


@pytest.fixture
def html(tmp_path):
    """A function that renders the page of a KPI."""
    environment = environment_of(Assets(tmp_path))

    def rendering(read, name="sales", say=EN):
        (page,) = (page for page in pages.pages(read, say) if page.path == f"kpis/{name}.html")
        around = {"frame": frame(read, say), "page": page, "say": say, "words": say.words("site")}
        return environment.get_template(page.template).render({**around, **page.content})

    return rendering


def table(spec):
    return list(csv.DictReader(io.StringIO(spec["data"]["values"])))


def only_course(read, name="sales"):
    (shown,) = courses(read, EN, everything(read)[name])
    return shown


def facts(read, say=EN):
    return dict(head(read, say, everything(read)["sales"]).facts)


def test_the_head_says_value_target_gap_changes_goal_and_outlook_in_both_languages(mart):
    scored = card(
        "sales", 1200.5, target=1300, status="at_risk", previous_value=1250, year_ago_value=1500, streak=-3,
        trend="up", trend_slope=12.5, trend_confidence=0.9, goal_grain="year", goal_start=date(2026, 1, 1),
        goal_end=date(2026, 12, 31), goal_value=9000, goal_target=12000, goal_expected=8000, pace=1.125,
        forecast=12500, forecast_lower=11000, forecast_upper=14000, probability_on_target=0.75,
    )  # fmt: skip
    read = mart(kpi_catalog=[kpi("sales", unit="currency", currency="EUR")], kpi_scorecard=[scored])
    assert facts(read) == {
        "Target": "1,300 EUR · 99.50 EUR below",
        "Period before": "1,250 EUR · −4.0%",
        "Year before": "1,500 EUR · −20.0%",
        "In a row": "3 periods not on target",
        "Trend": "rises by 12.50 EUR a period (90% sure)",
        "Goal": "9,000 EUR so far, 12,000 EUR promised for 2026; 8,000 EUR was expected by now, pace 112%",
        "Outlook": "12,500 EUR expected (11,000 EUR to 14,000 EUR); 75% likely on target",
    }
    assert facts(read, ES)["Meta"] == "1.300 EUR · 99,50 EUR por debajo"
    assert facts(read, ES)["Previsión"].startswith("se espera 12.500 EUR (de 11.000 EUR a 14.000 EUR); ")


@pytest.mark.parametrize(("chance", "said", "dicho"), [(1.0, "met", "cumplido"), (0.0, "missed", "no cumplido")])
def test_a_goal_that_is_over_is_said_as_what_it_came_to(mart, chance, said, dicho):
    goal = {"goal_grain": "month", "goal_start": date(2026, 9, 1), "goal_end": date(2026, 9, 30), "goal_value": 900}
    came_to = {"forecast": 900, "forecast_lower": 900, "forecast_upper": 900, "probability_on_target": chance}
    scored = card("sales", 1200, **goal, **came_to, goal_target=1000)
    read = mart(kpi_catalog=[kpi("sales")], kpi_scorecard=[scored], kpi_values=[value("sales", 900)])
    assert facts(read)["Goal"] == f"came to 900, 1,000 promised for September 2026: {said}"
    assert facts(read, ES)["Compromiso"].startswith("quedó en 900, 1.000 prometido para septiembre de 2026: ")
    assert "Outlook" not in facts(read)
    assert facts(read, ES)["Compromiso"].endswith(f": {dicho}")


def test_an_outlook_names_its_period_where_no_goal_does(mart):
    goal = {"goal_grain": "quarter", "goal_start": date(2026, 10, 1), "goal_end": date(2026, 12, 31)}
    ahead = {"forecast": 7, "forecast_lower": 6, "forecast_upper": 8, "probability_on_target": None}
    read = mart(kpi_catalog=[kpi("sales")], kpi_scorecard=[card("sales", 1, **goal, **ahead)])
    assert "Goal" not in facts(read)
    assert facts(read)["Outlook"] == "October to December 2026: 7 expected (6 to 8)"


def test_a_goal_whose_futures_are_all_alike_is_not_over(mart):
    goal = {"goal_grain": "month", "goal_start": date(2026, 9, 1), "goal_end": date(2026, 9, 30), "goal_value": 2}
    alike = {"forecast": 2, "forecast_lower": 2, "forecast_upper": 2, "probability_on_target": 0.4}
    under_way = value("sales", 2, is_complete=False)
    read = mart(kpi_catalog=[kpi("sales")], kpi_scorecard=[card("sales", 1, **goal, **alike)], kpi_values=[under_way])
    assert facts(read)["Outlook"] == "2 expected (2 to 2); 40% likely on target"


@pytest.mark.parametrize(("unit", "said"), [("percent", "0.0% · +3.2 pp"), ("ratio", "0.0")])
def test_a_change_from_nothing_is_said_in_points_and_has_no_percentage(mart, unit, said):
    read = mart(kpi_catalog=[kpi("sales", unit=unit)], kpi_scorecard=[card("sales", 0.032, previous_value=0.0)])
    assert facts(read)["Period before"] == said


def test_a_department_whose_figures_have_all_retired_has_no_page_to_lead_to(mart, html):
    retired = {"department": "people", "lifecycle": "retired"}
    read = mart(kpi_catalog=[kpi("sales"), kpi("morale", **retired)], kpi_scorecard=[card("sales")])
    assert "departments/people.html" not in html(read, "morale")
    assert 'departments/sales.html">' in html(read, "sales")


@pytest.mark.parametrize("number", [1e12, -0.0004, 0.0, 1 / 3])
def test_the_page_holds_the_value_as_the_mart_has_it(mart, html, number):
    read = mart(kpi_catalog=[kpi("sales", unit="ratio")], kpi_scorecard=[card("sales", number)])
    shown = re.search(r'<data value="([^"]*)">([^<]*)</data>', html(read))
    assert float(shown[1]) == number
    assert shown[2] == EN.value(number, {"unit": "ratio"})


def test_chart_and_table_hold_the_same_periods_and_the_values_of_the_mart(mart):
    rows = values("sales", [1e12, -0.0004, 7, 3], sample_size=12, target=5.0)
    rows[-1]["is_complete"] = False
    forecasts = [
        {"kpi": "sales", "grain": "month", **month(number), "forecast": 8.0, "lower": 6.0, "upper": 9.5}
        for number in (8, 9, 10)
    ]
    read = mart(kpi_catalog=[kpi("sales")], kpi_values=rows, kpi_forecasts=forecasts)
    shown = only_course(read)
    chart = table(shown.spec)
    assert [float(row["value"]) for row in chart if row["value"]] == [1e12, -0.0004, 7, 3]
    assert [row["forecast"] for row in chart] == ["", "", "7", "8", "8"]
    assert {line.start.isoformat() for line in shown.lines} == {row["start"] for row in chart}
    assert [(line.period, line.value, line.kind) for line in shown.lines[:3]] == [
        ("October 2026", "8 expected (6 to 10)", "forecast"),
        ("September 2026", "8 expected (6 to 10)", "forecast"),
        ("September 2026", "3", "open"),
    ]


def test_no_line_crosses_periods_that_are_missing(mart):
    rows = values("sales", [1, 2, 3, 4])
    del rows[1]
    chart = table(only_course(mart(kpi_catalog=[kpi("sales")], kpi_values=rows)).spec)
    assert [(row["start"], row["value"]) for row in chart][:3] == [
        ("2026-06-01", "1"), ("2026-07-01", ""), ("2026-08-01", "3"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (8, [("2026-07-01", "2", "2"), ("2026-08-01", "", "8"), ("2026-09-01", "", "8")]),
        (9, [("2026-07-01", "2", ""), ("2026-08-01", "", ""), ("2026-09-01", "", "8"), ("2026-10-01", "", "8")]),
    ],
    ids=["follows", "after a gap"],
)
def test_what_is_expected_is_joined_to_the_last_value_only_if_it_follows_it(mart, first, expected):
    ahead = [
        {"kpi": "sales", "grain": "month", **month(number), "forecast": 8.0, "lower": 6.0, "upper": 9.5}
        for number in (first, first + 1)
    ]
    read = mart(kpi_catalog=[kpi("sales")], kpi_values=values("sales", [1, 2], until=7), kpi_forecasts=ahead)
    chart = table(only_course(read).spec)
    assert [(row["start"], row["value"], row["forecast"]) for row in chart[1:]] == expected


@pytest.mark.parametrize(
    ("grain", "days", "most"), [("day", 1, 92), ("week", 7, 78), ("month", 31, 36), ("quarter", 92, 100)]
)
def test_a_chart_shows_the_last_periods_of_its_grain(mart, grain, days, most):
    starts = [date(2000, 1, 1) + timedelta(days * place) for place in range(100)]
    rows = [
        value("sales", place, grain=grain, period_start=start, period_end=start + timedelta(days - 1))
        for place, start in enumerate(starts)
    ]
    read = mart(kpi_catalog=[kpi("sales", grains=grain, review_grain=grain)], kpi_values=rows)
    chart = table(only_course(read).spec)
    assert [int(row["value"]) for row in chart] == list(range(100 - most, 100))


def test_what_happened_is_numbered_at_its_period_and_told_below(mart):
    read = mart(
        kpi_catalog=[kpi("sales")],
        kpi_values=values("sales", [1, 2, 3, 4]),
        kpi_definitions=[
            {"kpi": "sales", "version": version, "valid_from": datetime(2026, 5 + version, 30, 22, 30)}
            for version in (1, 2)
        ],
        kpi_actions=[{"id": "a", "kpi": "sales", "cause": "Prices rose.", "opened_on": date(2026, 8, 20)}],
        kpi_restatements=[
            {"kpi": "sales", "grain": "month", "slice": "", "reason": "late_data", "period_start": date(2026, 6, 1),
             "restated_at": datetime(2026, 9, 2)}
        ],
    )  # fmt: skip
    shown = only_course(read)
    assert [(note.number, note.words) for note in shown.notes] == [
        (1, "Restated on 2 September 2026: late data"),
        (2, "Version 2 of the definition, from 31 July 2026"),
        (3, "Action plan opened on 20 August 2026: “Prices rose.”"),
    ]
    (marks,) = (layer for layer in shown.spec["layer"] if layer["mark"].get("style") == "digit")
    assert [row["start"] for row in marks["data"]["values"]] == ["2026-06-01", "2026-07-01", "2026-08-01"]


def test_a_certificate_that_was_lost_is_told_and_one_never_had_is_not(mart):
    lost = [*values("sales", [1, 2], until=8), *values("sales", [3], certified=False)]
    never = values("visits", [1, 2], certified=False)
    read = mart(kpi_catalog=[kpi("sales"), kpi("visits")], kpi_values=[*lost, *never])
    assert [event.words for event in events(read, EN, "sales", "month")] == ["Not certified since 1 September 2026"]
    assert events(read, EN, "visits", "month") == []


def test_periods_in_a_row_without_a_certificate_are_told_once_with_their_first_and_last_day(mart):
    proven = (True, False, False, True, False, False)
    told = [values("sales", [1], until=month, certified=holds)[0] for month, holds in enumerate(proven, 4)]
    days = [
        value("sales", 1, grain="day", period_start=day, period_end=day, certified=day.day != 2)
        for day in (date(2026, 9, 1), date(2026, 9, 2), date(2026, 9, 3))
    ]
    read = mart(kpi_catalog=[kpi("sales")], kpi_values=[*told, *days])
    assert [(event.day, event.words) for event in events(read, EN, "sales", "month")] == [
        (date(2026, 5, 1), "Not certified from 1 May 2026 to 30 June 2026"),
        (date(2026, 8, 1), "Not certified since 1 August 2026"),
    ]
    assert [event.words for event in events(read, ES, "sales", "day")] == ["Sin certificar el 2 de septiembre de 2026"]


def test_slices_come_by_size_with_shares_and_the_smallest_together(mart):
    parts = [value("sales", number, slice="country", slice_value=f"c{number}") for number in range(1, 15)]
    lost = value("sales", None, slice="country", slice_value="(unknown)", sample_size=1, status_reason="small_sample")
    read = mart(
        kpi_catalog=[kpi("sales", slices="country", is_additive=True, min_persons=5)],
        kpi_values=[value("sales", 105), *parts, lost],
    )
    (country,) = slices(read, EN, everything(read)["sales"])
    assert [(part.name, part.value) for part in country.parts[:2]] == [("c14", "14"), ("c13", "13")]
    assert country.parts[0].share == "13.3%"
    assert len(country.parts) == 12
    assert country.rest == "and 3 smaller ones: 3"
    assert country.withheld == "Values that rest on fewer than 5 persons are not published."


def test_a_waterfall_adds_up_from_the_value_before_to_the_one_now(mart):
    contributions = {f"c{place}": (-1) ** place * (20.0 - place) for place in range(11)}
    total = sum(contributions.values())
    told = {**SEPTEMBER, "compare": "previous", "value_before": 100.0, "value": 100.0 + total, "slice": "country"}
    read = mart(
        kpi_catalog=[kpi("sales", direction="decrease")],
        kpi_scorecard=[card("sales", 100.0 + total)],
        kpi_explanations=[{**told, "sentence_en": "It rose.", "sentence_es": "Subió."}],
        kpi_drivers=[
            {**SEPTEMBER, "compare": "previous", "slice": "country", "slice_value": name, "contribution": part}
            for name, part in contributions.items()
        ],
    )
    (driven,) = drivers(read, EN, everything(read)["sales"]).all
    steps = driven.spec["data"]["values"]
    assert (steps[0]["end"], steps[-1]["end"]) == (100, 100 + total)
    assert steps[-2]["end"] == pytest.approx(100 + total)
    assert [step["kind"] for step in steps[:3]] == ["whole", "bad", "good"]
    assert len(steps) == 11
    assert "3 others" in str(driven.spec["encoding"]["y"]["axis"]["labelExpr"])
    assert [row.name for row in driven.rows] == list(contributions)


def test_targets_of_begun_periods_and_the_next_one_are_shown(mart):
    promised = [
        {"kpi": "sales", "grain": "month", "promised_grain": "month", "slice": "", "slice_value": "", **month(number),
         "value": number, "baseline": 1.0, "set_at": date(2026, 1, 1), "attainability": 0.02,
         "attainability_verdict": "not_attainable"}
        for number in range(1, 12)
    ]  # fmt: skip
    failed = run("run-0002", datetime(2026, 10, 2), as_of=datetime(2026, 12, 31), status="failed")
    read = mart(
        kpi_runs=[run(), failed],
        kpi_catalog=[kpi("sales")],
        kpi_targets=[*promised, {**promised[0], "grain": "day"}],
    )
    found = promises(read, EN, everything(read)["sales"])
    assert [one.target for one in found] == ["10", "9", "8", "7", "6", "5"]
    assert found[0].attainability == "not attainable · reached in 2% of futures"


def test_failed_checks_are_named_and_the_others_counted(mart):
    checks = [
        {"check": name, "run_id": run_id, "severity": "error", "passed": passed, "kpis": ["sales", "other"]}
        for name, run_id, passed in (("bad", RUN, False), ("good", RUN, True), ("old", "before", False))
    ]
    read = mart(
        kpi_catalog=[kpi("sales")],
        kpi_runs=[run(), run("before", datetime(2026, 9, 1), as_of=datetime(2026, 8, 31))],
        kpi_checks=checks,
        kpi_certifications=[certificate("sales", False, reasons_en="bad"), certificate("sales", run_id="before")],
    )
    found = proof(read, EN, everything(read)["sales"])
    assert [(check.check, check.costs) for check in found.failed] == [("bad", "not certified")]
    assert found.passed == 1
    assert [verdict.certified for verdict in found.history] == [True, False]


def test_lineage_leads_from_raw_tables_to_the_kpi_and_leaves_out_what_is_not_on_the_way(mart):
    edges = [("shop.orders", "stg", "source", "staging"), ("stg", "int", "staging", "entity"),
             ("int", "state", "entity", "state"), ("state", "sales", "state", "kpi"),
             ("shop.returns", "stg2", "source", "staging")]  # fmt: skip
    read = mart(
        kpi_catalog=[kpi("sales")],
        kpi_lineage=[dict(zip(("from", "to", "from_kind", "to_kind"), edge, strict=True)) for edge in edges],
    )
    found = lineage(read, EN, everything(read)["sales"])
    assert [list(layer.tables) for layer in found] == [["shop.orders"], ["stg"], ["int"], ["state"]]


def test_nothing_that_comes_from_data_ends_a_script_or_begins_one(mart, html):
    told = {**SEPTEMBER, "compare": "previous", "value_before": 1.0, "value": 2.0, "slice": "country"}
    read = mart(
        kpi_catalog=[kpi("sales", label_en=HOSTILE, playbook_en=HOSTILE, formula=HOSTILE, slices="country")],
        kpi_values=[*values("sales", [1, 2]), value("sales", 2, slice="country", slice_value=HOSTILE)],
        kpi_scorecard=[card("sales", 2.0)],
        kpi_explanations=[{**told, "sentence_en": HOSTILE, "sentence_es": HOSTILE}],
        kpi_drivers=[
            {**SEPTEMBER, "compare": "previous", "slice": "country", "slice_value": HOSTILE, "contribution": 1}
        ],
        kpi_actions=[{"id": "a", "kpi": "sales", "cause": HOSTILE, "opened_on": date(2026, 9, 2), "status": "open"}],
    )
    page = html(read)
    assert "<script>alert" not in page
    embedded = re.search(r'<script type="application/json" id="charts">(.*?)</script>', page, re.DOTALL)
    specs = json.loads(embedded[1])["specs"]
    assert HOSTILE in specs["country previous"]["encoding"]["y"]["axis"]["labelExpr"]


EMPTY = [
    (kpi("sales"), ["No data yet", "There are no values of it as a whole yet.", "It has no target yet."]),
    (metric("sales"), ["tracked, promises nothing", "A tracked metric has no target."]),
    (metric("sales", has_total=False, slices="page"), ["Only by page", "since its parts may not be added up"]),
    (kpi("sales", lifecycle="draft"), ["Draft: it is computed, and on no scorecard yet."]),
    (kpi("sales", lifecycle="retired", successor="visits"), ["Retired:", '<a href="visits.html">visits</a>']),
]


@pytest.mark.parametrize(("row", "said"), EMPTY, ids=lambda part: part["kind"] if isinstance(part, dict) else "")
def test_a_page_without_values_explains_why(mart, html, row, said):
    page = html(mart(kpi_catalog=[row]))
    for words in said:
        assert words in page


def test_an_uncertified_kpi_says_why_and_its_last_certified_value(mart, html):
    uncertified = card(
        "sales", 9, certified=False, last_certified_value=8, last_certified_period_start=date(2026, 8, 1)
    )
    read = mart(
        kpi_catalog=[kpi("sales")],
        kpi_scorecard=[uncertified],
        kpi_values=values("sales", [8, 9]),
        kpi_certifications=[certificate("sales", False, reasons_en="no surveys came", reasons_es="no llegó ninguna")],
    )
    page = html(read)
    assert "no surveys came" in page
    assert "Last certified: 8 (August 2026)" in page
    assert '"style":["line","unproven"]' in page
    assert "no llegó ninguna" in html(read, say=ES)


def test_a_page_of_everything_stays_small(mart, html, record_property):
    days = [
        value("sales", 1000.0 + place, grain="day", period_start=date(2026, 1, 1) + timedelta(place),
              period_end=date(2026, 1, 1) + timedelta(place), target=1234.5678, sample_size=99, status="off_target")
        for place in range(270)
    ]  # fmt: skip
    read = mart(kpi_catalog=[kpi("sales", grains="day", review_grain="day")], kpi_values=days)
    size = len(html(read).encode()) / 1000
    record_property("figure", f"{size:.0f} kB with 92 days")
    assert size < 40


def test_a_metric_whose_newest_period_is_empty_shows_the_one_before_as_every_list_does(mart):
    read = mart(kpi_catalog=[metric("calls")], kpi_values=values("calls", [3, None]))
    shown = head(read, EN, everything(read)["calls"])
    assert (shown.value, shown.period) == ("3", "August 2026")
