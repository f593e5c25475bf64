"""`kpi export` on a small published mart: pictures, and tables that no spreadsheet takes for formulas."""

import csv
import math
import struct
from datetime import date

import pytest

from orchestration.cli.reading.spreadsheet import harmless, write_csv
from tests.orchestration.small_mart import RUN, asking, publish_company

pytestmark = pytest.mark.fast
BUILD = f"""
create table kpi.kpi_catalog as select
    'sales' as kpi, 1::bigint as version, 'kpi' as kind, '=1+1 Sales' as label_en, 'Ventas' as label_es,
    'sales' as department, 'currency' as unit, 'EUR' as currency, 'increase' as direction, 'week' as review_grain,
    'week, month' as grains, 'country' as slices, true as has_total, true as is_additive, 'active' as lifecycle,
    '@cmd' as playbook_en;
insert into kpi.kpi_catalog by name
    select 'exits' as kpi, 1 as version, 'metric' as kind, 'Exits' as label_en, 'Salidas' as label_es,
        'month' as review_grain, 'month' as grains, 'page' as slices, false as has_total, 'active' as lifecycle;
create table kpi.kpi_values as select
    'sales' as kpi, 'month' as grain, date '2026-01-01' + interval (i) month as period_start,
    date '2026-01-31' + interval (i) month as period_end, '' as slice, '' as slice_value,
    -1000.5 * (i + 1) as value, 20::double as target, true as is_complete, '{RUN}' as run_id
from range(2) as months (i);
insert into kpi.kpi_values by name select
    'sales' as kpi, 'month' as grain, date '2026-01-01' as period_start, date '2026-01-31' as period_end,
    'country' as slice, unnest(['=HYPERLINK("http://x","y")', 'Ñandú, "x"', '  -2+3']) as slice_value, 1.5 as value,
    true as is_complete, '{RUN}' as run_id;
insert into kpi.kpi_values by name select
    'sales' as kpi, 'week' as grain, date '2026-02-23' as period_start, date '2026-03-01' as period_end,
    'country' as slice, 'ES' as slice_value, 1.5 as value, false as is_complete, '{RUN}' as run_id;
create table kpi.kpi_scorecard as select 'sales' as kpi, 'month' as grain, -1000.5 as value, '{RUN}' as run_id;
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return publish_company(tmp_path_factory.mktemp("company"), BUILD)


@pytest.fixture
def kpi(company, tmp_path, monkeypatch, capfd):
    ask = asking(company, monkeypatch, capfd)
    monkeypatch.chdir(tmp_path)
    return ask


def read(file):
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t1", "\r1", "\n1", "＝1", "＋1", "－1", "＠x", " =1", '"=1', "'=1",
    " \u00a0@x", "\u3000＝1", "\ufeff=1",
]  # fmt: skip


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(cell):
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell", [-1, -1000.5, 0, None, True, date(2026, 1, 1), "", "a=b", "Ventas", "3-1", "x@y.com", "(−1)"]
)
def test_numbers_days_and_other_texts_stay_what_they_are(cell):
    assert harmless(cell) is cell


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("a;=1", "a;'=1"),
        ("\t=1", "'\t'=1"),
        ("a\r\n@x; +1", "a\r\n'@x;' +1"),
        ('a;"=1', "a;'\"=1"),
        ("a; b\nc=1-2", "a; b\nc=1-2"),
    ],
)
def test_no_cell_that_another_separator_makes_of_a_text_is_run(cell, written):
    assert harmless(cell) == written


def test_a_table_reads_back_as_it_was_but_for_the_apostrophes(tmp_path):
    file = tmp_path / "t.csv"
    rows = [{"name": cell, "number": -1.5, "list": ["=a", "b"]} for cell in [*FORMULAS, 'a,"b"\r\nc', "ñ"]]
    write_csv(file, ["name", "number", "list"], rows)
    assert file.read_bytes().startswith(b"\xef\xbb\xbfname,number,list\r\n")
    held = read(file)
    assert [row["name"] for row in held] == [*(f"'{cell}" for cell in FORMULAS), 'a,"b"\r\nc', "ñ"]
    assert {(row["number"], row["list"]) for row in held} == {("-1.5", "'=a, b")}


def test_values_are_exported_with_all_their_digits_and_the_hostile_ones_harmless(kpi, tmp_path):
    assert kpi("export", "sales", "--out", "v.csv", "--grain", "month") == "v.csv: sales, 2 rows\n"
    held = read(tmp_path / "v.csv")
    assert [(row["period_start"], float(row["value"])) for row in held] == [
        ("2026-01-01", -1000.5),
        ("2026-02-01", -2001),
    ]
    kpi("export", "sales", "--out", "c.csv", "--grain", "month", "--by", "country")
    assert sorted(row["slice_value"] for row in read(tmp_path / "c.csv")) == [
        "'  -2+3", "'=HYPERLINK(\"http://x\",\"y\")", 'Ñandú, "x"',
    ]  # fmt: skip


def test_periods_are_those_that_begin_from_one_day_to_another(kpi, tmp_path):
    kpi("export", "sales", "--out", "v.csv", "--grain", "month", "--from", "2026-02", "--to", "2026")
    assert [row["period_start"] for row in read(tmp_path / "v.csv")] == ["2026-02-01"]


@pytest.mark.parametrize(
    ("name", "column", "cell"), [("scorecard", "value", "-1000.5"), ("catalogue", "playbook_en", "'@cmd")]
)
def test_the_scorecard_and_the_catalogue_are_tables(kpi, tmp_path, name, column, cell):
    kpi("export", name, "--out", "t.csv")
    (sales,) = (row for row in read(tmp_path / "t.csv") if row["kpi"] == "sales")
    assert sales[column] == cell
    assert sales["label_en"] == "'=1+1 Sales"


@pytest.mark.parametrize("by", [(), ("--by", "country")])
def test_a_chart_is_a_picture_with_title_and_source_in_its_language(kpi, tmp_path, by):
    kpi("export", "sales", "--out", "p.svg", "--grain", "month", "--lang", "es", *by)
    svg = (tmp_path / "p.svg").read_text(encoding="utf-8")
    assert "Ventas" in svg
    assert "del 1 de enero de 2026 al " in svg
    assert "Sin certificar: no medible: " in svg
    assert f"ejecución {RUN[:8]}" in svg
    assert "#ffffff" in svg
    kpi("export", "sales", "--out", "p.PNG", "--grain", "month", "--theme", "dark", *by)
    png = (tmp_path / "p.PNG").read_bytes()
    assert png.startswith(b"\x89PNG")
    assert math.prod(struct.unpack(">II", png[16:24])) > 500_000


WRONG = [
    (("sale", "--out", "x.csv"), "sale: is not a KPI; did you mean sales?"),
    (("sales", "--out", "x.gif"), "--out x.gif: unknown file type; use .png, .svg or .csv"),
    (("sales", "--out", "none/x.csv", "--grain", "month"), "--out none/x.csv: No such file or directory"),
    (("sales", "--out", "x.csv", "--grain", "day"), "--grain day: is not known; use one of week, month"),
    (("sales", "--out", "x.csv", "--by", "contry"), "--by contry: is not known; did you mean country?"),
    (("sales", "--out", "x.png"), "sales: has no values by week to draw in these periods"),
    (("sales", "--out", "x.png", "--by", "country"), "sales: has no values by week to draw in these periods"),
    (("exits", "--out", "x.png"), "exits: has no total, its parts may not be added up; use --by page"),
    (("sales", "--out", "x.csv", "--from", "2026-02", "--to", "2026-01"), "--to 2026-01: ends before --from 2026-02"),
    (("scorecard", "--out", "x.png"), "--out x.png: the scorecard is a table; let it end in .csv"),
    (("catalogue", "--out", "x.csv", "--by", "country"), "--by country: is for one KPI, and the catalogue holds all"),
    (("catalogue", "--out", "x.csv", "--theme", "dark"), "--theme dark: is for charts, and x.csv is a table"),
    (("sales", "--out", "x.csv", "--lang", "es"), "--lang es: is for charts, and x.csv is a table"),
    (("sales", "--out", "x.png", "--theme", "blue"), "--theme blue: is not known; use one of light, dark"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG, ids=lambda part: part if isinstance(part, str) else "")
def test_what_cannot_be_exported_is_an_error_that_says_what_can(kpi, tmp_path, arguments, message):
    assert message in kpi("export", *arguments, code=2)
    assert list(tmp_path.iterdir()) == []
