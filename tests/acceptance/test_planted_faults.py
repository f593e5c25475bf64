"""Each data fault of the generated company is caught by the check meant for it, which names its KPIs and no others."""

from __future__ import annotations

from datetime import date

import pytest
from planted_causes import EXPLAINED, blamed_elsewhere, caused, segment_of
from sample_runs import SampleRun

from data.sample_company.faults import NAMES

WEB = (
    *("conversion_rate", "cart_abandonment_rate", "traffic", "product_page_views", "pages_per_session"),
    *("session_duration", "exit_rate", "visit_to_purchase_7d"),
)
DELIVERED_TWICE = (
    *("shop.orders", "shop.order_lines", "shop.refunds", "ads.spend", "web.events"),
    *("helpdesk.tickets", "helpdesk.interactions", "helpdesk.surveys"),
)
# a refund may be of an order that was deleted since
REFUNDS_OF_DELETED = "int_refunds.known_in_int_refunds_order_id__order_id__ref_int_orders_"
MEANT = {
    "missing_surveys": {"customer_satisfaction.no_missing_days", "csat_surveys_sent.no_missing_days"},
    "late_orders": {"shop.orders.few_late_rows"},
    "corrections": {"shop.orders.few_corrections"},
    "deletions": {"shop.orders.few_deletions", REFUNDS_OF_DELETED},
    "dst": {"shop.orders.few_in_the_repeated_hour"},
    "duplicate_deliveries": {f"{table}.no_repeated_deliveries" for table in DELIVERED_TWICE},
    "renamed_column": {"web.events.delivered", *(f"{kpi}.no_missing_days" for kpi in WEB)},
}
WEEKS = """
    select period_start, certified from kpi_values
    where kpi = 'customer_satisfaction' and grain = 'week' and slice = '' and is_complete
        and period_start between '2026-05-25' and '2026-06-29'
    order by period_start
"""
STEERING = set(NAMES) - set(MEANT)
BY_MIX = {"promotion_mix"}
SUMS = f"""
    {EXPLAINED}, sums as (
        select kpi, grain, period_start, compare, slice, fsum(contribution) as contributed
        from kpi_drivers group by all
    )

    select
        count(*), count(sums.contributed), count(distinct explained.kpi),
        max(abs(sums.contributed - (now.value - before.value)))
    from explained
    inner join (select distinct kpi, grain, slice from kpi_values where slice <> '') as sliced using (kpi, grain)
    inner join kpi_values as now
        on now.kpi = explained.kpi and now.grain = explained.grain and now.slice = ''
        and now.period_start = explained.period_start
    inner join kpi_values as before
        on before.kpi = explained.kpi and before.grain = explained.grain and before.slice = ''
        and explained.end_before between before.period_start and before.period_end
    left join sums
        on sums.kpi = explained.kpi and sums.grain = explained.grain and sums.compare = explained.compare
        and sums.period_start = explained.period_start and sums.slice = sliced.slice
"""


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> SampleRun:
    """The company with every fault, those that steering must find too."""
    return SampleRun.of(tmp_path_factory.mktemp("all"), NAMES).run()


def assert_names_its_kpis(company: SampleRun, fault: str) -> None:
    failed, truth = company.failed(), company.truth(fault)
    assert failed.keys() >= MEANT[fault]
    named = set().union(*(failed[check] for check in MEANT[fault]))
    assert named >= set(truth["kpis"])
    assert named <= {*truth["kpis"], *truth["may_also_move"]}


@pytest.mark.slow
@pytest.mark.parametrize("fault", MEANT)
def test_the_check_meant_for_a_fault_names_its_kpis_among_all_faults(everything: SampleRun, fault: str) -> None:
    assert_names_its_kpis(everything, fault)


@pytest.mark.slow
def test_nothing_else_fails_and_what_only_steering_can_find_raises_nothing(everything: SampleRun) -> None:
    assert len(STEERING) == 5
    assert set(everything.failed()) == set().union(*MEANT.values())
    assert set(everything.reasons()) == set(WEB)
    certificates = "select count(*), count(*) filter (where certified = (reasons_en is null)) from kpi_scorecard"
    assert everything.ask(certificates) == [(24, 24)]


@pytest.mark.slow
def test_the_week_of_surveys_that_never_came_is_not_certified_and_the_weeks_around_it_are(
    everything: SampleRun,
) -> None:
    missing = date.fromisoformat(everything.truth("missing_surveys")["days"][0])
    weeks = everything.ask(WEEKS)
    assert len(weeks) == 6
    assert [week for week, certified in weeks if not certified] == [missing]


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(STEERING))
def test_a_planted_cause_is_the_first_driver_named_for_its_kpis_in_its_days(everything: SampleRun, fault: str) -> None:
    for kpi in everything.truth(fault)["kpis"]:
        named = caused(everything, fault, kpi)
        assert named, f"nothing is named for {kpi}"
        for change in named:
            assert (change.slice, *change.segments[:1]) == segment_of(everything, fault), (kpi, change)
            assert change.effect == ("mix" if fault in BY_MIX else "rate")


@pytest.mark.slow
@pytest.mark.parametrize("fault", sorted(STEERING))
def test_kpis_that_a_planted_cause_does_not_move_do_not_name_it_in_its_days(everything: SampleRun, fault: str) -> None:
    assert blamed_elsewhere(everything, fault) == []


@pytest.mark.slow
def test_contributions_sum_to_the_change_of_every_kpi_period_and_slice(everything: SampleRun) -> None:
    ((changes, summed, kpis, furthest),) = everything.ask(SUMS)
    assert (changes > 4000, summed, kpis) == (True, changes, 24 - 1)  # employee productivity has no slice
    assert furthest < 1e-9


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "kpi", "grain", "direction"),
    [
        ("sms_handle_time", "average_handle_time", "day", "up"),
        ("sms_handle_time", "average_handle_time", "week", "up"),
        ("channel_cost", "customer_acquisition_cost", "month", "up"),
        ("promotion_mix", "revenue_per_customer", "month", "down"),
    ],
)
def test_a_fault_that_moves_a_total_is_a_signal_in_its_days(
    everything: SampleRun, fault: str, kpi: str, grain: str, direction: str
) -> None:
    first, last = everything.truth(fault)["days"]
    signals = everything.ask(f"""
        select rule, period_start, words_en from kpi_signals
        where kpi = '{kpi}' and grain = '{grain}' and direction = '{direction}' and not is_favourable
            and period_start between '{first}' and '{last}'
    """)
    print(*signals, sep="\n")
    assert signals


@pytest.mark.slow
def test_data_that_never_came_is_missing_and_no_change(everything: SampleRun) -> None:
    told = everything.ask("""
        select kpi, grain, period_start, rule from kpi_signals
        where (kpi, grain, period_start) in (
            ('customer_satisfaction', 'week', date '2026-06-08'), ('conversion_rate', 'day', date '2026-09-16')
        )
    """)
    assert sorted(told) == [
        ("conversion_rate", "day", date(2026, 9, 16), "missing"),
        ("customer_satisfaction", "week", date(2026, 6, 8), "missing"),
    ]


@pytest.mark.long
@pytest.mark.parametrize("fault", MEANT)
def test_a_fault_alone_fails_its_checks_and_no_other(tmp_path, fault: str) -> None:
    company = SampleRun.of(tmp_path, [fault]).run()
    assert set(company.failed()) == MEANT[fault]
    assert_names_its_kpis(company, fault)
    assert set(company.reasons()) == (set(WEB) if fault == "renamed_column" else set())


@pytest.mark.long
def test_faults_that_only_steering_can_find_raise_nothing_without_the_others(tmp_path) -> None:
    company = SampleRun.of(tmp_path, STEERING).run()
    assert (company.failed(), company.reasons()) == ({}, {})
