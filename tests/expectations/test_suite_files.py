"""Suite files: what is wrong with one is said at once, with file, line and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from expectations.suite import EMPTY, Reason, Rule
from orchestration.company import Company
from orchestration.declarations.sources import load_sources
from orchestration.declarations.suite_files import load_suites, suite_of
from orchestration.errors import UsageError

pytestmark = pytest.mark.fast

SOURCES = """
systems:
  shop:
    connector: files
    time_zone: Europe/Madrid
    tables:
      orders:
        entity: orders
        path: orders/*.csv
        key: [order_id]
        columns:
          order_id: string
          created: timestamp
          net: decimal
          kind: string
          email: {type: string, pii: true}
      refunds:
        staged_from: orders
"""


@pytest.fixture
def company(tmp_path) -> Company:
    (tmp_path / "sources.yml").write_text(SOURCES)
    return Company(tmp_path, tmp_path / "data")


def load(company: Company, text: str, place: str = "shop/orders.yml"):
    assert company.folder
    file = company.folder / "expectations" / place
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text.replace("BETWEEN", "expect_column_values_to_be_between"))
    sources = load_sources(company.sources_path)
    return suite_of(load_suites(company, sources), sources.table("shop", "orders"))


def errors(company: Company, text: str, place: str = "shop/orders.yml") -> list[str]:
    with pytest.raises(UsageError) as found:
        load(company, text, place)
    assert company.folder
    return [line.removeprefix(f"{company.folder}/expectations/") for line in str(found.value).splitlines()]


def test_a_suite_is_read(company):
    suite = load(
        company,
        """
time: created
computed: {doubled: net * 2}
rows:
  some: {BETWEEN: {column: doubled, min_value: 0}}
delivery:
  enough:
    BETWEEN: {column: rows_per_day_ratio, min_value: 0.5}
    severity: block
    if_rows: 200
    reason: {en: too few, es: muy pocos}
table:
  late: {BETWEEN: {column: late_share, max_value: 0.1}, hurts: nobody}
""",
    )
    between = "expect_column_values_to_be_between"
    assert (suite.time, suite.computed) == ("created", {"doubled": "net * 2"})
    assert suite.rows == (Rule("some", between, {"column": "doubled", "min_value": 0}),)
    enough = {"column": "rows_per_day_ratio", "min_value": 0.5}
    assert suite.delivery == (Rule("enough", between, enough, "block", 200, reason=Reason("too few", "muy pocos")),)
    assert suite.table == (Rule("late", between, {"column": "late_share", "max_value": 0.1}, hurts_nobody=True),)


def test_a_company_without_suites_has_none(company):
    sources = load_sources(company.sources_path)
    assert load_suites(company, sources) == {}
    assert suite_of({}, sources.table("shop", "orders")) == EMPTY


def test_what_is_staged_from_a_table_has_that_tables_suite(company):
    suite = load(company, "time: created")
    sources = load_sources(company.sources_path)
    assert suite_of(load_suites(company, sources), sources.table("shop", "refunds")) == suite


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rows: {a: {expect_nothing: {column: net}}}", "1: rows.a.expect_nothing: expect_nothing is not known"),
        ("rows: {a: {}}", "1: rows.a: has 0 expectations; write one of expect_column_values_to_not_be_null"),
        ("rows:\n  a: {expect_column_values_to_not_be_null: {column: nett}}",
         "2: rows.a.expect_column_values_to_not_be_null.column: 'nett' is no column; use one of order_id, created"),
        ("rows:\n  a:\n    expect_column_values_to_be_in_set: {column: kind, values: [a]}",
         "3: rows.a.expect_column_values_to_be_in_set.values: is not a field; use one of column, value_set"),
        ("rows: {a: {expect_column_values_to_be_in_set: {column: kind}}}", "lacks value_set"),
        ("rows: {a: {expect_column_values_to_be_in_set: {column: kind, value_set: x}}}", "write a list of values"),
        ("rows: {a: {BETWEEN: {column: net}}}", "lacks min_value or max_value"),
        ("rows: {a: {BETWEEN: {column: net, min_value: many}}}", "'many' is not a number"),
        ("rows: {a: {BETWEEN: {column: created, max_value: soon}}}", "'soon' is not a time"),
        ("rows: {a: {BETWEEN: {column: kind, max_value: 1}}}", "column kind is string"),
        ("rows: {a: {expect_column_values_to_match_regex: {column: kind, regex: '('}}}", "is not a regular expression"),
        ("rows: {a: {expect_column_values_to_match_regex: {column: net, regex: x}}}", "column net is decimal"),
        ("rows: {a: {expect_column_values_to_not_be_null: {column: net, row_condition: x > 1}}}", "names no column"),
        ("rows: {a: {expect_column_values_to_not_be_null: {column: net}, severity: block}}", "is not a field"),
        ("rows: {delivered: {expect_column_values_to_not_be_null: {column: net}}}", "a check that every table has"),
        ("rows: {Not Null: {expect_column_values_to_not_be_null: {column: net}}}", "a name is lower-case letters"),
        ("rows:\n  a: {expect_column_values_to_not_be_null: {column: net}}\n"
         "  a: {expect_column_values_to_not_be_null: {column: net}}", "3: rows.a: is written twice"),
        ("rows: {a: {expect_column_values_to_not_be_null: {column: net}}}\n"
         "table:\n  a: {BETWEEN: {column: rows, min_value: 1}}",
         "3: table.a: is the name of a rule of rows; choose another name"),
        ("delivery: {a: {BETWEEN: {column: net, min_value: 1}}}", "'net' is no column; use one"),
        ("delivery: {a: {BETWEEN: {column: email__shift, min_value: 1}}}", "is no column"),
        ("delivery: {a: {BETWEEN: {column: hour_shift, min_value: 1}}}", "is no column"),
        ("delivery: {a: {BETWEEN: {column: rows, min_value: now}}}", "'now' is not a number"),
        ("delivery: {a: {expect_column_pair_values_to_be_equal: {column_A: rows, column_B: past}}}", "one column"),
        ("delivery: {a: {BETWEEN: {column: rows, min_value: 1}, severity: block}}",
         "a.reason: is missing; say in en and es"),
        ("delivery: {a: {BETWEEN: {column: rows, min_value: 1}, severity: error}}",
         "severity: 'error' is not allowed; use one of warn, block"),
        ("delivery: {a: {BETWEEN: {column: rows, min_value: 1}, if_rows: -1}}", "if_rows: -1"),
        ("table: {a: {BETWEEN: {column: late, min_value: 1}}}",
         "'late' is no column; use one of rows, late_share, corrected_share"),
        ("table: {a: {BETWEEN: {column: rows, min_value: 1}, hurts: all}}", "write nobody"),
        ("table: {a: {BETWEEN: {column: rows, min_value: 1}, reason: {en: x}}}",
         "reason.es: is missing"),
        ("computed: {net: kind}", "computed.net: is a column of the table"),
        ("computed: {off: nett - 1}", "computed.off: nett - 1: Binder Error"),
        ("time: net", "time: 'net' is not among columns; use one of created"),
        ("rules: {}", "rules: is not a field; use one of time, computed, rows, delivery, table"),
        ("rows: [", "is not YAML"),
        ("- a", "must be a mapping"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_where_it_stands(company, text, said):
    found = errors(company, text)
    assert any(said in line for line in found), found
    assert all(line.startswith("shop/orders.yml:") for line in found)


def test_all_errors_are_said_at_once_in_the_order_of_the_file(company):
    found = errors(company, "time: net\nrows:\n  a: {}\n  b: {expect_x: {}}\ntable:\n  c: {}\n")
    assert [line.split(":")[1] for line in found] == ["1", "3", "4", "6"]


def test_a_suite_of_no_declared_table_is_an_error(company):
    (found,) = errors(company, "time: created", "shop/order.yml")
    assert found.startswith("shop/order.yml:1: shop/order: is no table of ")
    assert found.endswith("a suite is one of shop/orders.yml")


def test_a_suite_of_a_staged_table_is_an_error(company):
    (found,) = errors(company, "time: created", "shop/refunds.yml")
    assert "is staged from orders" in found


def test_the_fingerprint_moves_with_what_decides_which_rows_land(company):
    row = "rows: {a: {BETWEEN: {column: net, min_value: %d}}}\n"
    rule = "delivery: {b: {BETWEEN: {column: rows, min_value: %d}, %s}}\n"
    block = "severity: block, reason: {en: x, es: y}"
    one = load(company, row % 0 + rule % (1, block))
    assert load(company, row % 0 + rule % (1, block)).fingerprint == one.fingerprint
    assert load(company, row % 1 + rule % (1, block)).fingerprint != one.fingerprint
    assert load(company, row % 0 + rule % (2, block)).fingerprint != one.fingerprint
    told = load(company, row % 0 + rule % (1, "severity: warn"))
    assert told.fingerprint == load(company, row % 0).fingerprint != one.fingerprint
    assert load(company, rule % (1, "severity: warn")).fingerprint == ""


def test_reading_suites_does_not_import_the_library():
    import subprocess
    import sys

    code = (
        "import sys; from orchestration.company import load_company; "
        "from orchestration.declarations.sources import load_sources; "
        "from orchestration.declarations.suite_files import load_suites; company = load_company(); "
        "assert load_suites(company, load_sources(company.sources_path)); "
        "sys.exit('great_expectations' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False).returncode == 0
