"""`kpi status`, and what the scorecard and `kpi show` say of certificates, on a small published mart."""

import duckdb
import pytest

from orchestration.cli.steering.scorecard import print_scorecard
from orchestration.cli.terminal import console
from tests.orchestration.small_mart import RUN, asking, publish_company

pytestmark = pytest.mark.fast
LONG = "no orders from the shop since 2026-03-05 09:00 (limit: 24 hours), which is longer than a line of a terminal is"
BUILD = """
create table kpi.kpi_catalog as
    select 'revenue' as kpi, 'Revenue' as label_en, 'Ingresos' as label_es, 'sales' as department, 'kpi' as kind,
        'active' as lifecycle, 'currency' as unit, 'EUR' as currency, 'day' as review_grain, 'day' as grains,
        'revenue' as coverage_of, 0.95 as coverage_at_least
    union all by name
    select 'visits' as kpi, 'Visits' as label_en, 'Visitas' as label_es, 'ecommerce' as department, 'kpi' as kind,
        'active' as lifecycle
    union all by name
    select 'clicks' as kpi, 'Clicks' as label_en, 'Clics' as label_es, 'ecommerce' as department, 'metric' as kind
    union all by name
    select 'hires' as kpi, 'Hires' as label_en, 'Altas' as label_es, 'people' as department, 'kpi' as kind,
        'draft' as lifecycle;
create table kpi.kpi_scorecard as
    select 'revenue' as kpi, 'day' as grain, date '2026-03-09' as period_start, 2000.25 as value,
        1000.125 as previous_value
    union all by name
    select 'visits' as kpi, 'no_data' as status;
"""
JUDGED = f"""
insert into kpi_runs (run_id, as_of, started_at, status) values
    ('run1', '2026-03-08 12:00', '2026-03-08 12:01', 'published'),
    ('run2', '2026-03-09 12:00', '2026-03-09 12:01', 'published'),
    ('broken', '2026-03-11 12:00', '2026-03-11 12:01', 'failed');
delete from kpi_certifications;
insert into kpi_certifications
    (kpi, run_id, measurable, up_to_date, definition_approved, certified, reasons_en, reasons_es) values
    ('revenue', 'run1', true, false, true, false, 'old', 'viejo'),
    ('revenue', 'run2', true, true, true, true, null, null),
    ('revenue', '{RUN}', true, true, true, true, null, null),
    ('visits', 'run2', true, true, true, true, null, null),
    ('visits', '{RUN}', true, false, true, false, 'not up to date: {LONG}', 'no está al día: sin eventos'),
    ('clicks', '{RUN}', false, true, true, false, 'not measurable: no data yet', 'no medible: todavía no hay datos'),
    ('hires', '{RUN}', true, true, true, true, null, null);
update kpi_scorecard set certified = kpi = 'revenue';
update kpi_scorecard set reasons_en = 'not up to date: {LONG}' where kpi = 'visits';
delete from kpi_checks;
insert into kpi_checks ("check", run_id, object, kind, severity, passed, observed, kpis) values
    ('revenue.has_data', '{RUN}', 'revenue', 'kpi', 'error', true, 'latest complete day: 2026-03-09', ['revenue']),
    ('shop.orders.known_status', '{RUN}', 'shop.orders', 'gx', 'warn', false, '3 rows set apart', ['revenue']),
    ('shop.orders.delivered', '{RUN}', 'shop.orders', 'gx', 'error', false, 'orders.csv: no column net',
        ['revenue', 'visits']),
    ('fct_orders.unique_fct_orders_order_id_in_all_of_its_rows', '{RUN}', 'fct_orders', 'dbt', 'error', true, null,
        ['revenue']),
    ('kpi_runs.one_row_a_key', '{RUN}', 'kpi_runs', 'gx', 'error', true, '0', ['clicks', 'hires', 'revenue', 'visits']),
    ('calendar.no_day_is_missing', '{RUN}', 'calendar', 'gx', 'error', false, '1 day',
        ['clicks', 'hires', 'revenue', 'visits']),
    ('web.events.delivered', '{RUN}', 'web.events', 'gx', 'error', false, 'nothing', ['visits']),
    ('revenue.up_to_date', 'run1', 'revenue', 'kpi', 'error', false, 'long ago', ['revenue']);
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = publish_company(tmp_path_factory.mktemp("company"), BUILD)
    with duckdb.connect(str(folder / "data" / "published" / "kpi_mart.duckdb")) as con:
        con.execute(JUDGED)
    return folder


@pytest.fixture
def kpi(company, monkeypatch, capfd):
    return asking(company, monkeypatch, capfd)


def marks(output: str) -> dict[str, list[str]]:
    """The signs of each line of a table, by its first word."""
    lines = [line.split() for line in output.splitlines()]
    return {words[0]: words[1:] for words in lines if words[1:] and set(words[1:]) <= {"✓", "✗", "–"}}


def test_the_status_of_all_tells_what_is_certified_and_why_the_rest_is_not(kpi):
    output = kpi("status")
    assert marks(output) == {
        "visits": ["✓", "✗", "✓", "✗"],
        "revenue": ["✓", "✓", "✓", "✓"],
        "clicks": ["✗", "✓", "✓", "✗"],
        "hires": ["✓", "✓", "✓", "✓"],
    }
    assert list(marks(output)) == ["visits", "revenue", "clicks", "hires"], "KPIs first, by department"
    assert f"visits: not up to date: {LONG}" in " ".join(output.split())
    assert "2 of 4 are certified" in output
    assert f"as of 2026-03-10 12:00 UTC, run {RUN[:8]}" in output


def test_the_status_of_all_speaks_spanish(kpi):
    output = kpi("status", "--lang", "es")
    for words in ("Medible", "Al día", "Aprobada", "Certificada", "visits: no está al día: sin eventos"):
        assert words in output
    assert "2 de 4 están certificadas" in output


def test_the_status_of_one_lists_every_check_it_depends_on_failed_ones_first(kpi):
    output = kpi("status", "revenue")
    assert "Revenue · revenue\ncertified since 2026-03-09\n" in output
    lines = [line.split() for line in output.splitlines() if line.strip().startswith(("✓", "✗"))]
    assert [words[:2] for words in lines] == [
        ["✗", "calendar.no_day_is_missing"],
        ["✗", "shop.orders.delivered"],
        ["✗", "shop.orders.known_status"],
        ["✓", "revenue.has_data"],
        ["✓", lines[4][1]],
    ]
    assert "fct_orders.unique_fct_orders_order_id" in lines[4][1]
    assert "checks of the whole mart that passed: 1" in output
    assert "a warning" in output
    assert "orders.csv: no column net" in output
    assert "web.events" not in output
    assert "long ago" not in output


def test_the_status_of_one_that_is_not_certified_says_since_when_and_why(kpi):
    output = " ".join(kpi("status", "visits", "--lang", "es").split())
    assert "Visitas · visits sin certificar desde 2026-03-10: no está al día: sin eventos" in output
    assert "sin certificar orders.csv: no column net" in output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("status", "revenu"), "revenu: is not a KPI; did you mean revenue?"),
        (("status", "--lang", "fr"), "--lang fr: is not known; use one of en, es"),
    ],
)
def test_what_has_no_status_is_refused(kpi, arguments, message):
    assert message in kpi(*arguments, code=2)


def test_show_says_whether_a_kpi_is_certified_and_since_when(kpi):
    shown = " ".join(kpi("show", "revenue").split())
    assert "Certificate certified since 2026-03-09" in shown
    assert "covers at least 95% of revenue" in shown
    assert "Certificado sin certificar desde 2026-03-10: no está al día" in " ".join(
        kpi("show", "visits", "--lang", "es").split()
    )


def test_the_scorecard_marks_what_is_certified_and_says_why_the_rest_is_not(company, capsys):
    with duckdb.connect(str(company / "data" / "published" / "kpi_mart.duckdb"), read_only=True) as con:
        print_scorecard(con, console())
    output = capsys.readouterr().out
    (revenue,) = (line.split() for line in output.splitlines() if "Revenue" in line)
    (visits,) = (line.split() for line in output.splitlines() if "Visits" in line)
    assert (revenue[-1], visits[-1]) == ("✓", "✗")
    assert "2,000 EUR" in output
    assert "+100.0%" in output
    assert f"visits: not up to date: {LONG}" in " ".join(output.split())
    assert all(len(line) <= 100 for line in output.splitlines())
