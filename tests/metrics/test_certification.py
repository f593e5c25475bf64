"""Certification of KPIs over small marts made by hand: each reason, its limits, and what it costs."""

from datetime import date, datetime, timedelta

import pytest
from proof_lab import AS_OF, CALENDAR, ProofLab

from metrics.calendar import Calendar
from metrics.steering.checks import Check
from metrics.wording.text import Words
from orchestration.publishing.mart_suite_files import load_mart_suites

pytestmark = pytest.mark.fast

YESTERDAY = date(2026, 3, 9)
OLD = AS_OF - timedelta(hours=24, seconds=1)
REFUSED = Check(
    "shop.orders", "delivered", "gx", "error", False, "orders.csv: no column net",
    reason=Words("a delivery of orders was refused", "se rechazó una entrega de pedidos"),
)  # fmt: skip
CHANNEL = {"slice": "channel", "slice_value": "web"}


def orders(*times: datetime, **kpi) -> ProofLab:
    """The shop with its orders at these times."""
    lab = ProofLab.of_orders(**kpi)
    lab.staged("shop.orders", ordered_at=times)
    return lab


def test_a_kpi_with_fresh_data_and_an_approved_definition_is_certified():
    lab = ProofLab.of_orders()
    lab.certify()
    verdict = lab.verdict()
    assert [verdict[name] for name in ("measurable", "up_to_date", "definition_approved", "certified")] == [True] * 4
    assert (verdict["reasons_en"], verdict["reasons_es"]) == (None, None)
    assert verdict["newest_input_at"] == AS_OF - timedelta(hours=2)
    assert (verdict["checks_run"], verdict["checks_failed"]) == (5, 0)
    assert all(passed for _, passed, _ in lab.checks().values())
    assert lab.certified_values() == {("day", YESTERDAY, ""): True}
    assert lab.scorecard() == (True, None, 100, YESTERDAY)


def test_an_entity_that_no_system_feeds_is_the_only_reason_that_is_given():
    lab = orders(OLD)
    lab.kpi("roas", ["shop.orders"], entities="ad_spend, leads, orders")
    lab.certify()
    assert lab.reasons("roas") == "not measurable: no source for ad spend, leads"
    assert lab.motivos("roas") == "no medible: sin fuente para gasto publicitario, leads"
    assert lab.verdict("roas")["up_to_date"] is False
    assert set(lab.checks("roas")) == {"roas.has_source", "roas.definition_approved"}


def test_a_kpi_without_values_of_a_source_with_rows_names_what_it_needs():
    lab = ProofLab.of_orders()
    lab.kpi("margin", ["shop.orders"], needs_en="orders with a cost", needs_es="pedidos con coste")
    lab.certify()
    assert lab.reasons("margin") == "not measurable: no orders with a cost"
    assert lab.motivos("margin") == "no medible: no hay pedidos con coste"
    assert (lab.verdict("margin")["measurable"], lab.verdict("margin")["up_to_date"]) == (False, True)


def test_before_the_first_row_there_is_no_data_yet():
    lab = ProofLab()
    lab.source("shop.orders", "orders")
    lab.staged("shop.orders", ordered_at=[AS_OF + timedelta(days=1)])
    lab.kpi("revenue", ["shop.orders"])
    lab.certify()
    assert lab.reasons() == "not measurable: no data yet"
    assert lab.motivos() == "no medible: todavía no hay datos"
    assert (lab.verdict()["newest_input_at"], lab.verdict()["up_to_date"]) == (None, False)
    assert "revenue.up_to_date" not in lab.checks()


@pytest.mark.parametrize(
    ("grain", "english", "spanish"),
    [
        ("day", "no complete day yet", "todavía no hay ningún día completo"),
        ("week", "no complete week yet", "todavía no hay ninguna semana completa"),
        ("month", "no complete month yet", "todavía no hay ningún mes completo"),
        ("quarter", "no complete quarter yet", "todavía no hay ningún trimestre completo"),
        ("year", "no complete year yet", "todavía no hay ningún año completo"),
    ],
)
def test_an_open_period_is_no_value_to_certify(grain, english, spanish):
    lab = ProofLab()
    lab.source("shop.orders", "orders")
    lab.staged("shop.orders", ordered_at=[AS_OF])
    lab.kpi("revenue", ["shop.orders"], review_grain=grain)
    lab.value("revenue", date(2026, 3, 10), grain=grain, is_complete=False)
    lab.certify()
    assert lab.reasons() == f"not measurable: {english}"
    assert lab.motivos() == f"no medible: {spanish}"
    assert lab.certified_values() == {(grain, date(2026, 3, 10), ""): False}


def test_a_count_of_nothing_is_no_data_where_no_table_can_hold_what_is_counted():
    lab = ProofLab.of_orders()
    lab.kpi("promoters", [], needs_en="answered surveys", entities="orders")
    lab.value("promoters", YESTERDAY, 0)
    lab.certify()
    assert lab.reasons("promoters") == "not measurable: no answered surveys"
    assert lab.verdict("promoters")["up_to_date"] is False


def test_the_period_that_is_judged_is_the_latest_complete_one_with_a_value():
    lab = ProofLab.of_orders(min_sample=30)
    lab.value("revenue", date(2026, 3, 8), sample_size=5)
    lab.value("revenue", date(2026, 3, 10), None, sample_size=3)
    lab.value("revenue", date(2026, 3, 11), is_complete=False, sample_size=4)
    lab.value("revenue", date(2026, 3, 1), grain="month", sample_size=6)
    lab.certify()
    assert lab.reasons() is None
    assert lab.checks()["revenue.enough_rows"] == ("error", True, "50 on 2026-03-09; at least 30")


@pytest.mark.parametrize(("size", "certified"), [(30, True), (29, False), (0, False), (None, False)])
def test_a_sample_of_exactly_the_least_is_enough(size, certified):
    lab = ProofLab()
    lab.source("shop.orders", "orders")
    lab.staged("shop.orders", ordered_at=[AS_OF])
    lab.kpi("revenue", ["shop.orders"], min_sample=30)
    lab.value("revenue", YESTERDAY, sample_size=size)
    lab.certify()
    assert lab.verdict()["certified"] is certified
    if not certified:
        assert lab.reasons() == (f"not measurable: a sample of only {size or 0} on 2026-03-09 (at least 30 are needed)")


@pytest.mark.parametrize(
    ("grain", "english", "spanish"),
    [
        ("week", "in the week of 2026-03-02", "en la semana del 2026-03-02"),
        ("month", "in 2026-03", "en 2026-03"),
        ("quarter", "in the quarter from 2026-03", "en el trimestre desde 2026-03"),
        ("year", "in the year from 2026-03", "en el año desde 2026-03"),
    ],
)
def test_a_small_sample_is_told_with_its_period(grain, english, spanish):
    lab = ProofLab.of_orders(review_grain=grain, min_sample=30)
    lab.value("revenue", date(2026, 3, 2), grain=grain, sample_size=7)
    lab.certify()
    assert lab.reasons() == f"not measurable: a sample of only 7 {english} (at least 30 are needed)"
    assert lab.motivos() == f"no medible: una muestra de solo 7 {spanish} (se necesitan al menos 30)"


def test_a_kpi_without_a_total_is_judged_by_its_fullest_slice():
    lab = ProofLab.of_orders()
    lab.kpi("exits", ["shop.orders"], has_total=False, min_sample=30)
    for page, size in (("home", 20), ("cart", 15)):
        lab.value("exits", YESTERDAY, slice="page", slice_value=page, sample_size=size)
    lab.value("exits", YESTERDAY, **CHANNEL, sample_size=4)
    lab.certify()
    assert lab.checks("exits")["exits.enough_rows"] == ("error", True, "35 on 2026-03-09; at least 30")


@pytest.mark.parametrize(
    ("denominator", "certified"), [(95.0, True), (94.9, False), (None, False), (0.0, False), (120.0, True)]
)
def test_a_ratio_must_cover_its_share_of_the_whole(denominator, certified):
    lab = ProofLab.of_orders()
    lab.kpi("margin", ["shop.orders"], coverage_of="revenue", coverage_at_least=0.95)
    lab.value("margin", YESTERDAY, 0.4, denominator=denominator)
    lab.certify()
    assert lab.verdict("margin")["certified"] is certified
    if denominator == 94.9:
        assert lab.reasons("margin") == (
            "not measurable: covers only 94.9% of Revenue on 2026-03-09 (at least 95% is needed)"
        )
        assert lab.motivos("margin") == (
            "no medible: cubre solo el 94.9% de Ingresos el 2026-03-09 (se necesita al menos el 95%)"
        )


def test_what_covers_a_whole_without_value_covers_nothing():
    lab = ProofLab.of_orders()
    lab.kpi("margin", ["shop.orders"], coverage_of="revenue", coverage_at_least=0.95)
    lab.value("margin", date(2026, 3, 8), 0.4, denominator=10)
    lab.certify()
    assert "covers only 0.0% of Revenue" in (lab.reasons("margin") or "")


@pytest.mark.parametrize(
    ("age", "fresh"),
    [(timedelta(hours=24), True), (timedelta(hours=24, microseconds=1), False), (timedelta(0), True)],
)
def test_data_of_exactly_the_limit_is_up_to_date(age, fresh):
    lab = orders(AS_OF - age)
    lab.certify()
    verdict = lab.verdict()
    assert (verdict["up_to_date"], verdict["certified"], verdict["measurable"]) == (fresh, fresh, True)


@pytest.mark.parametrize(
    ("freshness", "english", "spanish"),
    [
        ("24h", "24 hours", "24 horas"),
        ("1h", "1 hour", "1 hora"),
        ("40d", "40 days", "40 días"),
        ("1d", "1 day", "1 día"),
        ("2w", "2 weeks", "2 semanas"),
        ("1w", "1 week", "1 semana"),
    ],
)
def test_stale_data_is_told_with_its_last_day_and_the_limit(freshness, english, spanish):
    lab = orders(datetime(2010, 12, 9, 20, 1), freshness=freshness)
    lab.certify()
    assert lab.reasons() == f"not up to date: no orders since 2010-12-09 20:01 (limit: {english})"
    assert lab.motivos() == f"no está al día: sin pedidos desde 2010-12-09 20:01 (límite: {spanish})"


def test_leaders_read_times_on_the_companys_clocks():
    lab = orders(datetime(2026, 3, 8, 23, 30))
    lab.certify(calendar=Calendar("Europe/Madrid", "monday", 1, date(2025, 1, 1), "EUR"))
    assert lab.reasons() == "not up to date: no orders since 2026-03-09 00:30 (limit: 24 hours)"
    assert lab.verdict()["newest_input_at"] == datetime(2026, 3, 8, 23, 30)


def test_events_after_the_runs_now_make_nothing_fresh():
    lab = orders(OLD, AS_OF + timedelta(seconds=1))
    lab.certify()
    assert lab.verdict()["newest_input_at"] == OLD
    assert lab.verdict()["up_to_date"] is False


def test_an_outcome_by_the_runs_now_is_an_event_and_a_later_one_is_not():
    lab = ProofLab()
    lab.source("crm.deals", "deals")
    closed = [AS_OF - timedelta(hours=3), AS_OF + timedelta(hours=1), None]
    lab.staged(
        "crm.deals", created_at=[datetime(2026, 1, 1), datetime(2026, 3, 1), datetime(2026, 2, 1)], closed_at=closed
    )
    lab.kpi("deals_won", ["crm.deals"], entities="deals")
    lab.value("deals_won", YESTERDAY)
    lab.certify()
    assert lab.verdict("deals_won")["newest_input_at"] == closed[0]


@pytest.mark.parametrize(
    ("zone", "day", "newest"),
    [
        ("UTC", date(2026, 3, 8), datetime(2026, 3, 9)),
        ("Europe/Madrid", date(2026, 3, 8), datetime(2026, 3, 8, 23)),
        ("Europe/Madrid", date(2026, 3, 10), AS_OF),
        ("UTC", date(2026, 3, 11), None),
    ],
)
def test_a_row_of_a_day_counts_to_the_end_of_that_local_day(zone, day, newest):
    lab = ProofLab()
    lab.source("ads.spend", "ad_spend")
    lab.staged("ads.spend", day=[day])
    lab.kpi("clicks", ["ads.spend"], entities="ad_spend")
    lab.value("clicks", YESTERDAY)
    lab.certify(calendar=Calendar(zone, "monday", 1, date(2025, 1, 1), "EUR"))
    assert lab.verdict("clicks")["newest_input_at"] == newest


def test_of_several_event_tables_the_least_fresh_counts():
    lab = ProofLab.of_orders()
    lab.source("ads.spend", "ad_spend")
    lab.staged("ads.spend", day=[date(2026, 3, 5)])
    lab.kpi("roas", ["shop.orders", "ads.spend"], entities="ad_spend, orders")
    lab.value("roas", YESTERDAY)
    lab.certify()
    assert lab.reasons("roas") == "not up to date: no ad spend since 2026-03-06 00:00 (limit: 24 hours)"
    assert lab.verdict("roas")["newest_input_at"] == datetime(2026, 3, 6)


def test_the_system_is_named_where_several_feed_an_entity():
    lab = ProofLab.of_orders()
    lab.source("store.sales", "orders")
    lab.staged("store.sales", ordered_at=[OLD])
    lab.kpi("all_revenue", ["shop.orders", "store.sales"])
    lab.value("all_revenue", YESTERDAY)
    lab.certify()
    assert lab.reasons("all_revenue") == "not up to date: no orders from store since 2026-03-09 11:59 (limit: 24 hours)"
    assert lab.motivos("all_revenue") == (
        "no está al día: sin pedidos de store desde 2026-03-09 11:59 (límite: 24 horas)"
    )


def test_a_second_system_that_has_nothing_yet_does_not_age_the_first():
    lab = ProofLab.of_orders()
    lab.source("store.sales", "orders")
    lab.staged("store.sales", ordered_at=[])
    lab.kpi("all_revenue", ["shop.orders", "store.sales"])
    lab.value("all_revenue", YESTERDAY)
    lab.certify()
    assert lab.reasons("all_revenue") is None


@pytest.mark.parametrize(
    ("limit", "pulled", "fresh"), [(None, OLD, True), (24, OLD, False), (24, AS_OF + timedelta(days=90), True)]
)
def test_a_table_without_event_times_is_as_fresh_as_its_pull_if_it_declares_a_limit(limit, pulled, fresh):
    lab = ProofLab()
    lab.source("people.employees", "employees", limit)
    lab.con.execute("insert into warehouse.control.batches values ('people', 'employees', ?)", [pulled])
    lab.kpi("headcount", ["people.employees"], entities="employees")
    lab.value("headcount", YESTERDAY)
    lab.certify()
    assert lab.verdict("headcount")["certified"] is fresh
    if not fresh:
        assert (lab.reasons("headcount") or "").startswith("not up to date: no employees since 2026-03-09 11:59")


def test_a_stale_table_warns_and_hurts_nobody_by_itself():
    lab = orders(AS_OF - timedelta(hours=30), freshness="72h")
    lab.con.execute("update warehouse.control.sources set freshness_hours = 24")
    lab.certify()
    assert lab.verdict()["certified"] is True
    fresh = "select severity, passed, observed, kpis from mart.kpi_checks where \"check\" = 'shop.orders.fresh'"
    assert lab.con.execute(fresh).fetchall() == [
        ("warn", False, "newest event at 2026-03-09 06:00; limit: 24 hours", [])
    ]


@pytest.mark.parametrize("approved", [{}, {"revenue": (1, "b")}, {"revenue": (2, "a")}])
def test_only_the_locked_version_and_meaning_is_approved(approved):
    lab = ProofLab.of_orders()
    lab.certify(approved=approved)
    verdict = lab.verdict()
    assert (verdict["definition_approved"], verdict["measurable"], verdict["up_to_date"]) == (False, True, True)
    assert lab.reasons() == "definition not approved: version 1 is not the approved one"
    assert lab.motivos() == "definición no aprobada: la versión 1 no es la aprobada"


def test_a_failed_error_upstream_hurts_the_kpis_downstream_and_no_others():
    lab = ProofLab.of_orders()
    lab.kpi("visits", ["shop.orders"])
    lab.value("visits", YESTERDAY)
    lab.certify(REFUSED, downstream={"shop.orders": ["revenue", "gone"]})
    assert lab.reasons() == "not measurable: a delivery of orders was refused"
    assert lab.motivos() == "no medible: se rechazó una entrega de pedidos"
    assert lab.verdict("visits")["certified"] is True
    assert lab.checks()["shop.orders.delivered"] == ("error", False, "orders.csv: no column net")
    assert (lab.verdict()["checks_run"], lab.verdict()["checks_failed"]) == (6, 1)


def test_a_check_may_name_whom_it_hurts():
    lab = ProofLab.of_orders()
    check = Check("shop.orders", "few_late", "gx", "error", False, hurts=())
    lab.certify(check, downstream={"shop.orders": ["revenue"]})
    assert lab.verdict()["certified"] is True
    lab.publish()
    lab = ProofLab.of_orders()
    lab.certify(Check("shop.orders", "few_late", "gx", "error", False, hurts=("revenue",)))
    assert lab.reasons() == "not measurable: a check failed (shop.orders: few_late)"


def test_a_warning_upstream_is_counted_and_costs_nothing():
    lab = ProofLab.of_orders()
    warning = Check("shop.orders", "known_status", "gx", "warn", False, "3 rows set apart", 3)
    lab.certify(warning, downstream={"shop.orders": ["revenue"]})
    assert lab.verdict()["certified"] is True
    assert (lab.verdict()["checks_run"], lab.verdict()["checks_failed"]) == (6, 1)


def test_reasons_are_said_once_with_a_heading_for_each_kind():
    lab = orders(OLD, min_sample=60)
    again = Check("fct_orders", "unique", "dbt", "error", False, reason=REFUSED.reason)
    lab.certify(REFUSED, again, approved={}, downstream={"shop.orders": ["revenue"], "fct_orders": ["revenue"]})
    assert lab.reasons() == (
        "not measurable: a sample of only 50 on 2026-03-09 (at least 60 are needed); a delivery of orders was refused; "
        "not up to date: no orders since 2026-03-09 11:59 (limit: 24 hours); "
        "definition not approved: version 1 is not the approved one"
    )


@pytest.mark.parametrize("kind", [{"kind": "metric"}, {"lifecycle": "draft"}, {"lifecycle": "retired"}])
def test_tracked_metrics_drafts_and_retired_kpis_are_judged_by_the_same_rules(kind):
    lab = orders(OLD, **kind)
    lab.certify()
    assert lab.reasons() == "not up to date: no orders since 2026-03-09 11:59 (limit: 24 hours)"
    assert lab.scorecard() is None


def test_a_value_without_rows_enough_or_without_a_value_is_not_certified():
    lab = ProofLab.of_orders(min_sample=30)
    lab.value("revenue", YESTERDAY, **CHANNEL, sample_size=29)
    lab.value("revenue", date(2026, 3, 8), None)
    lab.value("revenue", date(2026, 3, 10), is_complete=False)
    lab.certify()
    assert lab.certified_values() == {
        ("day", YESTERDAY, ""): True,
        ("day", YESTERDAY, "web"): False,
        ("day", date(2026, 3, 8), ""): False,
        ("day", date(2026, 3, 10), ""): True,
    }


def test_no_value_of_an_uncertified_kpi_is_certified_and_each_has_a_verdict():
    lab = orders(OLD)
    lab.value("revenue", YESTERDAY, **CHANNEL)
    lab.certify()
    assert lab.certified_values() == {("day", YESTERDAY, ""): False, ("day", YESTERDAY, "web"): False}


def test_the_last_certified_value_stays_on_the_scorecard_and_the_next_takes_its_place():
    lab = ProofLab.of_orders()
    lab.certify()
    for later, expected in ((1, 100), (2, 100), (3, 140)):
        lab.publish()
        lab.kpi("revenue", ["shop.orders"])
        lab.value("revenue", YESTERDAY + timedelta(days=later), 100 + 10 * later + 10)
        if later == 3:
            lab.staged("shop.orders", ordered_at=[AS_OF + timedelta(days=3)])
        lab.certify(as_of=AS_OF + timedelta(days=later))
        certified, _, value, start = lab.scorecard()
        assert (certified, value) == (later == 3, expected)
        assert start == (YESTERDAY + timedelta(days=3) if later == 3 else YESTERDAY)


def test_every_runs_certifications_are_kept():
    lab = orders(OLD)
    lab.certify()
    lab.publish()
    lab.kpi("revenue", ["shop.orders"])
    lab.value("revenue", YESTERDAY)
    lab.staged("shop.orders", ordered_at=[AS_OF])
    lab.certify()
    rows = lab.con.execute("select run_id, certified from mart.kpi_certifications order by run_id").fetchall()
    assert rows == [("run1", False), ("run2", True)]


def test_a_run_that_is_taken_up_again_replaces_what_it_had_said():
    lab = ProofLab.of_orders()
    lab.certify()
    lab.publish()
    lab.kpi("revenue", ["shop.orders"])
    lab.runs = 0
    lab.con.execute("delete from mart.kpi_runs")
    lab.certify()
    lab.runs = 0
    lab.publish()
    assert lab.con.execute("select run_id, count(*) from previous.kpi_certifications group by 1").fetchall() == [
        ("run1", 1)
    ]


def test_the_checks_of_the_last_hundred_published_runs_are_kept():
    lab = ProofLab.of_orders()
    for number in range(120):
        lab.insert_run(f"old{number:03}", AS_OF - timedelta(days=200 - number))
        lab.con.execute("insert into mart.kpi_checks (\"check\", run_id) values ('c', ?)", [f"old{number:03}"])
    lab.insert_run("failed", AS_OF - timedelta(hours=1))
    lab.con.execute("update mart.kpi_runs set status = 'failed' where run_id = 'failed'")
    lab.publish()
    lab.kpi("revenue", ["shop.orders"])
    lab.runs = 1
    lab.certify()
    kept = lab.con.execute("select distinct run_id from mart.kpi_checks order by 1").fetchall()
    assert len(kept) == 100
    assert kept[0] == ("old021",)
    assert kept[-1] == ("run2",)


def test_a_mart_without_kpis_is_certified_without_a_word():
    lab = ProofLab()
    lab.certify()
    assert lab.con.execute("select count(*) from mart.kpi_certifications").fetchall() == [(0,)]


def test_a_kpi_without_a_total_may_be_certified_though_its_scorecard_has_no_value_and_a_slice_may_have_no_name():
    lab = ProofLab()
    lab.source("shop.orders", "orders")
    lab.staged("shop.orders", ordered_at=[AS_OF - timedelta(hours=2)])
    lab.kpi("exits", ["shop.orders"], has_total=False, slices="page")
    for page in ("", "cart"):
        lab.value("exits", date(2026, 3, 9), slice="page", slice_value=page)
    lab.certify()
    assert lab.scorecard("exits") == (True, None, None, None)
    for table, rule in (("kpi_scorecard", "certified_without_a_value"), ("kpi_values", "sliced_totals")):
        broken = load_mart_suites()[table].computed[rule]
        assert lab.con.execute(f"select {broken} from mart.{table}").fetchone() == (0,)


def test_the_runs_own_day_is_judged_by_the_companys_clocks():
    # at 23:30 UTC it is the next day in Madrid already, so that the day that ended is judged
    late = datetime(2026, 3, 10, 23, 30)
    days = {date(2026, 1, 1) + timedelta(days=number): 100 for number in range(69)}
    for zone, certified in (("UTC", True), ("Europe/Madrid", False)):
        lab = ProofLab.of_orders()
        lab.staged("shop.orders", ordered_at=[late])
        lab.value("revenue", date(2026, 3, 10))
        lab.input_days("revenue", {**days, date(2026, 3, 10): 0})
        lab.certify(as_of=late, calendar=Calendar(zone, "monday", 1, CALENDAR.first_day, "EUR"))
        assert lab.verdict()["certified"] is certified, zone
