"""Personal data never gets where readers are: what staging may say, and what is found in what would be published."""

import hmac
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from expectations.columns import Column
from expectations.frames import with_computed
from expectations.rows import broken_rows
from expectations.split import split
from expectations.suite import Rule, Suite, SuiteError
from orchestration.connectors import UnreadableError
from orchestration.connectors.formats import READERS
from orchestration.dbt.model_hashes import model_hashes
from orchestration.declarations.sources import Sources, System, Table
from orchestration.errors import BuildError
from orchestration.personal_data.check import leak_message, personal_data_checks
from orchestration.personal_data.salt import salt_fingerprint
from orchestration.personal_data.staging import check_staging_of_personal_data
from orchestration.personal_data.values import collect_values
from orchestration.publishing.errors import PublishError
from orchestration.publishing.private import Private

pytestmark = pytest.mark.fast

COLUMNS = (
    Column("id", "string"),
    Column("who", "string", pii=True),
    Column("mail", "string", pii=True),
    Column("born", "date", pii=True),
)
MEMBERS = Table("till", "members", mode="snapshot", key=("id",), entity="customers", columns=COLUMNS)
CARDS = Table(
    "till", "cards", key=("mail",), columns=(Column("mail", "string", pii=True), Column("kind", "string", pii=True))
)
SOURCES = Sources(Path("sources.yml"), {"till": System("till", "files", "UTC", None, {t.name: t for t in (MEMBERS,)})})
WITH_CARDS = Sources(
    Path("sources.yml"), {"till": System("till", "files", "UTC", None, {t.name: t for t in (MEMBERS, CARDS)})}
)
PERSONS = [
    ("Ana Ruiz Pardo", "Ana.Ruiz@mail.test"),
    ("Valencia", "v@mail.test"),
    ("Josefina", "pepa@mail.test"),
    ("Segismundo", "segis@mail.test"),
    ("Lee", "+34 600 123 456"),
]


def staged(tmp_path: Path, columns: str) -> dict[str, Path]:
    file = tmp_path / "stg_till__members.sql"
    file.write_text(f"-- the mail of a member\nselect\n    {columns}\nfrom {{{{ raw('till', 'members') }}}}")
    return {"models/staging/till/stg_till__members.sql": file}


@pytest.mark.parametrize(
    "columns",
    [
        "id, {{ pii('mail') }} as mail, {{ pii('who') }} as name",
        "id, {{ pii('\"mail\"') }} mail",
        'id, {{ pii("lower(mail)") }} as "mail"',
        "id, case kind when 'mail' then 'post' end as channel",
        "id, null::varchar as mail",
        "id, /* who */ 1 as one {# mail #}",
        "id, mailing, {{ to_utc('mailed', 'till', 'members') }} as mailed_at",
    ],
    ids=["hashed", "quoted", "expression", "value", "dropped", "comments", "longer-words"],
)
def test_staging_may_hash_personal_data_or_leave_it_out(tmp_path, columns):
    check_staging_of_personal_data(SOURCES, staged(tmp_path, columns))


@pytest.mark.parametrize(
    "columns",
    ["mail", "MAIL as contact", "'x' || mail", "split_part(mail, '@', 2) as host", 'm."mail"', "{{ lowered('mail') }}"],
)
def test_staging_that_names_personal_data_in_the_clear_is_refused_with_file_line_and_the_way_out(tmp_path, columns):
    with pytest.raises(BuildError) as refused:
        check_staging_of_personal_data(SOURCES, staged(tmp_path, f"id,\n    {columns}"))
    assert str(refused.value).endswith(
        "stg_till__members.sql:4: mail is personal data of till.members (pii in sources.yml); "
        "name it only as {{ pii('mail') }}, which hashes it, or leave it out"
    )


def test_a_model_that_does_not_read_the_table_may_use_its_columns_names(tmp_path):
    file = tmp_path / "stg_till__products.sql"
    file.write_text("select who, mail from {{ raw('till', 'products') }}")
    check_staging_of_personal_data(SOURCES, {"models/staging/till/stg_till__products.sql": file})


def test_salts_are_told_apart_by_a_fingerprint_that_is_no_plain_hash_of_them(monkeypatch):
    monkeypatch.delenv("KPI_PII_SALT", raising=False)
    assert salt_fingerprint() is None
    monkeypatch.setenv("KPI_PII_SALT", "one")
    one = salt_fingerprint()
    monkeypatch.setenv("KPI_PII_SALT", "two")
    assert one != salt_fingerprint() != "two"


def test_another_salt_makes_another_hash_of_the_models_that_call_the_macro_and_of_what_is_built_from_them(monkeypatch):
    def node(name: str, code: str, *parents: str) -> dict:
        config = {"materialized": "incremental"}
        shared = {"resource_type": "model", "columns": {}, "config": config, "depends_on": {"nodes": list(parents)}}
        return {"unique_id": name, "name": name, "raw_code": code, **shared}

    nodes = [node("stg_a__b", "{{ hashed('x') }}"), node("stg_a__c", "x"), node("fct_b", "x", "stg_a__b")]
    macros = {
        "macro.kpi_mart.pii": {"package_name": "kpi_mart", "macro_sql": "…", "depends_on": {"macros": []}},
        "macro.kpi_mart.hashed": {
            "package_name": "kpi_mart",
            "macro_sql": "…",
            "depends_on": {"macros": ["macro.kpi_mart.pii"]},
        },
    }
    manifest = {
        "metadata": {"project_name": "kpi_mart"},
        "nodes": {model["name"]: model for model in nodes},
        "macros": macros,
    }
    found = {}
    for salt in ("", "one", "two"):
        monkeypatch.setenv("KPI_PII_SALT", salt)
        found[salt] = model_hashes(manifest, {})
    assert [len({found[salt][name] for salt in found}) for name in ("stg_a__b", "stg_a__c", "fct_b")] == [3, 1, 3]


class House:
    """A warehouse and a mart in memory, over a landing and a quarantine of members."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.con = duckdb.connect()
        self.con.execute("attach ':memory:' as warehouse; attach ':memory:' as mart")
        self.con.execute("create schema warehouse.marts; create schema warehouse.staging")
        self.land("raw", "members", [(str(i), *person, "1990-05-05") for i, person in enumerate(PERSONS)])

    def land(self, root: str, table: str, rows: list[tuple], columns: str = "id, who, mail, born") -> None:
        place = self.folder / root / "till" / table
        place.mkdir(parents=True, exist_ok=True)
        values = ", ".join(str(row) for row in rows)
        file = place / f"{len(list(place.iterdir()))}.parquet"
        self.con.execute(f"copy (select * from (values {values}) as t ({columns})) to '{file}' (format parquet)")

    def holds(self, relation: str, column: str, cells: list[str]) -> "House":
        self.con.execute(f'create or replace table {relation} ("{column}" varchar, amount int)')
        self.con.executemany(f"insert into {relation} values (?, 1)", [[cell] for cell in cells])
        return self

    def found(self, sources: Sources = SOURCES) -> str | None:
        landing = (self.folder / "raw", self.folder / "quarantine")
        collect_values(self.con, sources, landing)
        return leak_message(personal_data_checks(self.con, sources))


@pytest.fixture
def house(tmp_path) -> House:
    return House(tmp_path)


@pytest.mark.parametrize(
    ("relation", "column", "cell", "what"),
    [
        ("warehouse.marts.fct_orders", "campaign", " ana ruiz pardo", "values of till.members.who (1 found)"),
        ("warehouse.marts.dim_customers", "segment", "+34 600 123 456", "values of till.members.mail (1 found)"),
        ("warehouse.staging.stg_till__members", "kind", "Ana Ruiz Pardo", "values of till.members.who (1 found)"),
        ("mart.kpi_values", "slice_value", "Ana Ruiz Pardo", "values of till.members.who (1 found)"),
        (
            "mart.kpi_quarantine",
            "example",
            "who: 'Ana Ruiz Pardo' is not",
            "values of till.members.who within a text (1 found)",
        ),
        (
            "mart.kpi_checks",
            "observed",
            "row 3 (tel:+34-600-123-456)",
            "values of till.members.mail within a text (1 found)",
        ),
        ("mart.kpi_scorecard", "reasons_en", "ask somebody@else.test", "e-mail addresses (1 found)"),
        ("warehouse.marts.fct_tickets", "topic", "x <stranger@else.test>", "e-mail addresses (1 found)"),
    ],
)
def test_a_leak_is_found_wherever_it_is_and_told_without_its_value(house, relation, column, cell, what):
    house.holds(relation, column, [cell, "anything else", "a third cell", "a fourth cell"])
    message = house.found()
    assert message
    assert f"{relation.rpartition('.')[2]}: {column} holds {what}" in message
    assert cell.strip() not in message
    house.holds(relation, column, ["anything else"])
    assert house.found() is None


def test_a_leak_of_a_value_that_was_rejected_is_found_too(house):
    house.land(
        "quarantine",
        "members",
        [("9", "Nils Holgersson", "nils", "no date", "wrong_type")],
        "id, who, mail, born, _rule",
    )
    assert house.holds("mart.kpi_quarantine", "example", ["nils  HOLGERSSON, no date"]).found()


def test_a_refused_file_whose_columns_are_swapped_forbids_no_publication(house):
    swapped = [
        (str(i), value, "retail", "x") for i, value in enumerate(["paid_search", "New Zealand", "Great Britain"])
    ]
    house.land("quarantine", "members", swapped)
    house.holds("warehouse.marts.dim_customers", "country", ["New Zealand", "Great Britain"])
    house.holds("mart.kpi_explanations", "sentence_en", ["Returns rose, mostly on country New Zealand (+3.0 pp)."])
    assert house.holds("mart.kpi_checks", "observed", ["source: paid_search is 3 % of all"]).found() is None


def test_one_plain_word_is_chance_and_several_are_a_leak(house):
    countries = ["Spain", "France", "Valencia", "Italy", "Malta"]
    assert house.holds("warehouse.marts.dim_customers", "country", countries).found() is None
    names = [*countries, "Josefina", "Segismundo"]
    assert "(3 found)" in (house.holds("warehouse.marts.dim_customers", "country", names).found() or "")
    assert "(1 found)" in (house.holds("warehouse.marts.dim_customers", "country", ["Valencia"]).found() or "")


def test_short_values_dates_and_placeholders_mean_nothing(house):
    house.land("raw", "members", [(str(i), "not given", "1234567", "1990-05-05") for i in range(100, 130)])
    assert (
        house.holds("warehouse.marts.fct_orders", "note", ["Lee", "not given", "1990-05-05", "1234567"]).found() is None
    )


def test_what_is_said_of_rows_loses_its_personal_data_and_the_mart_is_published_nevertheless(house):
    said = ["paid: 'Ana Ruiz Pardo' is no number", "from/ana@else.test.csv: bad", "ask sales@shop.test", "all is well"]
    house.holds("mart.kpi_quarantine", "example", said)
    house.holds("mart.kpi_scorecard", "reasons_es", said)
    house.holds("mart.key_result_checkins", "comment", said)
    house.holds("mart.kpi_alerts", "words_en", said)
    house.holds("mart.kpi_actions", "last_note", said)
    house.holds("mart.kpi_catalog", "owner_email", ["sales@shop.test"])
    private = Private(SOURCES, (house.folder / "raw", house.folder / "quarantine"))
    private.collect(house.con)
    assert [check.object for check in private.refuse_leaks(house.con, "mart") if check.passed] == sorted(
        ["kpi_quarantine", "kpi_scorecard", "key_result_checkins", "kpi_alerts", "kpi_actions", "kpi_catalog"]
    )
    left = ["left out: it would show personal data"] * 2 + said[2:]
    assert house.con.execute("select list(example) from mart.kpi_quarantine").fetchone() == (left,)
    assert house.con.execute("select list(comment) from mart.key_result_checkins").fetchone() == (left,)
    assert house.con.execute("select list(words_en) from mart.kpi_alerts").fetchone() == (left,)
    assert house.con.execute("select list(last_note) from mart.kpi_actions").fetchone() == (left,)
    house.holds("mart.kpi_values", "slice_value", ["ana@else.test"])
    with pytest.raises(PublishError, match="kpi_values: slice_value holds e-mail addresses"):
        private.refuse_leaks(house.con, "mart")


def test_an_address_that_an_owner_column_declares_may_be_shown_in_the_mart_and_nowhere_else(house):
    house.holds("mart.kpi_catalog", "owner_email", ["sales@shop.test"])
    house.holds("mart.kpi_scorecard", "reasons_en", ["ask sales@shop.test"])
    assert house.found() is None
    house.holds("mart.kpi_catalog", "playbook_en", ["ask me@shop.test"])
    assert "kpi_catalog: playbook_en holds e-mail addresses (1 found)" in (house.found() or "")


def test_who_checks_in_may_be_among_the_persons_of_a_source_and_their_name_may_not_be_shown(house):
    house.holds("mart.key_result_checkins", "owner", ["pepa@mail.test", "segis@mail.test", "v@mail.test"])
    assert house.found() is None
    house.holds("mart.key_result_checkins", "owner", ["Ana Ruiz Pardo"])
    assert "key_result_checkins: owner holds values of till.members.who" in (house.found() or "")


def test_hashes_stay_in_staging_but_for_those_of_keys(house, monkeypatch):
    monkeypatch.setenv("KPI_PII_SALT", "Sesame")
    name, key = (hmac.new(b"Sesame", text, "sha256").hexdigest() for text in (b"Ana Ruiz Pardo", b"card@mail.test"))
    house.land("raw", "cards", [("card@mail.test", "gold card")], "mail, kind")
    house.holds("warehouse.staging.stg_till__members", "name", [name])
    house.holds("warehouse.marts.fct_orders", "customer_id", [key, "f" * 64])
    assert house.found(WITH_CARDS) is None
    house.holds("warehouse.marts.fct_orders", "customer_id", [key, name])
    assert "fct_orders: customer_id holds hashes of personal data (1 found)" in (house.found(WITH_CARDS) or "")


def test_every_table_has_a_check_and_a_company_without_personal_data_has_its_addresses_looked_for(house):
    house.holds("warehouse.marts.fct_orders", "note", ["x"]).holds("mart.kpi_values", "slice_value", ["y"])
    collect_values(house.con, SOURCES, [house.folder / "raw"])
    checks = personal_data_checks(house.con, SOURCES)
    assert [(c.object, c.name, c.kind, c.severity, c.passed) for c in checks] == [
        ("kpi_values", "no_personal_data", "kpi", "error", True),
        ("fct_orders", "no_personal_data", "kpi", "error", True),
    ]
    house.holds("warehouse.marts.fct_orders", "note", ["x@y.test"])
    private = Private()
    private.collect(house.con)
    with pytest.raises(PublishError, match="fct_orders: note holds e-mail addresses"):
        private.refuse_leaks(house.con, "warehouse")


SHOWN = [("id", "string", False), ("who", "string", True), ("age", "integer", True), ("joined", "timestamp", False)]


def reasons(rows: dict[str, list[str]], personal: bool = True) -> list[str]:
    columns = [Column(name, kind, pii=pii and personal) for name, kind, pii in SHOWN]
    return split(pa.table(rows), columns).rejected.column("_reason").to_pylist()


def test_reasons_of_rejected_rows_show_no_personal_data_even_where_columns_are_swapped():
    rows = {
        "id": ["1", "2", "3", "4", "5"],
        "who": ["Ana Ruiz", "2025-01-01", "Eva", "x", "x"],
        "age": ["Ana Ruiz", "1", "1", "1", "1"],
        "joined": ["2025-01-01", "Ana Ruiz", "eva@mail.test", "soon", "31/12/2025"],
    }
    timestamp = "not a timestamp (YYYY-MM-DD HH:MM:SS; T, fraction, Z and offset are allowed)"
    assert reasons(rows) == [
        "age: the value (personal data) is not an integer",
        f"joined: the value (personal data) is {timestamp}",
        f"joined: the value (personal data) is {timestamp}",
        f"joined: 'soon' is {timestamp}",
        f"joined: '31/12/2025' is {timestamp}",
    ]
    assert reasons(rows, personal=False)[0] == "age: 'Ana Ruiz' is not an integer"


def test_rules_show_no_value_that_may_be_personal_data_of_a_swapped_column():
    kwargs = {"column": "kind", "value_set": ["retail"]}
    rule = Rule("known_kind", "expect_column_values_to_be_in_set", kwargs)
    rows = pa.table({"who": ["a", "b"], "kind": ["Ana Ruiz", "wholesale"]})
    columns = [Column("who", "string", pii=True), Column("kind", "string")]
    (broken,) = broken_rows(rows, Suite(rows=(rule,)), columns, datetime(2026, 1, 1))
    assert broken.messages == ("kind: ••• is not one of retail", "kind: 'wholesale' is not one of retail")


def test_a_rule_that_cannot_be_judged_says_so_without_the_value_that_it_failed_on():
    rows = pa.table({"who": ["Ana Ruiz"]})
    with pytest.raises(SuiteError) as failed:
        with_computed(rows, {"age": "who::int"})
    assert str(failed.value).startswith("age: who::int: Conversion Error: Could not convert string '…'")


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", "id,who\n1,Ana Ruiz,ana@mail.test\n", "line 2: Expected 2 columns, got 3"),
        ("a.csv", "1,Ana Ruiz,Ana Ruiz\n2,Ben,b\n", "column number 2 occurs more than once"),
        ("a.csv", 'id,who\n1,"Ana Ruiz" x"\n', "line 2: a quoted value is not CSV: ',' expected after '\"'"),
        ("a.jsonl", '{"who": "Ana Ruiz"\n', "line 1: is not JSON in UTF-8: Expecting ',' delimiter"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_without_a_word_of_its_rows(tmp_path, name, content, reason):
    (tmp_path / name).write_text(content)
    with pytest.raises(UnreadableError) as refused:
        list(READERS[name.removeprefix("a.")](tmp_path / name, 0))
    assert str(refused.value).startswith(reason)
    assert "Ana" not in str(refused.value)
