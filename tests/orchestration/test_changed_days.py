"""Which days of a fact changed between two versions, and on which it got new rows."""

from datetime import date

import duckdb
import pytest

from orchestration.publishing.changed_days import fill_changed_days
from orchestration.publishing.facts import FactTable, write_facts

pytestmark = pytest.mark.fast

NODE = {"name": "fct_tickets", "resource_type": "model", "config": {"unique_key": ["system", "id"]}}
TABLE = FactTable("fct_tickets", "opened_day", "hash")
ROWS = """
    ('a', 1, date '2026-01-05', date '2026-01-06', 'web'), ('a', 2, date '2026-01-10', null, 'web'),
    ('a', 3, date '2026-02-01', date '2026-02-02', 'web'), ('b', 1, date '2026-03-01', date '2026-03-02', 'shop')
"""


@pytest.fixture
def changed(tmp_path):
    """Function from a change of the fact to the days it changes: topic, day, whether they have new rows."""

    def run(*statements: str, topics=("fct_tickets.opened_day", "fct_tickets.closed_day"), node=NODE):
        with duckdb.connect() as con:
            con.execute("attach ':memory:' as warehouse")
            con.execute("create schema warehouse.marts; create schema warehouse.control")
            con.execute("create table warehouse.control.changes (topic text, key text, seq bigint)")
            con.execute(
                "create table warehouse.marts.fct_tickets "
                f"as from (values {ROWS}) as v (system, id, opened_day, closed_day, channel)"
            )
            before = write_facts(con, [TABLE], tmp_path, "run1", {})
            for statement in statements:
                con.execute(statement)
            con.execute(
                "insert into warehouse.control.changes "
                "select distinct 'fct_tickets.opened_day', opened_day::text, 7 from warehouse.marts.fct_tickets"
            )
            previous = {"change_seq": 6, "tables": before}
            now = write_facts(con, [TABLE], tmp_path, "run2", previous)
            fill_changed_days(con, topics, {"nodes": {"fct_tickets": node}}, tmp_path, before, now)
            return con.execute(
                "select split_part(topic, '.', 2), day, is_new from changed_days order by all"
            ).fetchall()

    return run


def test_nothing_changed(changed):
    assert changed() == []


def test_a_row_with_a_new_key_is_new_on_its_days(changed):
    new = "insert into warehouse.marts.fct_tickets values ('c', 1, '2026-02-01', '2026-02-03', 'web')"
    assert changed(new) == [("closed_day", date(2026, 2, 3), True), ("opened_day", date(2026, 2, 1), True)]


def test_a_row_that_gets_a_day_is_new_on_it_and_changed_on_its_other_day(changed):
    closed = "update warehouse.marts.fct_tickets set closed_day = '2026-01-12' where id = 2"
    assert changed(closed) == [("closed_day", date(2026, 1, 12), True), ("opened_day", date(2026, 1, 10), False)]


def test_a_row_that_moves_changes_its_old_and_its_new_day(changed):
    moved = "update warehouse.marts.fct_tickets set opened_day = '2026-03-09' where id = 3"
    days = changed(moved, topics=["fct_tickets.opened_day"])
    assert days == [("opened_day", date(2026, 2, 1), False), ("opened_day", date(2026, 3, 9), False)]


def test_a_changed_attribute_and_a_row_that_is_gone_change_their_day(changed):
    days = changed(
        "update warehouse.marts.fct_tickets set channel = 'phone' where system = 'b'",
        "delete from warehouse.marts.fct_tickets where id = 2",
        topics=["fct_tickets.opened_day"],
    )
    assert days == [("opened_day", date(2026, 1, 10), False), ("opened_day", date(2026, 3, 1), False)]


def test_a_new_column_of_the_fact_changes_no_day(changed):
    assert changed("alter table warehouse.marts.fct_tickets add column note text default 'x'") == []


def test_without_a_key_nothing_is_known(changed):
    new = "insert into warehouse.marts.fct_tickets values ('c', 1, '2026-02-01', '2026-02-03', 'web')"
    assert changed(new, node={"name": "fct_tickets", "resource_type": "model", "config": {}}) == []
