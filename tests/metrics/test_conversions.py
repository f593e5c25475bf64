"""Conversion metrics: which visit a sale is credited to, and which days are computed again when either changes."""

# ruff: noqa: E501 - a case is a line

import random
from datetime import date, timedelta

import pytest
import yaml

from metrics.calendar import GRAINS
from tests.metrics.lab import DEFINITIONS, JANUARY, MADE_UP, Lab, contracts_of
from tests.metrics.test_compiled_values import FIRST, assert_equal, fill, lab_of, random_sales
from tests.metrics.test_compiler_refusals import refusal
from tests.metrics.test_incremental_values import first_company, rewritten

pytestmark = pytest.mark.fast

# metric → (visits that count, sales that may follow visit b, value, sample size)
HAND_WRITTEN = {
    "visit_to_sale": (
        "true",
        "s.sold_day between b.visit_day and b.visit_day + 2",
        "nullif(count(c.sale_id), 0) / count(distinct b.visit_id)",
        "count(distinct b.visit_id)",
    ),
    "amount_after_web_visits": (
        "v.source = 'web'",
        "b.visit_day <= s.sold_day and b.visit_day > s.sold_day - interval 1 month",
        "sum(c.amount)",
        "count(c.sale_id)",
    ),
    "gifts_ever_after": (
        "d.segment <> 'tin'",
        "b.visit_day <= s.sold_day and b.source = s.channel",
        "count(*) filter (c.is_gift)",
        "count(c.sale_id)",
    ),
}
SLICES = {"": "''", "channel": "b.source", "segment": "b.segment"}


def random_visits(seed: int, rows: int, days: int) -> list[tuple]:
    pick = random.Random(seed)
    return [
        (
            f"v{number}",
            pick.choice([None, "web", "web", "store"]),
            pick.choice([None, *[FIRST + timedelta(days=pick.randrange(days))] * 9]),
            pick.choice([None, *(f"c{n}" for n in range(8))]),
        )
        for number in range(rows)
    ]


def by_hand(lab: Lab, metric: str) -> dict:
    counts, follows, value, sample = HAND_WRITTEN[metric]
    found = {}
    for grain in GRAINS:
        for name, column in SLICES.items():
            rows = lab.con.execute(f"""
                with b as (
                    select v.*, d.segment from fct_visits v left join dim_customers d on v.customer_id = d.customer_id
                    where {counts}
                ),
                c as (
                    select distinct on (s.sale_id) s.*, b.visit_id
                    from fct_sales s join b on s.customer_id = b.customer_id and {follows}
                    order by s.sale_id, b.visit_day desc, coalesce(b.source, '(unknown)')
                )
                select p.period_start, coalesce({column}, '(unknown)'), {value}, {sample}
                from b join calendar_periods p on p.day = b.visit_day and p.grain = '{grain}'
                left join c on c.visit_id = b.visit_id
                group by 1, 2
            """).fetchall()
            found |= {(grain, start, name, text): (amount, size) for start, text, amount, size in rows}
    return found


@pytest.mark.parametrize("calendar", [JANUARY, MADE_UP], ids=["january", "fiscal_april_weeks_from_sunday"])
@pytest.mark.parametrize("seed", [1, 2])
def test_conversions_equal_hand_written_sql(tmp_path, calendar, seed):
    lab = lab_of(tmp_path, HAND_WRITTEN, calendar)
    fill(lab, random_sales(seed, rows=300, days=90), random_visits(seed, rows=200, days=80))
    lab.build()
    covered = lab.con.execute(
        "select grain, period_start from calendar_periods"
        " where day between (select min(visit_day) from fct_visits) and (select max(visit_day) from fct_visits)"
    ).fetchall()
    for metric in HAND_WRITTEN:
        expected = by_hand(lab, metric)
        if metric == "gifts_ever_after":
            expected = {(*period, "", ""): (0, 0) for period in covered} | expected
        assert sum(size for _, size in expected.values()) > 200
        assert_equal(lab.values(metric), expected)


def conversions(tmp_path, metric: str, sales: list[tuple], visits: list[tuple]) -> dict[date, tuple]:
    """Value, numerator, denominator and sample size by day."""
    lab = lab_of(tmp_path, [metric], slices=())
    rows = [
        (f"s{n}", customer, "web", FIRST + timedelta(days=day), None, 10, True, None)
        for n, (customer, day) in enumerate(sales)
    ]
    fill(
        lab, rows, [(f"v{n}", "web", FIRST + timedelta(days=day), customer) for n, (customer, day) in enumerate(visits)]
    )
    lab.build()
    return {(key[1] - FIRST).days: value for key, value in lab.values(metric).items() if key[0] == "day"}


def test_a_sale_counts_on_the_day_of_the_visit_and_the_days_of_the_window_after_it_only(tmp_path):
    visits = [("c0", 0), ("c1", 0), ("c2", 0), ("c3", 1)]
    sales = [("c0", 0), ("c1", 2), ("c2", 3), ("c3", 0)]
    assert conversions(tmp_path, "visit_to_sale", sales, visits) == {
        0: (pytest.approx(2 / 3), 2.0, 3.0, 3),
        1: (None, None, 1.0, 1),
    }


def test_a_sale_counts_once_for_the_latest_visit_and_every_sale_counts(tmp_path):
    visits = [("c0", 0), ("c0", 1), ("c0", 1)]
    assert conversions(tmp_path, "visit_to_sale", [("c0", 1), ("c0", 2)], visits) == {
        0: (None, None, 1.0, 1),
        1: (1.0, 2.0, 2.0, 2),
    }


def test_visits_and_sales_of_nobody_do_not_meet(tmp_path):
    assert conversions(tmp_path, "visit_to_sale", [(None, 0)], [(None, 0)]) == {0: (None, None, 1.0, 1)}


def test_without_conversions_the_amount_is_null_unless_it_is_filled(tmp_path):
    assert conversions(tmp_path / "a", "amount_after_web_visits", [], [("c0", 0)]) == {0: (None, None, None, 0)}
    assert conversions(tmp_path / "b", "gifts_ever_after", [], [("c0", 0), ("c0", 2)]) == dict.fromkeys(
        range(3), (0.0, None, None, 0)
    )


@pytest.mark.parametrize(
    ("metric", "change", "first"),
    [
        ("visit_to_sale", ("put", 99, ("c1", "web", date(2024, 3, 10), 5, False)), date(2024, 3, 8)),
        ("visit_to_sale", ("put visit", 99, ("c1", "web", date(2024, 3, 10))), date(2024, 3, 8)),
        ("amount_after_web_visits", ("put", 99, ("c1", "web", date(2024, 3, 30), 5, False)), date(2024, 3, 1)),
        ("gifts_ever_after", ("put", 99, ("c1", "web", date(2024, 3, 30), 5, False)), JANUARY.first_day),
    ],
)
def test_a_late_sale_or_visit_computes_again_the_days_before_it_within_the_window(tmp_path, metric, change, first):
    company = first_company(tmp_path, metric)
    company.apply([change])
    company.lab.update()
    last = change[2][-1] if "visit" in change[0] else change[2][2]
    expected = {first + timedelta(days=n) for n in range((last - first).days + 1)}
    assert rewritten(company.lab, f"conversion_{metric}") == expected


def test_a_visit_between_another_and_its_sale_takes_the_sale(tmp_path):
    company = first_company(tmp_path, "visit_to_sale")
    company.apply([("put visit", 1, ("c0", "web", date(2024, 1, 19)))])
    company.lab.update()
    day = "select day, conversions from conversion_visit_to_sale where slice = ''"
    assert company.lab.con.execute(day).fetchall() == [(date(2024, 1, 19), 1)]  # sold on the 21st
    company.apply([("put visit", 2, ("c0", "web", date(2024, 1, 20)))])
    company.lab.update()
    assert company.lab.con.execute(day).fetchall() == [(date(2024, 1, 20), 1)]
    company.apply([("delete visit", 2, None)])
    company.lab.update()
    assert company.lab.con.execute(day).fetchall() == [(date(2024, 1, 19), 1)]


def catalogued(tmp_path, **params: object) -> dict[str, str]:
    """What the catalogue says of visit_to_sale when its parameters are changed."""
    definitions = yaml.safe_load(DEFINITIONS.read_text())
    metric = next(metric for metric in definitions["metrics"] if metric["name"] == "visit_to_sale")
    metric["type_params"]["conversion_type_params"].update(params)
    file = tmp_path / "definitions.yml"
    file.write_text(yaml.safe_dump(definitions))
    contracts = contracts_of(tmp_path / "kpis", [{"metric": "visit_to_sale"}])
    lab = Lab(contracts, files=(file,))
    catalog = lab.con.execute(lab.render("kpi_catalog").sql)
    return dict(zip([column[0] for column in catalog.description], catalog.fetchone(), strict=True))


def test_the_catalogue_names_both_facts_and_what_they_need(tmp_path):
    row = catalogued(tmp_path)
    assert row["models"] == "fct_sales, fct_visits"
    assert row["days"] == "fct_sales.sold_day, fct_visits.visit_day"
    assert row["states"] == "conversion_visit_to_sale, state_visits__visit_day"
    assert row["entities"] == "orders, web_events"


def test_another_window_property_or_measure_is_another_definition(tmp_path):
    same = {"base_property": "channel", "conversion_property": "channel"}
    hashes = [
        catalogued(tmp_path, **params)["definition_hash"]
        for params in (
            {},
            {"window": {"count": 4, "granularity": "day"}},
            {"window": None},
            {"constant_properties": [same]},
            {"conversion_measure": "gifts"},
            {"conversion_measure": "amount_paid"},
            {"calculation": "conversions"},
        )
    ]
    assert len(set(hashes)) == len(hashes)


@pytest.mark.parametrize(
    ("params", "feature"),
    [
        ({"conversion_measure": "buyers"}, "conversion measure 'buyers' of aggregation count_distinct; use count, sum_boolean, sum"),
        ({"conversion_measure": "amount_on_last_day"}, "a conversion metric of amount_on_last_day, which does not add up over days"),
        ({"base_measure": "middle_amount"}, "a conversion metric of middle_amount, which does not add up over days"),
        ({"base_measure": {"name": "visit_count", "filter": "{{ Dimension('visit__channel') }} = 'web'"}}, "a filter on measure 'visit_count' of a conversion metric; filter the metric, by its base's rows"),
        ({"entity": "sale"}, "entity 'sale' is not one of visit, buyer"),
        ({"window": {"count": 4, "granularity": "hour"}}, "a window of hours is not supported; use one of day, week, month, quarter, year"),
        ({"constant_properties": [{"base_property": "colour", "conversion_property": "channel"}]}, "'colour' is not one of visit_day, channel"),
    ],
)  # fmt: skip
def test_a_conversion_that_cannot_be_compiled_is_named_with_its_line(tmp_path, params, feature):
    usual = {"base_measure": "visit_count", "conversion_measure": "sale_count", "entity": "buyer"}
    metric = {"type": "conversion", "type_params": {"conversion_type_params": usual | params}}
    assert refusal(tmp_path, metric) == f"- name: refused | refused: {feature} (needed by refused)"


def test_a_conversion_metric_is_not_filtered_by_its_day(tmp_path):
    usual = {"base_measure": "visit_count", "conversion_measure": "sale_count", "entity": "buyer"}
    metric = {
        "type": "conversion",
        "type_params": {"conversion_type_params": usual},
        "filter": "{{ TimeDimension('metric_time', 'day') }} > '2024-01-01'",
    }
    assert "a filter on metric_time of a conversion metric" in refusal(tmp_path, metric)
