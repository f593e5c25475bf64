"""States and values that are kept from changed days alone equal those of a full refresh, on random histories."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.metrics.lab import JANUARY, MADE_UP, Lab, contracts_of

pytestmark = pytest.mark.fast

# around a new year and a fiscal year that starts in April, in weeks that straddle them
ANCHORS = [date(2024, 3, 29), date(2024, 12, 29)]
DAYS = st.builds(lambda anchor, n: anchor + timedelta(days=n), st.sampled_from(ANCHORS), st.integers(0, 7))
CUSTOMERS = st.sampled_from([None, "c0", "c1", "c2"])
CHANNELS = st.sampled_from([None, "web", "store"])
AMOUNTS = st.one_of(st.none(), st.integers(-5, 50))
SALES = st.tuples(CUSTOMERS, CHANNELS, st.one_of(st.none(), DAYS), AMOUNTS, st.booleans())
VISITS = st.tuples(CUSTOMERS, CHANNELS, st.one_of(st.none(), DAYS))
IDS = st.integers(0, 19)
CHANGES = st.one_of(
    st.tuples(st.just("put"), IDS, SALES),  # new, late or corrected
    st.tuples(st.just("delete"), IDS, st.none()),
    st.tuples(st.just("put visit"), IDS, VISITS),
    st.tuples(st.just("delete visit"), IDS, st.none()),
    st.tuples(st.just("segment"), st.sampled_from(["c0", "c1", "c3"]), st.sampled_from([None, "gold", "tin"])),
)
FIRST_BATCH = st.tuples(
    st.lists(st.tuples(st.just("put"), IDS, SALES), min_size=12, max_size=20),
    st.lists(st.tuples(st.just("put visit"), IDS, VISITS), min_size=6, max_size=12),
).map(lambda parts: parts[0] + parts[1])
LATER_BATCHES = st.lists(st.lists(CHANGES, min_size=1, max_size=4), min_size=2, max_size=3)
METRICS = [
    "revenue", "sales_amount", "sales_made", "gifts_given", "rating", "smallest_sale", "largest_sale",
    "buying_customers", "web_revenue", "gold_buyers", "sales_outside_web", "gift_rate", "revenue_per_buyer",
    "sales_per_visit", "tax_rate", "revenue_to_date", "sales_ever", "best_in_2_months", "rating_in_4_days",
    "buyers_in_9_days", "buyers_this_month", "buyers_ever", "buyers_in_2_months", "closing_amount",
    "opening_web_amount", "month_on_month", "buyers_2_weeks_ago", "since_month_start", "median_amount",
    "high_web_amount", "last_sale_of_buyers", "rough_buyers",
    "visit_to_sale", "amount_after_web_visits", "gifts_ever_after",
]  # fmt: skip
REVIEWS = {"day": "daily", "week": "weekly", "month": "monthly"}
GRAINS_OF = {"month_on_month": ["month"], "buyers_2_weeks_ago": ["week"], "since_month_start": ["day"]}  # fmt: skip


@dataclass
class Company:
    """The rows that a history leaves, and the tables of a lab that follow them."""

    lab: Lab
    sales: dict[int, tuple] = field(default_factory=dict)
    visits: dict[int, tuple] = field(default_factory=dict)
    segments: dict[str, str | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.lab.con.execute(
            "create table fct_sales (sale_id bigint, customer_id varchar, channel varchar, sold_day date,"
            " paid_day date, amount decimal(18, 6), is_gift boolean, rating double)"
        )
        self.lab.con.execute(
            "create table fct_visits (visit_id bigint, customer_id varchar, source varchar, visit_day date)"
        )
        self.lab.con.execute("create table dim_customers (customer_id varchar, segment varchar)")

    def apply(self, changes: Iterable[tuple]) -> None:
        """Change rows, and log the old and the new day of each and the customers that changed."""
        days: dict[str, set[date]] = {"fct_sales.sold_day": set(), "fct_visits.visit_day": set()}
        for kind, key, new in changes:
            if kind == "segment":
                self.segments[key] = new
                self.lab.changed("customers.customer_id", [key])
                continue
            rows, topic = (
                (self.visits, "fct_visits.visit_day") if "visit" in kind else (self.sales, "fct_sales.sold_day")
            )
            days[topic] |= {row[2] for row in (rows.pop(key, None), new) if row and row[2]}
            if new is not None:
                rows[key] = new
        for topic, changed in days.items():
            self.lab.changed(topic, sorted(changed))
        self._store()

    def _store(self) -> None:
        self.lab.con.execute("delete from fct_sales")
        self.lab.con.execute("delete from fct_visits")
        self.lab.con.execute("delete from dim_customers")
        for key, (customer, channel, day, amount, gift) in self.sales.items():
            row = [key, customer, channel, day, None, amount, gift, amount]
            self.lab.con.execute("insert into fct_sales values (?, ?, ?, ?, ?, ?, ?, ?)", row)
        for key, visit in self.visits.items():
            self.lab.con.execute("insert into fct_visits values (?, ?, ?, ?)", [key, *visit])
        for customer, segment in self.segments.items():
            self.lab.con.execute("insert into dim_customers values (?, ?)", [customer, segment])


def contents(lab: Lab) -> dict[str, list[tuple]]:
    return {model: lab.rows(model) for model in lab.order if model != "kpi_catalog"}


@pytest.mark.parametrize("calendar", [JANUARY, MADE_UP], ids=["january", "fiscal_april_weeks_from_sunday"])
@given(first=FIRST_BATCH, later=LATER_BATCHES)
@settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_increments_equal_a_full_refresh_after_every_batch(tmp_path, calendar, first, later):
    kpis = [
        {
            "metric": metric,
            "slices": ["channel"] if metric == "sales_per_visit" else ["channel", "segment"],
            **({"grains": GRAINS_OF[metric], "review": REVIEWS[GRAINS_OF[metric][0]]} if metric in GRAINS_OF else {}),
        }
        for metric in METRICS
    ]
    lab = Lab(contracts_of(tmp_path / "kpis", kpis), calendar, last_day=date(2025, 6, 30))
    company = Company(lab)
    company.apply(first)
    lab.build()
    for batch in later:
        company.apply(batch)
        lab.update()
        incremental = contents(lab)
        offsets = dict(lab.offsets)
        lab.build()
        assert contents(lab) == incremental
        lab.offsets = offsets


def first_company(tmp_path, *metrics: str) -> Company:
    kpis = [{"metric": metric, "slices": ["channel", "segment"]} for metric in metrics]
    company = Company(Lab(contracts_of(tmp_path / "kpis", kpis), last_day=date(2025, 3, 31)))
    spread = [(n, ("c0", "web", date(2024, 1, 1) + timedelta(days=20 * n), 10, False)) for n in range(12)]
    company.apply([("put", key, sale) for key, sale in spread])
    company.lab.build()
    return company


def rewritten(lab: Lab, model: str) -> set:
    rows = lab.con.execute(f"select * from affected__{model}").fetchall()
    return {row[0] if len(row) == 1 else row for row in rows}


def test_a_late_row_rewrites_its_day_and_the_periods_around_it_only(tmp_path):
    company = first_company(tmp_path, "sales_amount")
    late = date(2024, 2, 14)
    company.apply([("put", 99, ("c1", "store", late, 5, False))])
    company.lab.update()
    assert rewritten(company.lab, "state_sales__sold_day") == {late}
    assert rewritten(company.lab, "kpi_metric_values") == {
        ("sales_amount", "day", late),
        ("sales_amount", "week", date(2024, 2, 12)),
        ("sales_amount", "month", date(2024, 2, 1)),
        ("sales_amount", "quarter", date(2024, 1, 1)),
        ("sales_amount", "year", date(2024, 1, 1)),
    }


def test_nothing_changed_rewrites_nothing(tmp_path):
    company = first_company(tmp_path, "sales_amount", "buying_customers")
    company.lab.update()
    for model in ("state_sales__sold_day", "state_sales__sold_day__customer_id", "kpi_metric_values"):
        assert rewritten(company.lab, model) == set()


def test_a_new_last_day_fills_the_gap_and_its_deletion_empties_it(tmp_path):
    company = first_company(tmp_path, "revenue")
    state = "select count(*) from state_sales__sold_day where slice = '' and day > '2024-08-08'"
    company.apply([("put", 99, ("c1", "store", date(2024, 9, 8), 5, False))])
    company.lab.update()
    assert company.lab.con.execute(state).fetchone() == (31,)
    assert company.lab.values("revenue")["day", date(2024, 8, 20), "", ""][0] == 0
    company.apply([("delete", 99, None)])
    company.lab.update()
    assert company.lab.con.execute(state).fetchone() == (0,)
    assert ("day", date(2024, 8, 20), "", "") not in company.lab.values("revenue")


def test_a_late_customer_moves_the_flag_of_the_day_on_which_he_was_first(tmp_path):
    company = first_company(tmp_path, "buying_customers")
    flags = "select day, distinct_year from state_sales__sold_day__customer_id where slice = '' and distinct_year > 0"
    assert company.lab.con.execute(flags).fetchall() == [(date(2024, 1, 1), 1)]
    company.apply([("delete", 0, None)])
    company.lab.update()
    assert company.lab.con.execute(flags).fetchall() == [(date(2024, 1, 21), 1)]


def test_a_late_row_in_a_week_that_straddles_two_years_counts_its_customer_once(tmp_path):
    company = first_company(tmp_path, "buying_customers")
    eve, new_year = date(2024, 12, 31), date(2025, 1, 2)  # a Tuesday and the Thursday after
    company.apply([("put", 98, ("c1", "web", eve, 5, False))])
    company.lab.update()
    company.apply([("put", 99, ("c1", "web", new_year, 5, False))])
    company.lab.update()
    values = company.lab.values("buying_customers")
    assert values["week", date(2024, 12, 30), "", ""][0] == 1
    assert values["year", date(2025, 1, 1), "", ""][0] == 1
    company.apply([("delete", 98, None)])
    company.lab.update()
    assert company.lab.values("buying_customers")["week", date(2024, 12, 30), "", ""][0] == 1


def test_a_changed_segment_moves_all_days_of_its_customer(tmp_path):
    company = first_company(tmp_path, "sales_amount")
    company.apply([("segment", "c0", "gold")])
    company.lab.update()
    values = company.lab.values("sales_amount")
    assert {key[3] for key in values if key[2] == "segment"} == {"gold"}
    assert len(rewritten(company.lab, "state_sales__sold_day")) == 12
