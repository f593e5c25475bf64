"""The lock keeps what every number means: another meaning needs another version, and nothing goes without a word."""

from pathlib import Path

import pytest

from metrics.compiler.definitions import compiled_definitions
from metrics.contracts import load_contracts
from metrics.lock import approve, check_lock, read_lock
from metrics.problems import DefinitionError
from tests.metrics.definition_set import DefinitionSet
from tests.metrics.lab import manifest_of

pytestmark = pytest.mark.fast
SHIPPED = Path(__file__).parents[2] / "metrics"
SALES = "kpis/sales.yml"
SEMANTIC = "semantic/orders.yml"


@pytest.fixture
def locked(tmp_path) -> DefinitionSet:
    return DefinitionSet.write(tmp_path).lock()


def next_lock(definitions: DefinitionSet) -> str:
    read = definitions.read()
    return approve(read.lock, read.contracts, read.compiled.definitions)


def test_a_lock_has_a_line_for_every_definition_by_name(locked):
    lines = (locked.folder / "kpis.lock").read_text().splitlines()
    assert lines[0].startswith("# The approved meaning")
    assert len(lines) == 1 + 15
    assert lines[1:] == sorted(lines[1:])
    hashed = read_lock(locked.folder / "kpis.lock").kpis["sales_0"].hash
    assert len(hashed) == 16
    assert f'sales_0: {{version: 1, hash: "{hashed}", formula: "number of first orders ÷ number of orders"}}' in lines


def test_words_targets_and_owners_change_without_a_new_version(locked):
    locked.change(SALES, "Rate sales_0", "Share of sales_0").change(SALES, "value: +5%", "value: +7%")
    locked.change(SEMANTIC, "label: Share", "label: A share").change(SALES, "email: sales@", "email: shop@")
    assert locked.findings() == []
    assert next_lock(locked) == (locked.folder / "kpis.lock").read_text()


def test_another_formula_under_the_same_version_is_an_error_that_says_both_in_words(locked):
    locked.change(SEMANTIC, "numerator: first_orders", "numerator: orders")
    messages = locked.messages()
    assert len(messages) == 12
    assert messages[4] == (
        "kpis/sales.yml:5: sales_0.version: is still 1, but the number means something else: it was “number of first "
        "orders ÷ number of orders”, now it is “number of orders ÷ number of orders”; raise version to 2 [KPI801]"
    )
    read = locked.read()
    with pytest.raises(DefinitionError, match=r"sales_0\.version: is still 1"):
        check_lock(read.lock, read.contracts, read.compiled.definitions)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (SEMANTIC, "expr: ordered_day", "expr: shipped_day"),
        (SEMANTIC, "expr: is_first", "expr: is_new"),
        (SALES, "unit: percent", "unit: ratio"),
        (SALES, "review: weekly", "matures_after: 7d\n    review: weekly"),
    ],
    ids=["day", "column", "unit", "maturity"],
)
def test_a_number_means_more_than_its_formula_in_words(locked, file, old, new):
    (message, *_) = [message for message in locked.change(file, old, new).messages() if "sales_0" in message]
    assert "reads other columns, rows or days than before, or its unit or maturity changed; raise version" in message
    assert "[KPI801]" in message


def test_a_raised_version_takes_another_meaning_once_the_lock_is_renewed(locked):
    locked.change(SALES, "unit: percent", "unit: ratio").change(SALES, "version: 1", "version: 2")
    (finding,) = locked.findings()
    assert finding[0] == "KPI805"
    assert finding[1].startswith("sales_0: {version: 1,")
    assert locked.lock().findings() == []
    assert read_lock(locked.folder / "kpis.lock").kpis["sales_0"].version == 2


def test_a_new_kpi_is_locked(locked):
    text = (locked.folder / "kpis.lock").read_text()
    (locked.folder / "kpis.lock").write_text("".join(line for line in text.splitlines(True) if "sales_0" not in line))
    assert locked.findings() == [("KPI805", "- name: sales_0")]
    assert next_lock(locked) == text


def test_a_version_raised_for_nothing_is_a_warning(locked):
    locked.change(SALES, "version: 1", "version: 2").lock().change(SALES, "version: 2", "version: 3")
    assert ("KPI802", "version: 3") in locked.findings()
    assert "warning: is 3, but the number means what version 2 means; use 2 [KPI802]" in "".join(locked.messages())


def test_a_version_is_never_lowered(locked):
    locked.change(SALES, "version: 1", "version: 3").lock().change(SALES, "version: 3", "version: 2")
    assert locked.findings() == [("KPI803", "version: 2")]
    assert "is 2, below the approved 3; use 3" in locked.messages()[0]
    locked.change(SALES, "unit: percent", "unit: ratio")
    assert "is 2, below the approved 3; use 4" in locked.messages()[0]
    with pytest.raises(DefinitionError, match="below the approved 3"):
        next_lock(locked)


def test_a_kpi_retires_before_it_is_removed(locked):
    path = locked.folder / SALES
    head, _, tracked = path.read_text().partition("metrics:\n")
    path.write_text(head)
    (finding,) = locked.findings()
    assert finding[0] == "KPI804"
    assert finding[1].startswith("sales_orders: {version: 1,")
    with pytest.raises(DefinitionError, match=r"kpis\.lock:\d+: sales_orders: is gone without having retired"):
        next_lock(locked)
    path.write_text(f"{head}metrics:\n{tracked}    lifecycle: retired\n    successor: people_orders\n")
    assert [code for code, _ in locked.findings()] == ["KPI805"]
    assert locked.lock().findings() == []
    path.write_text(head)
    assert locked.findings() == []


def test_without_a_lock_nothing_is_held_to_and_lint_says_so(locked):
    (locked.folder / "kpis.lock").unlink()
    locked.change(SEMANTIC, "numerator: first_orders", "numerator: orders")
    read = locked.read()
    check_lock(read.lock, read.contracts, read.compiled.definitions)
    assert locked.messages() == [
        "kpis.lock:1: file: warning: does not exist, so a formula can change without a new version [KPI806]"
    ]


def test_a_lock_that_somebody_mangled_is_refused(locked):
    locked.change("kpis.lock", "sales_0: {version: 1", "sales_0: {version: one")
    assert locked.messages() == [
        "kpis.lock:1: file: is not a lock; take it from git, or delete it and run `kpi lint --update-lock` [KPI001]"
    ]


def test_the_shipped_lock_holds_every_definition_as_it_is():
    contracts = load_contracts(SHIPPED / "kpis")
    definitions = compiled_definitions(manifest_of(*sorted((SHIPPED / "semantic").glob("*.yml"))), contracts)
    lock = SHIPPED / "kpis.lock"
    assert lock.is_file(), "approve the definitions once: kpi lint --update-lock"
    assert lock.read_text(encoding="utf-8") == approve(read_lock(lock), contracts, definitions)
