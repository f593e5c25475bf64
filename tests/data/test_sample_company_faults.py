"""Each fault shows in its own extract, where its truth says, and nowhere else."""

from datetime import date, datetime, timedelta

import pyarrow.parquet as pq
import pytest

from data.sample_company.faults import NAMES
from tests.data.generated_company import TABLES

pytestmark = pytest.mark.fast

# The tables whose rows a fault may change; every other file must stay the same to the byte.
TOUCHED = {
    "checkout_fault": {"shop/orders", "shop/order_lines", "shop/refunds", "web"},
    "promotion_mix": {"shop/orders", "shop/order_lines", "shop/refunds", "shop/customers.csv", "web"},
    "supplier_returns": {"shop/refunds"},
    "sms_handle_time": {"helpdesk/interactions"},
    "channel_cost": {"ads"},
    "missing_surveys": {"helpdesk/surveys"},
    "late_orders": {"shop/orders", "shop/order_lines"},
    "corrections": {"shop/orders", "shop/order_lines"},
    "deletions": {"shop/orders", "shop/order_lines"},
    "dst": {"shop/orders", "shop/order_lines", "shop/refunds", "shop/customers.csv", "web"},
    "duplicate_deliveries": set(),
    "renamed_column": {"web"},
}


def contents(folder):
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "truth.json"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def window(company, fault):
    return tuple(company.truth["faults"][fault]["days"])


def day_before(text):
    return str(date.fromisoformat(text) - timedelta(days=1))


@pytest.mark.parametrize("fault", NAMES)
def test_a_fault_changes_only_files_of_its_own_tables(clean_company, company_with, fault):
    before, after = contents(clean_company.folder), contents(company_with(fault).folder)
    assert not set(before) - set(after)
    changed = {name for name in before if before[name] != after[name]}
    assert all(any(name.startswith(table) for table in TOUCHED[fault]) for name in changed)
    assert changed or fault == "duplicate_deliveries"
    assert list(company_with(fault).truth["faults"]) == [fault]


def test_all_faults_together_leave_the_other_systems_alone(clean_company, company):
    before, after = contents(clean_company.folder), contents(company.folder)
    for name in before:
        if name.startswith(("crm", "people", "shop/products")):
            assert before[name] == after[name], name


@pytest.mark.parametrize("fault", ["checkout_fault", "promotion_mix", "supplier_returns", "missing_surveys"])
def test_rows_outside_the_window_of_a_fault_are_the_same(clean_company, company_with, fault):
    table, column = {
        "checkout_fault": ("shop_orders", "created"),
        "promotion_mix": ("shop_orders", "created"),
        "supplier_returns": ("shop_order_lines", None),
        "missing_surveys": ("helpdesk_surveys", "(sent_at + interval 2 hour)"),
    }[fault]
    first, last = window(company_with(fault), fault)
    outside = f"where {column}::date not between '{first}' and '{last}'" if column else ""
    sql = f"select * exclude (file) from {table} {outside} order by all"
    assert clean_company.rows(sql) == company_with(fault).rows(sql)


def test_purchases_fail_on_one_device_for_nine_days(clean_company, company_with):
    faulty = company_with("checkout_fault")
    first, last = window(faulty, "checkout_fault")
    device = faulty.truth["faults"]["checkout_fault"]["segment"]["device"]
    assert (date.fromisoformat(last) - date.fromisoformat(first)).days == 8
    events = "select event_id, event, device, ts::date from web_events"
    gone = set(clean_company.rows(events)) - set(faulty.rows(events))
    assert gone
    assert {(event, where) for _, event, where, _ in gone} == {("purchase", device)}
    assert all(day_before(first) <= str(day) <= last for *_, day in gone)
    orders = [c.value("select count(*) from shop_orders") for c in (clean_company, faulty)]
    assert orders[0] - orders[1] == len(gone) == faulty.truth["faults"]["checkout_fault"]["rows"]


def test_the_promotion_lowers_revenue_per_customer_by_mix_and_not_by_rate(clean_company, company_with):
    first, last = window(company_with("promotion_mix"), "promotion_mix")
    spend = """select {} sum(net * fx_rate) / count(distinct customer_id) from shop_orders join shop_customers
               using (customer_id) where status = 'completed' and shop_orders.created::date between '{}' and '{}' {}"""
    total = spend.format("", first, last, "")
    assert company_with("promotion_mix").value(total) < 0.85 * clean_company.value(total)
    students = spend.format("", "2025-10-01", last, "and segment = 'student'")
    assert company_with("promotion_mix").value(students) == pytest.approx(clean_company.value(students), rel=0.4)
    others = spend.format("segment,", first, last, "and segment <> 'student' group by segment order by segment")
    assert company_with("promotion_mix").rows(others) == clean_company.rows(others)


def test_one_suppliers_products_come_back_three_times_as_often_for_a_month(clean_company, company_with):
    faulty = company_with("supplier_returns")
    first, last = window(faulty, "supplier_returns")
    supplier = faulty.truth["faults"]["supplier_returns"]["segment"]["supplier"]
    returned = """select count(*) from shop_refunds r join shop_orders o using (order_id)
                  join shop_products using (product_id)
                  where (supplier = '{}') = {} and (o.created::date between '{}' and '{}') = {}"""
    for is_supplier, is_window in [(True, False), (False, True), (False, False)]:
        sql = returned.format(supplier, is_supplier, first, last, is_window)
        assert faulty.value(sql) == clean_company.value(sql)
    added = faulty.value("select count(*) from shop_refunds") - clean_company.value("select count(*) from shop_refunds")
    assert added == faulty.truth["faults"]["supplier_returns"]["rows"] > 0


def test_sms_handle_time_grows_for_six_weeks(clean_company, company_with):
    faulty = company_with("sms_handle_time")
    first, last = map(date.fromisoformat, window(faulty, "sms_handle_time"))
    assert (last - first).days == 41
    handled = "select id, handle_seconds, channel, (started_at + interval 2 hour)::date from helpdesk_interactions"
    usual = {row[0]: row[1] for row in clean_company.rows(f"{handled} where answered")}
    slower = [row for row in faulty.rows(f"{handled} where answered order by all") if row[1] != usual[row[0]]]
    assert len(slower) > 5
    for interaction, seconds, channel, day in slower:
        assert channel == "sms"
        assert seconds / usual[interaction] == pytest.approx(1 + ((day - first).days + 1) / 42, abs=0.05)


def test_a_paid_channel_costs_twice_as_much(clean_company, company_with):
    faulty = company_with("channel_cost")
    first, last = window(faulty, "channel_cost")
    cost = (
        "select platform, sum(cost), sum(clicks) from ads_spend where day between '{}' and '{}' group by 1 order by 1"
    )
    sql = cost.format(first, last)
    for (platform, before, clicks), (_, after, same_clicks) in zip(
        clean_company.rows(sql), faulty.rows(sql), strict=True
    ):
        assert float(after / before) == pytest.approx(2 if platform == "meta_ads" else 1, abs=0.01)
        assert clicks == same_clicks
    before_window = cost.format("2024-01-01", day_before(first))
    assert clean_company.rows(before_window) == faulty.rows(before_window)


def test_a_week_of_csat_surveys_never_arrives(clean_company, company_with):
    faulty = company_with("missing_surveys")
    first, last = window(faulty, "missing_surveys")
    inside = f"""select count(distinct id) from helpdesk_surveys
                 where kind = '{{}}' and (sent_at + interval 2 hour)::date between '{first}' and '{last}'"""
    assert faulty.value(inside.format("csat")) == 0
    assert clean_company.value(inside.format("csat")) == faulty.truth["faults"]["missing_surveys"]["rows"] > 0
    assert faulty.value(inside.format("nps")) == clean_company.value(inside.format("nps")) > 0


def test_late_orders_come_in_a_later_file_with_the_same_content(clean_company, company_with):
    late = company_with("late_orders")
    for table in ("shop_orders", "shop_order_lines"):
        sql = f"select * exclude (file) from {table} order by all"
        assert late.rows(sql) == clean_company.rows(sql)
    moved = "select created, file from shop_orders where file not like '%' || strftime(created, '%Y-%m') || '%'"
    assert clean_company.rows(moved) == []
    found = late.rows(moved)
    assert len(found) == late.truth["faults"]["late_orders"]["rows"] > 0
    assert all(timedelta(0) < month_start(file) - created < timedelta(days=40) for created, file in found)


def month_start(file):
    return datetime.fromisoformat(file.rpartition("/")[2][:7] + "-01")


def test_corrections_are_newer_versions_that_change_net_or_status(clean_company, company_with):
    corrected = company_with("corrections")
    versions = """select a.net, b.net, a.status, b.status from shop_orders a join shop_orders b using (order_id)
                  where a.updated_at < b.updated_at and a.file <= b.file"""
    found = corrected.rows(versions)
    assert len(found) == corrected.truth["faults"]["corrections"]["rows"] > 0
    assert all(old != new or status == "completed" != now for old, new, status, now in found)
    first = """select * exclude (file) from shop_orders
               qualify row_number() over (partition by order_id order by updated_at) = 1 order by all"""
    assert corrected.rows(first) == clean_company.rows(first)


def test_deleted_orders_come_again_with_the_flag_and_so_do_their_lines(clean_company, company_with):
    deleted = company_with("deletions")
    count = deleted.value("select count(*) from shop_orders where deleted")
    assert count == deleted.truth["faults"]["deletions"]["rows"] > 0
    for table, key in (("shop_orders", "order_id"), ("shop_order_lines", "line_id")):
        gone = f"select {key} from {table} where deleted"
        assert deleted.value(f"select count(*) from {table} where not deleted and {key} in ({gone})") == len(
            deleted.rows(gone)
        )
        kept = f"select * exclude (file) from {table} where not deleted order by all"
        assert deleted.rows(kept) == clean_company.rows(kept)
    remaining = f"select order_id from {deleted.newest('shop_orders', 'order_id')} where deleted"
    lines = deleted.newest("shop_order_lines", "line_id")
    assert deleted.value(f"select count(*) from {lines} where deleted <> (order_id in ({remaining}))") == 0


def test_the_repeated_hour_of_one_autumn_is_full_of_orders(tmp_path, clean_company, company_with):
    day = window(company_with("dst"), "dst")[0]
    in_hour = f"select count(*) from shop_orders where created::date = '{day}' and hour(created) = 2"
    of_day = f"select count(*) from shop_orders where created::date = '{day}'"
    assert company_with("dst").value(of_day) == clean_company.value(of_day)
    assert company_with("dst").value(in_hour) == company_with("dst").truth["faults"]["dst"]["rows"]
    elsewhere = f"select * exclude (file) from shop_orders where created::date <> '{day}' order by all"
    assert company_with("dst").rows(elsewhere) == clean_company.rows(elsewhere)


def test_duplicates_are_exact_copies_under_another_name(clean_company, company_with):
    doubled = company_with("duplicate_deliveries")
    copies = doubled.truth["faults"]["duplicate_deliveries"]["files"]
    assert len(copies) == 8
    for copy, original in copies.items():
        assert (doubled.folder / copy).read_bytes() == (doubled.folder / original).read_bytes()
    assert set(contents(doubled.folder)) - set(contents(clean_company.folder)) == set(copies)


def test_one_days_web_file_has_device_type_instead_of_device(clean_company, company_with):
    renamed = company_with("renamed_column")
    day = window(renamed, "renamed_column")[0]
    before, after = contents(clean_company.folder), contents(renamed.folder)
    assert [name for name in before if before[name] != after[name]] == [f"web/{day}.parquet"]
    table = pq.read_table(renamed.folder / "web" / f"{day}.parquet")
    assert "device" not in table.column_names
    original = pq.read_table(clean_company.folder / "web" / f"{day}.parquet")
    assert table["device_type"].equals(original["device"])


def test_steering_faults_do_not_overlap_where_they_touch_the_same_kpi(company):
    steering = [
        "checkout_fault",
        "promotion_mix",
        "supplier_returns",
        "sms_handle_time",
        "channel_cost",
        "missing_surveys",
    ]
    truths = {name: company.truth["faults"][name] for name in [*steering, "renamed_column"]}
    for one, first in truths.items():
        for other, second in truths.items():
            if one < other and set(first["kpis"]) & set(second["kpis"]):
                assert first["days"][1] < second["days"][0] or second["days"][1] < first["days"][0], (one, other)
    assert all(truths[name]["days"][0] >= "2026-04-01" for name in steering)


def test_a_data_fault_names_all_that_is_computed_from_what_it_touches(company):
    truths = company.truth["faults"]
    named = {name: {*truth["kpis"], *truth["may_also_move"]} for name, truth in truths.items()}
    of_orders = (
        "total_revenue recurring_sales gross_margin revenue_per_customer customer_acquisition_cost campaign_roi "
        "return_rate organic_repurchase_rate customer_churn_rate customer_lifetime_value employee_productivity "
        "average_order_value sales_per_ticket revenue_mtd revenue_qtd revenue_ytd roas visit_to_purchase_7d "
        "active_customers active_customers_28d"
    )
    of_events = (
        "conversion_rate cart_abandonment_rate traffic product_page_views pages_per_session session_duration exit_rate "
        "visit_to_purchase_7d"
    )
    assert named["late_orders"] == named["corrections"] == named["deletions"] == set(of_orders.split())
    assert named["renamed_column"] == set(of_events.split())
    of_csat = "customer_satisfaction csat_surveys_sent surveys_sent survey_response_rate"
    assert named["missing_surveys"] == set(of_csat.split())
    assert named["dst"] == named["duplicate_deliveries"] == set()
    assert all(not set(truth["kpis"]) & set(truth["may_also_move"]) for truth in truths.values())


def test_every_table_is_named_as_in_sources(company):
    known = {f"{system}.{table}" for system, table in TABLES}
    assert {t["table"] for t in company.truth["faults"].values() if t["table"]} <= known
