"""Whole runs of a club that knows its members: what a salt, a leak and a rejected row leave behind, and where."""

import hmac
import shutil
from pathlib import Path

import duckdb
import pytest
from corner_shop import STAGING
from members_club import PERSONS, ROWS, STAGED_MEMBERS, MembersClub

pytestmark = pytest.mark.slow
SALT = "Sesame-4711-open"
PERSONAL = [text for person in PERSONS.values() for text in person]


@pytest.fixture(scope="module")
def opened(tmp_path_factory) -> tuple[MembersClub, Path]:
    """The company after its first run, without a salt, and a copy of that state."""
    folder = tmp_path_factory.mktemp("members")
    club = MembersClub.found(folder / "club")
    club.kpi("run")
    shutil.copytree(club.folder, folder / "copy", symlinks=True)
    return club, folder / "copy"


@pytest.fixture
def club(opened: tuple[MembersClub, Path]) -> MembersClub:
    """The company in the state after its first run, at the same place, so that dbt need not parse it anew."""
    company, copy = opened
    shutil.rmtree(company.folder)
    shutil.copytree(copy, company.folder, symlinks=True)
    return company


def staged(club: MembersClub) -> list[tuple]:
    with duckdb.connect(str(club.folder / "data" / "warehouse" / "warehouse.duckdb"), read_only=True) as con:
        return con.execute("select customer_id, name, email from staging.stg_till__members order by 1").fetchall()


def hashed(salt: str) -> list[tuple]:
    def keyed(text: str) -> str:
        return hmac.new(salt.encode(), text.encode(), "sha256").hexdigest()

    return [(member, keyed(name), keyed(mail)) for member, (name, mail) in PERSONS.items()]


def holding(folder: Path, text: str) -> list[str]:
    """Files below a folder that hold a text."""
    found = (path for path in folder.rglob("*") if path.is_file() and text.encode() in path.read_bytes())
    return sorted(str(path.relative_to(folder)) for path in found)


def test_names_are_dropped_without_a_salt_hashed_with_one_and_anew_with_another(club):
    assert staged(club) == [(member, None, None) for member in PERSONS]
    salted = MembersClub(club.folder, {"KPI_PII_SALT": SALT})
    salted.kpi("run")
    assert staged(club) == hashed(SALT)
    assert holding(club.folder, SALT) == []
    MembersClub(club.folder, {"KPI_PII_SALT": "another" * 20}).kpi("run")
    assert staged(club) == hashed("another" * 20)
    club.kpi("run")
    assert staged(club) == [(member, None, None) for member in PERSONS]


def test_every_published_table_has_a_check_for_personal_data(club):
    found = club.ask(
        "select object, passed, severity, observed from kpi_checks where \"check\" = object || '.no_personal_data'"
        " and run_id = (select run_id from kpi_runs order by started_at desc limit 1)"
    )
    assert {"dim_customers", "fct_orders", "kpi_values", "kpi_checks", "stg_till__members"} <= {row[0] for row in found}
    assert {row[1:] for row in found} == {(True, "error", "none of 6 personal values found")}


def refused(club: MembersClub, expected: str, *secrets: str) -> None:
    """Run what must not be published: it says where, not what, and readers and their folder stay as they were."""
    before = club.version()
    output = " ".join(club.kpi("run", code=1).split())
    assert expected in output
    assert not [secret for secret in (*secrets, *PERSONAL) if secret in output]
    assert club.version() == before
    assert [holding(club.published, secret) for secret in secrets] == [[] for _ in secrets]


def test_staging_that_passes_an_address_on_is_refused_before_anything_is_built(club):
    club.stage("members", STAGED_MEMBERS.replace("{{ pii('mail') }} as email", "lower(mail) as email"))
    refused(club, "stg_till__members.sql:6: mail is personal data of till.members")


def test_what_reaches_a_fact_or_a_dimension_past_the_text_of_staging_is_not_published(club):
    club.stage("orders", STAGING.replace("null::varchar as session_id", "customer || '@mail.test' as session_id"))
    smuggled = STAGED_MEMBERS.replace(
        "from source", "from source as renamed (customer_id, moniker, address, joined, kind)"
    )
    for old, new in {"id as": "customer_id as", "pii('who')": "pii('joined')", "pii('mail')": "pii('joined')"}.items():
        smuggled = smuggled.replace(old, new)
    club.stage("members", smuggled.replace("kind as segment", "moniker as segment"))
    expected = (
        "dim_customers: segment holds values of till.members.who (3 found) "
        "fct_orders: session_id holds e-mail addresses (2 found) stg_till__members: segment holds"
    )
    refused(club, expected, "ana@mail.test", *(name for name, _ in PERSONS.values()))


def test_rejected_rows_leave_no_name_in_logs_listings_or_the_event_log(club):
    swapped = ["dan,31 May,Dan Quixote Marsh,dan@mail.test,retail", "fay,fay@mail.test,x,Fay Lindqvist Moor,retail"]
    club.enrol([*ROWS, *swapped])
    output = club.kpi("run")
    assert "joined: the value (personal data) is not a timestamp" in " ".join(output.split())
    headless = "gus,Gus Adeyemi Stone,gus@mail.test,2025-01-01 10:00:00,retail\n"
    (club.folder / "members.csv").write_text(headless)
    output += club.kpi("run")
    assert "columns id, who, mail, joined, kind are missing; it has 2025-01-01 10:00:00, gus, retail, …, …" in " ".join(
        output.split()
    )
    output += club.kpi("status") + club.kpi("quarantine", "list")
    for secret in ["Quixote", "Lindqvist", "Adeyemi", "dan@mail", "fay@mail", "gus@mail", *PERSONAL]:
        assert secret not in output
        places = {file.partition("/")[0] for file in holding(club.folder / "data", secret)}
        assert places <= {"raw", "quarantine"}


def test_a_person_can_be_deleted_as_the_page_says(club):
    data = club.folder / "data"
    club.enrol([row for row in ROWS if not row.startswith("eva,")])
    for place in (data / "raw" / "till" / "members", data / "quarantine" / "till", data / "warehouse"):
        shutil.rmtree(place, ignore_errors=True)
    club.kpi("run", "--full-refresh")
    assert [row[0] for row in staged(club)] == ["ana", "ben"]
    with duckdb.connect() as con:
        landed = con.execute(
            "select who from read_parquet(?, union_by_name = true)", [f"{data}/raw/till/members/*.parquet"]
        )
        assert sorted(landed.fetchall()) == [(PERSONS["ana"][0],), (PERSONS["ben"][0],)]
    assert club.revenue() == [("2026-02-01", 30.5), ("2026-03-01", 5.25)]
