"""What a reader of the mart saw at a time: three publications of a small mart, asked for afterwards."""

import csv
import io
import json
import re
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration import warehouse
from orchestration.cli import main
from orchestration.cli.mart_reader import kpi, open_mart
from orchestration.errors import UsageError
from orchestration.publishing.publish import publish
from orchestration.querying.rows import rows
from tests.orchestration.small_mart import publish_company

pytestmark = pytest.mark.fast

MONDAY = """
create or replace table kpi.kpi_catalog as
    select
        'revenue' as kpi, 1 as version, 'a' as definition_hash, 'sum of net_amount' as formula, '' as formula_sql,
        'currency' as unit, 'EUR' as currency, 'month' as review_grain, 'month' as grains, 'channel' as slices,
        true as has_total
    union all
    select 'margin', 1, 'm', 'profit over revenue', '', 'percent', null, 'month', 'month', '', true;
create or replace table kpi.kpi_values as
    select
        kpi, 'month' as grain, ('2026-' || month || '-01')::date as period_start,
        last_day(period_start) as period_end, case when channel <> '' then 'channel' else '' end as slice,
        channel as slice_value, value::double as value, month = '01' as is_complete, month = '01' as certified
    from (
        values
        ('revenue', '01', '', 10.5), ('revenue', '01', 'web', 6.5), ('revenue', '01', 'store', 4),
        ('revenue', '02', '', 7), ('margin', '01', '', 0.256)
    ) as rows (kpi, month, channel, value);
"""
# a late order of January on the web; February is over
TUESDAY = """
update kpi.kpi_values set value = value + 1
    where kpi = 'revenue' and month(period_start) = 1 and slice_value <> 'store';
update kpi.kpi_values set is_complete = true where month(period_start) = 2;
insert into kpi.kpi_values by name
    select * replace ('phone' as slice_value, 0 as value) from kpi.kpi_values where slice_value = 'store';
"""
# margin is no KPI any more, revenue a mean, by country
WEDNESDAY = """
delete from kpi.kpi_catalog where kpi = 'margin';
update kpi.kpi_catalog set version = 2, definition_hash = 'b', unit = 'count', slices = 'country';
delete from kpi.kpi_values where kpi = 'margin';
update kpi.kpi_values set value = 2, slice = replace(slice, 'channel', 'country');
insert into kpi.kpi_catalog by name select 'orders' as kpi, 1 as version, 'o' as definition_hash;
insert into kpi.kpi_values by name select * replace ('orders' as kpi) from kpi.kpi_values where slice = '';
"""


class Company:
    """The folder of the company, and a time after each of its publications."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.before = utc_now()
        publish_company(folder, MONDAY)
        self.monday = utc_now()
        self.publish("run_tue", TUESDAY)
        self.tuesday = utc_now()
        self.publish("run_wed", WEDNESDAY)
        self.wednesday = utc_now()

    def publish(self, run: str, changes: str) -> None:
        database = self.folder / "data" / "warehouse" / "warehouse.duckdb"
        with warehouse.connect(database) as con:
            con.execute(changes)
        manifest = {"nodes": {}, "sources": {}}
        publish(database, self.folder / "data" / "published", manifest, "{}", run, datetime(2026, 3, 10, 12))

    @property
    def mart(self) -> Path:
        return self.folder / "data" / "published" / "kpi_mart.duckdb"


def utc_now() -> str:
    return datetime.now(UTC).isoformat()


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return Company(tmp_path_factory.mktemp("company"))


@pytest.fixture
def query(company, monkeypatch, capfdbinary):
    """Ask what was known at a time and return what was printed, and what was said on stderr."""
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)

    def run(at: str, *arguments: str, code: int = 0) -> tuple[bytes, str]:
        asked = ["kpi", "query", *arguments, "--as-known-at", at, "--company", str(company.folder)]
        monkeypatch.setattr(sys, "argv", asked)
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capfdbinary.readouterr()
        assert (ended.value.code or 0) == code, captured
        return captured.out, captured.err.decode()

    return run


@pytest.fixture
def ask(query):
    def run(at: str, *arguments: str) -> list[dict]:
        return json.loads(query(at, *arguments, "--format", "json")[0])

    return run


def values(rows: list[dict], *columns: str) -> list[tuple]:
    return [(row["period_start"][5:7], *(row[column] for column in columns), row["value"]) for row in rows]


def test_the_total_of_monday_is_answered_on_wednesday(ask, company):
    assert values(ask(company.monday, "revenue")) == [("01", 10.5), ("02", 7)]
    assert values(ask(company.tuesday, "revenue")) == [("01", 11.5), ("02", 7)]
    assert values(ask(company.wednesday, "revenue")) == [("01", 2), ("02", 2)]


def test_slices_conditions_and_periods_of_then_can_be_asked_for(ask, company):
    by_channel = ("revenue", "--grain", "month", "--by", "channel")
    assert values(ask(company.monday, *by_channel), "channel") == [("01", "store", 4), ("01", "web", 6.5)]
    assert values(ask(company.tuesday, *by_channel), "channel") == [
        ("01", "phone", 0),
        ("01", "store", 4),
        ("01", "web", 7.5),
    ]
    assert values(ask(company.tuesday, "revenue", "--where", "channel = 'web'")) == [("01", 7.5)]
    two = ask(company.tuesday, *by_channel, "--where", "channel in ('web', 'phone')")
    assert values(two, "channel") == [("01", "phone", 0), ("01", "web", 7.5)]
    assert values(ask(company.monday, "revenue", "--from", "2026-02", "--to", "2026-02")) == [("02", 7)]
    assert ask(company.monday, "revenue", "--from", "2026-05") == []


def test_completeness_and_certificate_are_those_of_then(ask, company):
    february = [
        (row["is_complete"], row["certified"])
        for day in (company.monday, company.tuesday)
        for row in ask(day, "revenue", "--from", "2026-02")
    ]
    assert february == [(False, False), (True, False)]


def test_a_kpi_and_a_definition_that_are_gone_are_still_answered_in_words_of_then(query, ask, company):
    assert values(ask(company.tuesday, "margin")) == [("01", 0.256)]
    output, said = query(company.tuesday, "margin")
    assert "0.256" in output.decode()
    assert "(version 1: profit over revenue), remembered by run run_wed" in said
    output, said = query(company.monday, "revenue")
    assert "10.5" in output.decode()
    assert "EUR" not in output.decode()
    assert "(version 1: sum of net_amount)" in said
    assert "version" not in query(company.wednesday, "revenue")[1]


def test_every_format_has_the_same_rows(query, company):
    asked = (company.monday, "revenue", "--by", "channel", "--format")
    from_csv = list(csv.DictReader(io.StringIO(query(*asked, "csv")[0].decode())))
    from_json = json.loads(query(*asked, "json")[0])
    from_parquet = pq.read_table(io.BytesIO(query(*asked, "parquet")[0])).to_pylist()
    for answer in (from_csv, from_json, from_parquet):
        assert [(row["channel"], float(row["value"])) for row in answer] == [("store", 4), ("web", 6.5)]
    table = [line.split() for line in query(*asked, "table")[0].decode().splitlines() if "2026" in line]
    assert table == [["2026-01-01", "store", "4", "yes"], ["2026-01-01", "web", "6.5", "yes"]]


def test_the_sql_gives_the_same_rows_in_the_file_that_it_names(query, ask, company):
    asked = (company.monday, "revenue", "--by", "channel")
    sql = query(*asked, "--sql")[0].decode()
    with duckdb.connect(re.search(r"duckdb -readonly (.+)", sql)[1], read_only=True) as con:
        found = rows(con, sql)
    assert json.loads(json.dumps(found, default=str)) == ask(*asked)


def test_a_time_without_offset_is_utc_and_one_with_an_offset_is_that_moment(ask, company):
    moment = datetime.fromisoformat(company.monday)
    elsewhere = moment.astimezone(timezone(timedelta(hours=5, minutes=30))).isoformat()
    for at in (moment.replace(tzinfo=None).isoformat(), elsewhere, company.monday.replace("+00:00", "Z")):
        assert values(ask(at, "revenue")) == [("01", 10.5), ("02", 7)]


def test_it_is_said_what_was_asked_and_who_remembers(query, company):
    said = query(company.wednesday, "orders")[1]
    at = datetime.fromisoformat(company.wednesday)
    asked = f"from what was published at {at:%Y-%m-%d %H:%M:%S} UTC"
    assert said == f"{asked}, remembered by run run_wed as of 2026-03-10 12:00 UTC\n"


@pytest.mark.parametrize(
    ("day", "arguments", "message"),
    [
        (
            "before",
            ("revenue",),
            r"nothing was published yet; values are known since 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC",
        ),
        ("tuesday", ("orders",), r"orders had no value then; it is known since \S+ \S+ UTC$"),
        ("wednesday", ("margin",), r"margin had no value then; it is known since \S+ \S+ UTC until \S+ \S+ UTC$"),
        ("monday", ("revenues",), "revenues: the mart has never had a value of that name; did you mean revenue"),
        ("monday", ("revenue", "--grain", "week"), "--grain week: revenue does not have it; use one of month"),
        ("monday", ("revenue", "--by", "country"), "revenue is answered as the mart held it then: whole or by channel"),
        ("wednesday", ("revenue", "--by", "channel"), "as the mart held it then: whole or by country"),
        ("monday", ("revenue", "--by", "device"), "other dimensions and conditions are asked of the facts, which keep"),
        ("monday", ("revenue", "--where", "channel <> 'web'"), "are asked of the facts, which keep no past"),
        ("monday", ("revenue", "--where", "channel ="), "is not SQL"),
        ("monday", ("revenue", "--format", "xml"), "use one of table, csv, json, parquet"),
    ],
)
def test_what_was_not_known_is_refused_with_what_was(query, company, day, arguments, message):
    assert re.search(message, query(getattr(company, day), *arguments, code=2)[1].strip())


@pytest.mark.parametrize("time", ["monday", "2026-13-01", "2026-01-01T25:00", "12:00", "0001-01-01T00:00+05:00", "1e9"])
def test_what_is_no_timestamp_is_a_usage_error(query, time):
    message = f"--as-known-at {time}: is not a timestamp; write one such as 2026-06-30T18:00 (UTC)"
    assert message in query(time, "revenue", code=2)[1]


def test_a_mart_of_before_versions_were_kept_says_so(query, company):
    folder = company.mart.resolve().parent
    kept = (folder / "kpi_mart.duckdb").read_bytes()
    with duckdb.connect(str(folder / "kpi_mart.duckdb")) as con:
        con.execute("delete from kpi_value_versions")
    try:
        assert "the published mart remembers nothing yet; run `kpi run`" in query(utc_now(), "revenue", code=2)[1]
    finally:
        (folder / "kpi_mart.duckdb").write_bytes(kept)


def test_whoever_asks_for_a_kpi_that_is_gone_is_told_how_to_see_its_values(company, ask):
    with open_mart(company.folder) as con, pytest.raises(UsageError, match="margin: is no KPI any more") as error:
        kpi(con, "margin")
    asked = re.search(r"kpi query margin --as-known-at (\S+)$", str(error.value))
    assert values(ask(asked[1], "margin")) == [("01", 0.256)]
