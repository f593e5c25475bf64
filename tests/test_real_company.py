"""Four public extracts, run end to end as a user's company, give what plain SQL over the raw files gives."""

import shutil
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from oracle import comparison, real_company

from tests.metricflow import own_parity

pytestmark = pytest.mark.slow

COMPANY = Path(__file__).parent / "real_company"
DATASETS = comparison.ROOT.parent / "shared" / "datasets"
AS_OF = f"select as_of from kpi_runs where run_id = ({comparison.NEWEST_RUN})"

# What one more order, or one more call, changes in the periods of its own day.
OF_AN_ORDER = {
    *("total_revenue", "revenue_per_customer", "average_order_value", "sales_per_ticket", "recurring_sales"),
    *("active_customers", "organic_repurchase_rate"),
}
OF_A_CALL = {
    *("first_contact_resolution", "average_handle_time", "customer_satisfaction", "first_response_time"),
    *("contacts", "tickets_opened", "awaiting_first_response", "answer_rate", "contacts_per_agent"),
    *("csat_surveys_sent", "surveys_sent", "survey_response_rate"),
}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The company and its extracts, laid out as in the checkout, in a folder that tests may change."""
    if not DATASETS.exists():
        pytest.skip("the public extracts are not beside this checkout (../shared/datasets)")
    folder = tmp_path_factory.mktemp("real")
    company = folder / "main" / "tests" / "real_company"
    shutil.copytree(COMPANY, company, ignore=shutil.ignore_patterns("data"))
    shutil.copytree(DATASETS, folder / "shared" / "datasets", copy_function=shutil.copyfile)
    return company


@pytest.fixture(scope="module")
def datasets(company: Path) -> Path:
    """The extracts that the company's sources.yml points at."""
    return company.parents[2] / "shared" / "datasets"


@pytest.fixture(scope="module")
def data(company: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run-time folder of a run over the extracts; the company's own folder must not change."""
    before = comparison.content_hash(company)
    data = tmp_path_factory.mktemp("real") / "data"
    comparison.run_kpi(data, "run", "--company", company)
    assert comparison.content_hash(company) == before, "the run changed the company's folder"
    return data


def test_every_value_equals_plain_sql_over_the_raw_files(data: Path, datasets: Path) -> None:
    expected = real_company.expected(datasets, as_of(data))
    actual = comparison.only(comparison.published(data), real_company.FED)
    assert not comparison.report("real company", expected, actual)


def test_every_value_equals_metricflow(data: Path) -> None:
    comparison_with_metricflow = own_parity.compared(data)
    print(f"real company against MetricFlow: {comparison_with_metricflow}")
    assert not comparison_with_metricflow.differences


@pytest.mark.parametrize(("month", "revenue"), [(date(2010, 11, 1), 1_470_272.482), (date(2010, 3, 1), 833_570.131)])
def test_revenue_of_a_month_is_exact(data: Path, month: date, revenue: float) -> None:
    value = comparison.published(data)["total_revenue", "month", month, "", ""][0]
    assert value == pytest.approx(revenue, rel=1e-12)


def test_first_contact_resolution_is_3646_of_4054_calls(data: Path) -> None:
    parts = comparison.query(
        data,
        "select sum(numerator), sum(denominator) from kpi_values "
        "where kpi = 'first_contact_resolution' and grain = 'month' and slice = ''",
    )
    assert parts == [(3646, 4054)]


def test_a_kpi_without_data_says_so_and_why(data: Path) -> None:
    rows = comparison.query(data, "select kpi, reasons_en, reasons_es from kpi_scorecard where status = 'no_data'")
    promised = {kpi for (kpi,) in comparison.query(data, "select kpi from kpi_scorecard")}
    assert len(promised) == 24
    assert {kpi for kpi, _, _ in rows} == real_company.CANNOT_FEED & promised
    assert all(english and spanish for _, english, spanish in rows), rows
    values = comparison.only(comparison.published(data), real_company.CANNOT_FEED)
    # of the answers that were given, nobody's was a recommendation
    assert {kpi for (kpi, *_), (value, _, _) in values.items() if value == 0} == {"promoters", "passives", "detractors"}
    assert not any(value for value, _, _ in values.values())


def test_kpis_with_data_are_not_reported_as_without(data: Path) -> None:
    rows = comparison.query(data, "select kpi from kpi_scorecard where status = 'no_data'")
    assert not {kpi for (kpi,) in rows} & real_company.FED


def test_a_second_run_pulls_nothing_and_changes_no_value(company: Path, data: Path) -> None:
    before = comparison.query(data, "select * from kpi_values order by all")
    comparison.run_kpi(data, "run", "--company", company)
    assert comparison.query(data, "select * from kpi_values order by all") == before
    assert comparison.query(data, "select rows_in from kpi_runs order by started_at desc limit 1") == [(0,)]


def test_an_appended_row_rewrites_only_what_it_touches_and_gives_what_a_full_refresh_gives(
    company: Path, data: Path, datasets: Path, tmp_path: Path
) -> None:
    sold, called = append_an_invoice_and_a_call(datasets)
    comparison.run_kpi(data, "run", "--company", company)
    comparison.run_kpi(tmp_path / "refresh", "run", "--company", company)

    # the customer ordered in May, and until August those 90 days before a month hold that order
    months = {date(2010, 5, 31), date(2010, 6, 30), date(2010, 7, 31), date(2010, 8, 31)}
    assert comparison.days_of_states_in_newest_run(data) == {sold, called, *months}
    written = {key for key in comparison.periods_of_newest_run(data) if key[0] in real_company.FED}
    assert written == {
        *comparison.periods_of(sold, *OF_AN_ORDER),
        *comparison.periods_to_date(sold, "revenue_mtd", date(2010, 5, 31)),
        *comparison.periods_to_date(sold, "revenue_qtd", date(2010, 6, 30)),
        *comparison.periods_to_date(sold, "revenue_ytd", date(2010, 12, 31)),
        # nothing was sold in 2011, so that the total of this week's last days is that of 31 December
        ("revenue_ytd", "week", date(2010, 12, 27)),
        *comparison.periods_to_date(sold, "active_customers_28d", sold + timedelta(days=27)),
        *(key for day in months - {date(2010, 5, 31)} for key in comparison.periods_of(day, "customer_churn_rate")),
        *comparison.periods_of(called, *OF_A_CALL),
    }
    increment, refresh = comparison.published(data), comparison.published(tmp_path / "refresh")
    assert not comparison.report("increment against full refresh", refresh, increment)


def test_an_agent_who_changes_office_takes_old_deals_along(company: Path, data: Path, datasets: Path) -> None:
    # only the teams arrive anew: the deals, which name no office, were staged in another run
    teams = datasets / "crm" / "sales_teams.csv"
    teams.write_text(teams.read_text().replace("Moses Frase,Dustin Brinkmann,Central", "Moses Frase,Celia Rouche,West"))
    comparison.run_kpi(data, "run", "--company", company)
    expected = real_company.expected(datasets, as_of(data))
    actual = comparison.only(comparison.published(data), real_company.FED)
    assert not comparison.report("real company after a move", expected, actual)


def as_of(data: Path) -> datetime:
    """The now of the newest run, in UTC."""
    return comparison.query(data, AS_OF)[0][0]


def append_an_invoice_and_a_call(datasets: Path) -> tuple[date, date]:
    """Add a late row to two extracts; returns the day of the sale and of the call."""
    invoices = datasets / "online_retail" / "online_retail_2009_2010.parquet"
    lines = pq.read_table(invoices)
    line = {
        **lines.slice(0, 1).to_pylist()[0],
        # a customer without other orders: nobody else's first order of a period moves
        "Invoice": "999999",
        "Customer ID": 99999.0,
        "InvoiceDate": "2010-05-05 10:00:00",
    }
    pq.write_table(pa.concat_tables([lines, pa.Table.from_pylist([line], schema=lines.schema)]), invoices)
    with (datasets / "call_center" / "call_center.csv").open("a", newline="") as calls:
        calls.write("ID5001,Diane,2021-02-10,10:00:00,Streaming,Y,Y,20,0:03:00,5\r\n")
    return date(2010, 5, 5), date(2021, 2, 10)
