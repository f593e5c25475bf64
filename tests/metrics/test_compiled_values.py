"""Compiled values equal SQL that was written by hand, for every kind of metric, grain, slice and calendar."""

# ruff: noqa: E501 - a case is a line

import random
from datetime import date, timedelta

import pytest

from metrics.calendar import GRAINS
from tests.metrics.lab import JANUARY, MADE_UP, Lab, contracts_of, period_start

pytestmark = pytest.mark.fast

# metric → (value, sample size, rows that count) over sales s and customers c
HAND_WRITTEN = {
    "sales_amount": ("sum(s.amount)", "count(s.amount)", "true"),
    "sales_made": ("count(s.sale_id)", "count(s.sale_id)", "true"),
    "rows_made": ("count(*)", "count(*)", "true"),
    "gifts_given": ("count(*) filter (s.is_gift)", "count(s.is_gift)", "true"),
    "rating": ("avg(s.rating)", "count(s.rating)", "true"),
    "smallest_sale": ("min(s.amount)", "count(s.amount)", "true"),
    "largest_sale": ("max(s.amount)", "count(s.amount)", "true"),
    "buying_customers": ("count(distinct s.customer_id)", "count(s.customer_id)", "true"),
    "web_revenue": ("sum(s.amount)", "count(s.amount)", "s.channel = 'web'"),
    "gold_buyers": (
        "count(distinct s.customer_id)",
        "count(s.customer_id)",
        "c.segment = 'gold' and s.amount > 5",
    ),
    "sales_outside_web": ("count(s.sale_id)", "count(s.sale_id)", "s.channel <> 'web'"),
    "gift_rate": ("count(*) filter (s.is_gift) / nullif(count(s.sale_id), 0)", "count(s.sale_id)", "true"),
    "revenue_per_buyer": (
        "sum(s.amount)::double / nullif(count(distinct s.customer_id), 0)",
        "count(distinct s.customer_id)",
        "true",
    ),
    "web_share": (
        "sum(s.amount) filter (s.channel = 'web')::double / nullif(sum(s.amount), 0)::double",
        "count(s.amount)",
        "true",
    ),
    "tax_rate": (
        "(sum(case when s.channel = 'web' then s.amount * 1.21 else s.amount end)::double - sum(s.amount)::double)"
        " / nullif(sum(s.amount)::double, 0)",
        "count(s.amount)",
        "true",
    ),
    "gift_points": ("100 * count(*) filter (s.is_gift) / nullif(count(s.sale_id), 0)", "count(s.sale_id)", "true"),
}
SLICES = {"": "''", "channel": "s.channel", "segment": "c.segment"}
FIRST = date(2023, 12, 18)


def random_sales(seed: int, rows: int, days: int) -> list[tuple]:
    pick = random.Random(seed)
    return [
        (
            f"s{number}",
            pick.choice([None, *(f"c{n}" for n in range(8))]),
            pick.choice([None, "web", "web", "store", "(unknown)", ""]),
            pick.choice(
                [None, FIRST + timedelta(days=pick.randrange(days)), FIRST + timedelta(days=pick.randrange(days))]
            ),
            None,
            pick.choice([None, pick.randrange(-100, 2000) / 100]),
            pick.choice([None, True, False]),
            pick.choice([None, pick.random()]),
        )
        for number in range(rows)
    ]


def fill(lab: Lab, sales: list[tuple], visits: list[tuple] = ()) -> None:
    lab.con.execute(
        "create table fct_sales (sale_id varchar, customer_id varchar, channel varchar, sold_day date, paid_day date,"
        " amount decimal(18, 6), is_gift boolean, rating double)"
    )
    lab.con.execute("create table fct_visits (visit_id varchar, source varchar, visit_day date, customer_id varchar)")
    lab.con.execute("create table dim_customers (customer_id varchar, segment varchar)")
    lab.con.execute(
        "insert into dim_customers values ('c0', 'gold'), ('c1', 'gold'), ('c2', 'tin'), ('c3', null), ('c4', 'tin')"
    )
    if sales:
        lab.con.executemany("insert into fct_sales values (?, ?, ?, ?, ?, ?, ?, ?)", sales)
    if visits:
        lab.con.executemany("insert into fct_visits values (?, ?, ?, ?)", visits)


def by_hand(lab: Lab, metric: str) -> dict:
    value, sample, condition = HAND_WRITTEN[metric]
    found = {}
    for grain in GRAINS:
        for name, column in SLICES.items():
            rows = lab.con.execute(
                f"select p.period_start, coalesce({column}, '(unknown)'), {value}, {sample}"
                f" from fct_sales s left join dim_customers c on s.customer_id = c.customer_id"
                f" join calendar_periods p on p.day = s.sold_day and p.grain = '{grain}' where {condition} group by 1, 2"
            ).fetchall()
            found |= {(grain, start, name, text): (amount, size) for start, text, amount, size in rows}
    return found


def lab_of(tmp_path, metrics, calendar=JANUARY, slices=("channel", "segment"), **options) -> Lab:
    kpis = [{"metric": metric, "slices": list(slices)} for metric in metrics]
    return Lab(contracts_of(tmp_path / "kpis", kpis), calendar, **options)


def assert_equal(found: dict, expected: dict) -> None:
    assert found.keys() == expected.keys()
    for key, (value, sample) in expected.items():
        assert found[key][0] == (None if value is None else pytest.approx(float(value), rel=1e-9, abs=1e-12)), key
        assert found[key][3] == sample, key


@pytest.mark.parametrize("calendar", [JANUARY, MADE_UP], ids=["january", "fiscal_april_weeks_from_sunday"])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_kind_of_metric_equals_hand_written_sql(tmp_path, calendar, seed):
    lab = lab_of(tmp_path, HAND_WRITTEN, calendar)
    fill(lab, random_sales(seed, rows=300, days=150))
    lab.build()
    for metric in HAND_WRITTEN:
        assert_equal(lab.values(metric), by_hand(lab, metric))


def test_parts_of_ratios_and_means_are_given_and_those_of_sums_are_not(tmp_path):
    lab = lab_of(tmp_path, ["gift_rate", "rating", "sales_amount", "tax_rate"], slices=())
    fill(lab, [("a", "c0", "web", FIRST, None, 10, True, 0.5), ("b", "c0", "web", FIRST, None, 20, False, None)])
    lab.build()
    day = ("day", FIRST, "", "")
    assert lab.values("gift_rate")[day] == (0.5, 1.0, 2.0, 2)
    assert lab.values("rating")[day] == (0.5, 0.5, 1.0, 1)
    assert lab.values("sales_amount")[day] == (30.0, None, None, 2)
    assert lab.values("tax_rate")[day][1:3] == (pytest.approx(0.21 * 30), 30.0)


def test_a_zero_denominator_gives_null_in_ratios_and_in_derived_metrics(tmp_path):
    lab = lab_of(tmp_path, ["web_share", "tax_rate", "revenue_per_buyer"], slices=())
    fill(lab, [("a", None, "web", FIRST, None, 0, True, None)])
    lab.build()
    for metric in ("web_share", "tax_rate", "revenue_per_buyer"):
        assert lab.values(metric)["day", FIRST, "", ""][0] is None


def test_filled_totals_are_zero_between_the_first_and_the_last_day_of_the_data_and_absent_outside(tmp_path):
    lab = lab_of(tmp_path, ["revenue", "sales_amount"])
    last = FIRST + timedelta(days=40)
    fill(lab, [("a", "c0", "web", FIRST, None, 10, None, None), ("b", "c0", None, last, None, 7, None, None)])
    lab.build()
    days = {key[1]: value[0] for key, value in lab.values("revenue").items() if key[0] == "day" and key[2] == ""}
    assert days == {FIRST + timedelta(days=n): {0: 10.0, 40: 7.0}.get(n, 0.0) for n in range(41)}
    assert {key[1] for key in lab.values("sales_amount") if key[0] == "day"} == {FIRST, last}
    assert {key[3] for key in lab.values("revenue") if key[2] == "channel"} == {"web", "(unknown)"}


def test_rows_without_a_day_are_in_no_value(tmp_path):
    lab = lab_of(tmp_path, ["revenue_paid"], slices=())
    fill(lab, [("a", "c0", "web", FIRST, None, 10, None, None), ("b", "c0", "web", FIRST, FIRST, 4, None, None)])
    lab.build()
    assert {key[0]: value[0] for key, value in lab.values("revenue_paid").items()} == dict.fromkeys(GRAINS, 4.0)


def test_a_ratio_of_two_facts_has_a_row_wherever_either_has_one(tmp_path):
    lab = lab_of(tmp_path, ["sales_per_visit"], slices=["channel"])
    later = FIRST + timedelta(days=1)
    sales = [("a", "c0", "web", FIRST, None, 1, None, None), ("b", "c0", None, later, None, 1, None, None)]
    fill(lab, sales, [(number, source, FIRST, None) for number, source in (("1", "web"), ("2", "web"), ("3", "app"))])
    lab.build()
    days = {key[1:]: value for key, value in lab.values("sales_per_visit").items() if key[0] == "day"}
    assert days == {
        (FIRST, "", ""): (1 / 3, 1.0, 3.0, 3),
        (FIRST, "channel", "web"): (0.5, 1.0, 2.0, 2),
        (FIRST, "channel", "app"): (None, None, 1.0, 1),
        (later, "", ""): (None, 1.0, None, 0),
        (later, "channel", "(unknown)"): (None, 1.0, None, 0),
    }


def test_a_missing_value_and_the_text_that_stands_for_it_are_one_slice_value(tmp_path):
    lab = lab_of(tmp_path, ["sales_made", "buying_customers"], slices=["channel"])
    rows = [("a", "c0", None, FIRST, None, 1, None, None), ("b", "c0", "(unknown)", FIRST, None, 1, None, None)]
    fill(lab, rows)
    lab.build()
    key = ("day", FIRST, "channel", "(unknown)")
    assert lab.values("sales_made")[key][0] == 2
    assert lab.values("buying_customers")[key][0] == 1


def test_only_the_grains_of_the_contract_have_values(tmp_path):
    contracts = contracts_of(
        tmp_path / "kpis", [{"metric": "sales_made", "grains": ["week", "month"], "slices": ["channel"]}]
    )
    lab = Lab(contracts)
    fill(lab, random_sales(3, rows=20, days=60))
    lab.build()
    assert {key[0] for key in lab.values("sales_made")} == {"week", "month"}
    assert {key[2] for key in lab.values("sales_made")} == {"", "channel"}


def test_customers_are_counted_once_in_weeks_that_straddle_a_fiscal_year(tmp_path):
    lab = lab_of(tmp_path, ["buying_customers"], MADE_UP, slices=())
    before, after = date(2024, 3, 31), date(2024, 4, 1)  # one week from Sunday, two fiscal years
    fill(lab, [(str(n), "c0", None, day, None, 1, None, None) for n, day in enumerate([before, after, after])])
    lab.build()
    counts = {key[:2]: value[0] for key, value in lab.values("buying_customers").items()}
    assert counts == {
        ("day", before): 1, ("day", after): 1, ("week", before): 1, ("month", date(2024, 3, 1)): 1, ("month", after): 1,
        ("quarter", date(2024, 1, 1)): 1, ("quarter", after): 1, ("year", date(2023, 4, 1)): 1, ("year", after): 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("review", "as_of", "spans"),
    [
        ("daily", "2024-03-13 10:00", {"open": ("2024-03-13", 1), "previous": ("2024-03-12", 1), "year_ago": ("2023-03-15", 1)}),
        ("weekly", "2024-03-13 10:00", {"open": ("2024-03-11", 3), "previous": ("2024-03-04", 3), "year_ago": ("2023-03-13", 3)}),
        ("monthly", "2024-03-31 10:00", {"open": ("2024-03-01", 31), "previous": ("2024-02-01", 29), "year_ago": ("2023-03-01", 31)}),
        ("quarterly", "2024-05-02 23:30", {"open": ("2024-04-01", 33), "previous": ("2024-01-01", 33), "year_ago": ("2023-04-01", 33)}),
        ("yearly", "2024-03-13 10:00", {"open": ("2024-01-01", 73), "previous": ("2023-01-01", 73), "year_ago": ("2023-01-01", 73)}),
    ],
)  # fmt: skip
def test_open_periods_are_compared_with_the_same_elapsed_part(tmp_path, review, as_of, spans):
    kpis = [{"metric": metric, "review": review} for metric in ("sales_amount", "buying_customers")]
    lab = Lab(contracts_of(tmp_path / "kpis", kpis), as_of=f"timestamp '{as_of}'")
    pick = random.Random(5)
    days = [date(2023, 1, 1) + timedelta(days=n) for n in range(500)]
    fill(lab, [(str(n), f"c{pick.randrange(300)}", None, day, None, n, None, None) for n, day in enumerate(days * 2)])
    lab.build()
    for span, (start, elapsed) in spans.items():
        first = date.fromisoformat(start)
        expected = lab.con.execute(
            "select sum(amount)::double, count(distinct customer_id)::double from fct_sales"
            " where sold_day between ? and ?",
            [first, first + timedelta(days=elapsed - 1)],
        ).fetchone()
        found = lab.con.execute(
            "select kpi, period_start, value from kpi_open_values where span = ? order by kpi desc", [span]
        ).fetchall()
        assert found == [("sales_amount", first, expected[0]), ("buying_customers", first, expected[1])], span


def test_periods_of_the_lab_are_business_periods():
    assert period_start(date(2024, 1, 1), "week", MADE_UP) == date(2023, 12, 31)
    assert period_start(date(2024, 3, 31), "year", MADE_UP) == date(2023, 4, 1)
    assert period_start(date(2024, 8, 9), "quarter", MADE_UP) == date(2024, 7, 1)
