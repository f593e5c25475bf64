"""dbt's tests of entities and facts, in whole runs: silent over clean data, and each finds what it is meant for."""

import json
import shutil
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from metrics.steering.proof.freshness import fresh_checks, newest_events
from orchestration.company import load_company
from orchestration.dbt.command import DbtCommand
from orchestration.dbt.project import prepare
from orchestration.declarations.sources import load_sources

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
# What is broken in the warehouse, and the tests that find it.
BROKEN = {
    "update staging.stg_shop__orders set gross_amount = gross_amount + 1 where order_id = (select min(order_id) from "
    "marts.fct_orders)": {"int_orders_amounts_add_up"},
    "update staging.stg_helpdesk__tickets set first_response_at = opened_at - interval 1 hour where ticket_id = "
    "(select min(ticket_id) from marts.fct_tickets where first_response_at is not null)": {
        "int_tickets_happen_in_order"
    },
    "update staging.stg_people__surveys set kind = 'nps' where survey_id = (select min(survey_id) from "
    "staging.stg_people__surveys)": {"int_surveys_keep_what_their_sources_hold"},
    "update staging.stg_ads__spend set cost_amount = -cost_amount - 1 where day = (select min(day) from "
    "staging.stg_ads__spend)": {"int_ad_spend_is_not_negative", "fct_ad_spend_has_all_spend"},
    "delete from marts.fct_leads where lead_id = (select min(lead_id) from marts.fct_leads)": {
        "fct_leads_has_every_lead"
    },
    "update marts.fct_order_lines set units_returned = units + 1 where order_line_id = (select min(order_line_id) "
    "from marts.fct_order_lines)": {"fct_order_lines_return_no_more_than_was_sold"},
    "insert into marts.fct_interactions select * from marts.fct_interactions limit 1": {
        "unique_row_fct_interactions_source_system__interaction_id",
        "fct_interactions_has_every_contact",
    },
    "update marts.fct_headcount_changes set change = 2 where kind = 'hired' and employee_id = (select min(employee_id) "
    "from marts.fct_headcount_changes)": {"fct_headcount_changes_add_up_to_the_employees"},
    "update kpi.state_orders__ordered_day set net_amount_sum = net_amount_sum + 0.01 where slice = 'channel' and "
    "day = (select min(day) from kpi.state_orders__ordered_day)": {"state_orders__ordered_day_slices_add_up"},
}
WARNED = {
    "update marts.fct_surveys set customer_id = 'nobody' where survey_id = (select min(survey_id) from "
    "marts.fct_surveys where customer_id is not null)": {
        "known_in_fct_surveys_customer_id__customer_id__ref_dim_customers_"
    },
    "update staging.stg_shop__order_lines set order_id = 'O999999999' where order_line_id = (select min(order_line_id) "
    "from staging.stg_shop__order_lines)": {"int_order_lines_came_with_their_orders"},
}


class Company:
    """A small generated company without faults, and its run-time folder."""

    def __init__(self, folder: Path):
        self.folder = folder
        shutil.copytree(ROOT / "dbt_project" / "models" / "staging", folder / "staging")
        shutil.copyfile(ROOT / "data" / "sources.yml", folder / "sources.yml")
        command = [sys.executable, "-m", "data.sample_company", "--scale", "0.05", "--faults", "none", "--seed", "3"]
        subprocess.run([*command, "--out", str(folder / "extracts")], cwd=ROOT, check=True, timeout=120)
        as_of = datetime.fromisoformat((folder / "extracts" / "as_of").read_text().strip())
        self.later = (as_of + timedelta(minutes=1)).isoformat()  # for a run that has something to do

    def run(self, *arguments: str) -> str:
        """Run the command, which publishes."""
        command = [sys.executable, "-m", "orchestration.cli", "run", "--company", str(self.folder), *arguments]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def warehouse(self) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(str(self.folder / "data" / "warehouse" / "warehouse.duckdb"))

    def failed(self, severity: str) -> set[str]:
        query = "select name from control.dbt_tests where not passed and severity = ?"
        with self.warehouse() as con:
            return {name for (name,) in con.execute(query, [severity]).fetchall()}

    def freshness(self) -> dict[str, str]:
        """Ask dbt how fresh its sources are: table → status."""
        project = prepare(load_company(self.folder))
        command = DbtCommand(project.folder, project.data)
        printed = list(command.lines(["source", "freshness", "--target", "warehouse", "--vars", project.variables]))
        assert command.exit_code == 0, "\n".join(printed)
        results = json.loads((project.folder / "target" / "sources.json").read_text())["results"]
        return {result["unique_id"].split(".", 2)[2]: result["status"] for result in results}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    company = Company(tmp_path_factory.mktemp("tested") / "company")
    company.run()
    return company


def test_clean_data_fails_no_test(company):
    assert company.failed("error") == company.failed("warn") == set()
    with company.warehouse() as con:
        (tests,) = con.execute("select count(*) from control.dbt_tests").fetchone()
    project = prepare(load_company(company.folder))
    assert tests == sum(node["resource_type"] == "test" for node in project.manifest["nodes"].values())


def set_forward(company: Company, hours: int) -> None:
    """Let the last run's now be so many hours later."""
    with company.warehouse() as con:
        con.execute("update control.runs set as_of = as_of + to_hours(?)", [hours])


def judged_by_the_run(company: Company) -> dict[str, str]:
    """Table → pass or warn, as certification judges the tables."""
    with company.warehouse() as con:
        (as_of,) = con.execute("select as_of from control.run").fetchone()
        newest = newest_events(con, as_of, "Europe/Madrid")
    checks = fresh_checks(newest.values(), as_of, "Europe/Madrid")
    return {check.object: "pass" if check.passed else "warn" for check in checks}


@pytest.mark.parametrize("hours", [0, 60, 24 * 45])
def test_dbt_judges_every_source_with_a_limit_as_the_run_does_at_its_now(company, hours):
    limited = {f"{t.system}.{t.name}" for t in load_sources(company.folder / "sources.yml").tables() if t.freshness}
    set_forward(company, hours)
    try:
        judged = company.freshness()
        assert judged == judged_by_the_run(company)
        assert judged.keys() == limited
        assert (judged["shop.orders"] == "pass") == (hours == 0)
    finally:
        set_forward(company, -hours)


def test_each_test_finds_what_it_is_meant_for_and_stops_nothing(company):
    with company.warehouse() as con:
        for statement in (*BROKEN, *WARNED):
            con.execute(statement)
    company.run("--as-of", company.later)
    assert company.failed("error") == set().union(*BROKEN.values())
    assert company.failed("warn") == set().union(*WARNED.values())


def test_what_was_found_heals_when_the_tables_are_right_again(company):
    company.run("--as-of", company.later, "--full-refresh")
    assert company.failed("error") == company.failed("warn") == set()
