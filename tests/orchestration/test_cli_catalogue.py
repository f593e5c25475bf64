"""`kpi list` and `kpi show` on a small published mart, in both languages."""

import csv
import io
import json

import pytest

from orchestration.reports.wording import sparkline
from tests.orchestration.small_mart import asking, publish_company

pytestmark = pytest.mark.fast
BUILD = """
create table kpi.kpi_catalog as select
    'returns' as kpi, 1::bigint as version, 'kpi' as kind, 'Return rate' as label_en, 'Tasa de devolución' as label_es,
    'What comes back?' as question_en, '¿Qué vuelve?' as question_es, 'Units back ÷ units sold.' as description_en,
    'Unidades devueltas ÷ vendidas.' as description_es, 'ecommerce' as department, true as company_level,
    'primary' as tier, 'percent' as unit, 'decrease' as direction, 'E-commerce' as owner_team,
    'shop@example.com' as owner_email, 'delight_customers' as objective, 'weekly' as review, 'week' as review_grain,
    'week, month' as grains, 'channel' as slices, '72h' as freshness, 30::bigint as min_sample, '30d' as matures_after,
    'active' as lifecycle, 'sum of units returned ÷ sum of units' as formula, 'sum(a) / sum(b)' as formula_sql,
    'fct_lines' as models, 'abc123' as definition_hash, 'Ask the supplier.' as playbook_en,
    'Pregunta al proveedor.' as playbook_es;
insert into kpi.kpi_catalog by name
    select 'page_views' as kpi, 1 as version, 'metric' as kind, 'Page views' as label_en, 'Páginas vistas' as label_es,
        'ecommerce' as department, false as company_level, 'count' as unit, 'E-commerce' as owner_team,
        'shop@example.com' as owner_email, 'monthly' as review, 'month' as grains, 'active' as lifecycle
    union all by name
    select 'hires' as kpi, 1 as version, 'kpi' as kind, 'Hires' as label_en, 'Altas' as label_es,
        'people' as department, false as company_level, 'count' as unit, 'People' as owner_team, 'keep' as objective,
        'monthly' as review, 'month' as grains, 'draft' as lifecycle;
create table kpi.kpi_values as select
    'returns' as kpi, 'month' as grain, date '2026-01-01' + interval (i) month as period_start,
    date '2026-01-31' + interval (i) month as period_end, '' as slice,
    '' as slice_value, 0.1 + i / 100 as value, 0.1 as previous_value, 1000::bigint as sample_size, i < 2 as is_complete
from range(3) as months (i);
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return publish_company(tmp_path_factory.mktemp("company"), BUILD)


@pytest.fixture
def kpi(company, monkeypatch, capfd):
    return asking(company, monkeypatch, capfd)


def test_list_groups_by_department_and_owner_and_marks_the_company_scorecard(kpi):
    lines = kpi("list").splitlines()
    assert lines[0] == "ecommerce · E-commerce <shop@example.com>"
    (returns,) = (line.split() for line in lines if "returns" in line)
    assert returns == ["★", "returns", "Return", "rate", "percent", "weekly", "delight_customers"]
    (views,) = (line.split() for line in lines if "page_views" in line)
    assert views == ["page_views", "Page", "views", "count", "monthly", "–"]


def test_list_speaks_spanish(kpi):
    output = kpi("list", "--lang", "es")
    for words in ("Tasa de devolución", "Páginas vistas", "Objetivo", "Revisión"):
        assert words in output


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ((), ["returns", "page_views", "hires"]),
        (("--department", "ecommerce"), ["returns", "page_views"]),
        (("--department", "ecommerce", "--kind", "kpi"), ["returns"]),
        (("--kind", "metric"), ["page_views"]),
        (("--objective", "keep"), ["hires"]),
        (("--level", "company"), ["returns"]),
        (("--level", "department"), ["returns", "hires"]),
        (("--lifecycle", "draft"), ["hires"]),
    ],
)
def test_list_filters_alike_in_csv_and_json(kpi, filters, names):
    from_csv = list(csv.DictReader(io.StringIO(kpi("list", *filters, "--format", "csv"))))
    from_json = json.loads(kpi("list", *filters, "--format", "json"))
    assert [row["kpi"] for row in from_csv] == names
    assert [row["kpi"] for row in from_json] == names


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("list", "--department", "ecomerce"), "did you mean ecommerce? use one of ecommerce, people"),
        (("list", "--lang", "fr"), "--lang fr: is not known; use one of en, es"),
        (("list", "--kind", "tracked"), "use one of kpi, metric"),
        (("list", "--format", "parquet"), "use one of table, csv, json"),
        (("show", "return"), "return: is not a KPI; did you mean returns?"),
        (("show", "zzz"), "zzz: is not a KPI; use one of hires, page_views, returns"),
        (("show", "total_revenue"), "not published yet; run `kpi run`"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(kpi, arguments, message):
    assert message in kpi(*arguments, code=2)


def test_show_says_everything_of_a_kpi_and_where_it_stands(kpi):
    output = kpi("show", "returns")
    for words in (
        "Return rate · returns",
        "What comes back?",
        "Units back ÷ units sold.",
        "sum of units returned ÷ sum of units",
        "percent · less is better",
        "delight_customers (Delight customers)",
        "E-commerce · on the company scorecard · primary",
        "E-commerce <shop@example.com>",
        "not older than 72h, sample of at least 30, matures after 30d",
        "fct_lines",
        "Ask the supplier.",
        "version 1, abc123, since 20",
    ):
        assert words in output
    assert "sum(a) / sum(b)" not in output
    (month,) = (line.split() for line in output.splitlines() if line.startswith(" month"))
    assert month == ["month", "2026-02", "11.0%", "+1.0", "pp", "–", "1,000", "▁█"]


def test_show_gives_the_sql_when_asked(kpi):
    assert "sum(a) / sum(b)" in kpi("show", "returns", "--sql")


def test_show_speaks_spanish(kpi):
    output = kpi("show", "returns", "--lang", "es")
    for words in (
        "¿Qué vuelve?",
        "Responsable",
        "porcentaje · cuanto menos, mejor",
        "Comercio electrónico · en el cuadro de la empresa · primario",
        "semanal",
        "semana, mes",
        "activo",
        "abc123, desde 20",
        "Últimos periodos",
    ):
        assert words in output
    (month,) = (line.split() for line in output.splitlines() if line.startswith(" mes"))
    assert month[:3] == ["mes", "2026-02", "11,0"]
    assert "ningún periodo completo" in kpi("show", "hires", "--lang", "es")


def test_a_sparkline_spans_from_the_least_to_the_greatest_and_leaves_gaps():
    assert sparkline([1, None, 8, 4.5]) == "▁ █▅"
    assert sparkline([2, 2]) == "▄▄"
    assert sparkline([None]) == ""
