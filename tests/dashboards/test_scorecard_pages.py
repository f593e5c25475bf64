"""The pages of the company and its departments: tiles, their order, and the sentences that they begin with."""

from datetime import date

import pytest
from written_mart import card, certificate, kpi, metric, value

from dashboards.frame import frame
from dashboards.pages import company, department
from dashboards.sentences import changes, standing, summary
from dashboards.speaker import Speaker
from dashboards.tiles import tiles

pytestmark = pytest.mark.fast

EN, ES = Speaker("en", "Europe/Madrid"), Speaker("es", "Europe/Madrid")


def only_tile(read, say=EN):
    (tile,) = tiles(read, say, list(read.scorecard))
    return tile


def said(sentence):
    return "".join(part.text for part in sentence)


@pytest.mark.parametrize(
    ("unit", "number", "target", "en", "es"),
    [
        ("percent", 0.718, 0.753, ("71.8", "%", "3.5 pp below"), ("71,8", " %", "3,5 pp por debajo")),
        ("currency", 1234.5, 1200, ("1,234", " EUR", "34.50 EUR above"), ("1.234", " EUR", "34,50 EUR por encima")),
        ("count", 10, 10, ("10", "", "exactly on it"), ("10", "", "justo en ella")),
        ("seconds", -0.0004, 1, ("0.0", " s", "1.0 s below"), ("0,0", " s", "1,0 s por debajo")),
    ],
)
def test_a_tile_says_value_unit_and_gap_in_its_language(mart, unit, number, target, en, es):
    row = kpi("speed", unit=unit, currency="EUR" if unit == "currency" else None)
    read = mart(kpi_catalog=[row], kpi_scorecard=[card("speed", number, target=target)])
    for say, expected in ((EN, en), (ES, es)):
        tile = only_tile(read, say)
        assert (tile.value, tile.unit, tile.gap) == expected
        assert tile.number == number


@pytest.mark.parametrize(
    ("number", "gap"), [(4, "1 below"), (5, ""), (7, ""), (8, ""), (10, "2 above")], ids=lambda one: str(one)
)
def test_between_two_bounds_there_is_no_gap_and_beyond_one_it_is_measured_from_that_one(mart, number, gap):
    read = mart(kpi_catalog=[kpi("load")], kpi_scorecard=[card("load", number, target_low=5, target_high=8)])
    assert (only_tile(read).target, only_tile(read).gap) == ("5 to 8", gap)


def test_what_needs_attention_comes_first_and_the_other_order_is_by_department(mart):
    stands = {
        "fine": ("on_target", 1.1, "sales"),
        "missed": ("off_target", 0.7, "support"),
        "missed_more": ("off_target", 0.4, "marketing"),
        "risky": ("at_risk", 0.9, "sales"),
        "unknown": ("no_data", None, "company"),
        "open_yet": (None, None, "support"),
        "doubted": ("on_target", 1.2, "support"),
    }
    read = mart(
        kpi_catalog=[kpi(name, department=of) for name, (_, _, of) in stands.items()],
        kpi_scorecard=[
            card(name, status=status, attainment=by, certified=name != "doubted")
            for name, (status, by, _) in stands.items()
        ],
    )
    found = tiles(read, EN, list(read.scorecard))
    assert [tile.kpi for tile in found] == ["missed_more", "missed", "risky", "unknown", "doubted", "open_yet", "fine"]
    assert [tile.by_attention for tile in found] == list(range(7))
    housed = sorted(found, key=lambda tile: tile.by_department)
    assert [tile.kpi for tile in housed] == ["missed_more", "fine", "risky", "doubted", "missed", "open_yet", "unknown"]


def test_an_uncertified_value_stands_with_its_reason_beside_the_last_certified_one(mart):
    row = card("revenue", 12, certified=False, reasons_en="no orders since Monday", reasons_es="sin pedidos")
    august = {"last_certified_value": 9, "last_certified_period_start": date(2026, 8, 1)}
    then = value("revenue", 9, period_start=date(2026, 8, 1), period_end=date(2026, 8, 31))
    read = mart(kpi_catalog=[kpi("revenue")], kpi_scorecard=[{**row, **august}], kpi_values=[then])
    tile = only_tile(read)
    assert (tile.certified, tile.reason, tile.last_certified) == (
        False,
        "no orders since Monday",
        "Last certified: 9 (August 2026)",
    )


def test_the_period_under_way_is_set_against_the_same_part_of_the_one_before(mart):
    october = {"open_period_start": date(2026, 10, 1), "open_value": 3, "open_previous_value": 4}
    under_way = value("revenue", 3, period_start=date(2026, 10, 1), period_end=date(2026, 10, 31), is_complete=False)
    read = mart(kpi_catalog=[kpi("revenue")], kpi_scorecard=[{**card("revenue"), **october}], kpi_values=[under_way])
    assert only_tile(read).to_date == "October 2026, so far: 3 · 4 at the same point before"
    assert only_tile(read, ES).to_date == "octubre de 2026, hasta ahora: 3 · 4 en el mismo punto antes"


def test_outcomes_that_take_days_to_come_in_are_not_set_against_those_of_the_period_before(mart):
    october = {"open_period_start": date(2026, 10, 1), "open_value": 0, "open_previous_value": 4}
    under_way = value("returns", 0, period_start=date(2026, 10, 1), period_end=date(2026, 10, 31), is_complete=False)
    read = mart(
        kpi_catalog=[kpi("returns", matures_after_days=30)],
        kpi_scorecard=[{**card("returns"), **october}],
        kpi_values=[under_way],
    )
    assert only_tile(read).to_date == "October 2026, so far: 0 · its outcomes are still coming in"


@pytest.mark.parametrize(
    ("kpis", "tracked", "said"),
    [
        (True, True, "all sources fresh"),
        (True, False, "1 tracked metric not certified"),
        (False, False, "1 KPI not certified, 1 tracked metric not certified"),
    ],
)
def test_the_frame_is_calm_only_if_every_figure_is_certified(mart, kpis, tracked, said):
    read = mart(
        kpi_catalog=[kpi("sales"), metric("calls")],
        kpi_scorecard=[card("sales", certified=kpis)],
        kpi_certifications=[certificate("sales", kpis), certificate("calls", tracked)],
    )
    around = frame(read, EN)
    assert (around.trust, around.is_calm) == (said, kpis and tracked)


def test_a_page_begins_with_how_many_are_on_target_what_changed_and_what_is_not_certified(mart):
    told = {
        "kpi": "churn",
        "grain": "month",
        "period_start": date(2026, 9, 1),
        "compare": "previous",
        "value_before": 4.0,
        "value": 6.0,
        "change": 2.0,
        "is_notable": True,
        "sentence_en": "Churn rose 2 to 6.",
        "sentence_es": "Churn (es): subió 2, hasta 6.",
    }
    uncertified = card("sales", 1, "off_target", certified=False, reasons_en="no data", reasons_es="sin datos")
    read = mart(
        kpi_catalog=[kpi("churn"), kpi("sales"), kpi("calls")],
        kpi_scorecard=[card("churn", 6, "at_risk"), uncertified, card("calls")],
        kpi_explanations=[told],
    )
    kpis = list(read.scorecard)
    assert [said(one) for one in summary(read, EN, kpis)] == [
        "1 of 3 KPIs is on target; 1 is at risk; 1 cannot be trusted now.",
        "Churn rose 2 to 6.",
        "Sales is not certified: no data.",
    ]
    assert [said(one) for one in summary(read, ES, kpis)] == [
        "1 de 3 KPI está en la meta; 1 está en riesgo; de 1 no nos podemos fiar ahora.",
        "Churn (es): subió 2, hasta 6.",
        "Sales (es): sin certificar; sin datos.",
    ]
    assert [part.kpi for part in summary(read, EN, kpis)[1] if part.kpi] == ["churn"]


def test_changes_are_told_once_a_kpi_the_largest_first(mart):
    def told(name, compare, before):
        period = {"grain": "month", "period_start": date(2026, 9, 1), "is_notable": True}
        row = {"kpi": name, "compare": compare, "value_before": before, "value": 20.0, "change": 20.0 - before}
        return {**row, **period, "sentence_en": f"{name.capitalize()} against {compare}."}

    rows = [told("churn", "previous", 19.0), told("churn", "year_ago", 10.0), told("sales", "previous", 16.0)]
    read = mart(
        kpi_catalog=[kpi("churn"), kpi("sales"), kpi("calls")],
        kpi_scorecard=[card("churn"), card("sales"), card("calls")],
        kpi_explanations=[*rows, told("calls", "previous", 1.0)],
    )
    assert [said(one) for one in changes(read, EN, ["churn", "sales"])] == [
        "Churn against year_ago.",
        "Sales against previous.",
    ]


@pytest.mark.parametrize(
    ("cards", "expected"),
    [
        ([], "No KPI is on this scorecard yet."),
        ([card("a", None, None), card("b", None, "no_data")], "None of the 2 KPIs has been judged by a target yet."),
        ([card("a", None, "no_data")], "The only KPI has not been judged by a target yet."),
        ([card("a"), card("b", status="no_target")], "1 of 2 KPIs is on target; 1 has no target."),
        (
            [card("a"), card("b", status=None, status_reason="small_sample")],
            "1 of 2 KPIs is on target; 1 has too small a sample.",
        ),
    ],
    ids=["none", "not judged", "one not judged", "no target", "small sample"],
)
def test_a_scorecard_without_statuses_says_so(mart, cards, expected):
    read = mart(kpi_catalog=[kpi("a"), kpi("b")], kpi_scorecard=cards)
    assert said(standing(read, EN, list(read.scorecard))) == expected


def test_a_department_has_its_kpis_by_tier_and_timing_and_what_it_tracks(mart):
    read = mart(
        kpi_catalog=[
            kpi("won", tier="primary", timing="lagging"),
            kpi("asked", tier="primary", timing="leading"),
            kpi("talked", tier="secondary", timing="leading"),
            kpi("theirs", department="support"),
            metric("calls"),
            metric("left", lifecycle="retired"),
            metric("exits", department="support", has_total=False, slices="page"),
        ],
        kpi_scorecard=[card("won"), card("asked"), card("talked"), card("theirs", department="support")],
        kpi_values=[value("calls", 46, previous_value=50)],
        kpi_certifications=[certificate("calls", False, reasons_en="late", reasons_es="tarde")],
    )
    sales, support = department.pages(read, EN)
    assert (sales.path, support.path) == ("departments/sales.html", "departments/support.html")
    shown = [
        (tier, [(column.title, [tile.kpi for tile in column.tiles]) for column in columns])
        for tier, columns in sales.content["tiers"]
    ]
    assert shown == [
        ("Primary", [("Leading", ["asked"]), ("Lagging", ["won"])]),
        ("Secondary", [("Leading", ["talked"])]),
    ]
    (line,) = sales.content["tracked"]
    assert (line.kpi, line.value, line.previous, line.certified, line.reason) == ("calls", "46", "−8.0%", False, "late")
    assert [line.value for line in support.content["tracked"]] == ["only by page"]


def test_only_what_is_on_the_companys_scorecard_is_on_its_page(mart):
    read = mart(
        kpi_catalog=[kpi("margin", company_level=True), kpi("calls")],
        kpi_scorecard=[card("margin", company_level=True), card("calls")],
    )
    (page,) = company.pages(read, EN)
    assert [tile.kpi for tile in page.content["tiles"]] == ["margin"]
    assert page.content["aims"] == []
