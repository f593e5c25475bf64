"""Every corruption is loaded right or quarantined with its reason, and costs the certificates that it should."""

from __future__ import annotations

from pathlib import Path

import pyarrow.parquet as pq
import pytest
import spoiled_company as company
from corruptions import CORRUPTIONS, Corruption, Loaded, Missing, Refused, SetApart
from resting_on import RESTING_ON

from orchestration.dbt.project import prepare
from orchestration.publishing.lineage import Lineage
from orchestration.pulling.landing import batches
from orchestration.raw_checks.source_checks import source_checks

pytestmark = pytest.mark.slow

AS_OF = company.NOW.replace(tzinfo=None)


@pytest.fixture(scope="module")
def trunk(tmp_path_factory: pytest.TempPathFactory) -> tuple[company.Branch, Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("KPI_DATA_DIR", raising=False)
        folder = tmp_path_factory.mktemp("corruptions")
        return company.build_trunk(folder), folder / "last"


@pytest.fixture(scope="module")
def lineage(trunk: tuple[company.Branch, Path]) -> Lineage:
    return Lineage(prepare(trunk[0].company).manifest, trunk[0].sources)


@pytest.fixture
def branch(trunk: tuple[company.Branch, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> company.Branch:
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)
    return company.branch_off(trunk[0], tmp_path / "company", trunk[1])


def test_there_are_at_least_sixty_and_every_table_has_one() -> None:
    assert len(CORRUPTIONS) >= 60
    assert len({corruption.name for corruption in CORRUPTIONS}) == len(CORRUPTIONS)
    assert {corruption.table for corruption in CORRUPTIONS} == set(RESTING_ON)


@pytest.mark.parametrize("table", RESTING_ON)
def test_the_deliveries_are_accepted_as_they_should_be(branch: company.Branch, table: str) -> None:
    result = branch.pull(table)
    assert (result.rejected, result.set_apart, result.failed) == ((), (), None)
    assert failing(branch, table) == {}


@pytest.mark.parametrize("corruption", CORRUPTIONS, ids=lambda corruption: corruption.name)
def test_what_becomes_of_a_corruption(branch: company.Branch, corruption: Corruption, lineage: Lineage) -> None:
    corruption.change(branch.extracts / corruption.file)
    result = branch.pull(corruption.table)
    assert result.rows_in == result.rows_landed + result.rows_quarantined
    assert_kept_books(branch, corruption.table)
    assert_outcome(branch, corruption, result)
    assert lost(branch, corruption.table, lineage) == (
        RESTING_ON[corruption.table] if isinstance(corruption.outcome, Refused | Missing) else set()
    )
    for other in {"shop.orders", "web.events", "helpdesk.surveys"} - {corruption.table}:
        branch.pull(other)
        assert failing(branch, other) == {}


def assert_outcome(branch: company.Branch, corruption: Corruption, result) -> None:
    failed = failing(branch, corruption.table)
    match corruption.outcome:
        case Loaded(warned):
            assert (result.rejected, result.set_apart) == ((), ())
            assert result.rows_quarantined == 0
            assert set(failed) == ({warned} if warned else set())
        case SetApart(rule, rows):
            assert result.rows_quarantined == rows
            assert rules_of(branch, corruption.table) == {rule: rows}
            assert set(failed) == {rule}
        case Refused(rule):
            assert result.rows_landed == 0
            assert [footer.rule for footer in refused(branch, corruption.table)] == [rule]
            assert "delivered" in failed
        case Missing():
            assert result.failed
            assert set(failed) == {"delivered"}


def failing(branch: company.Branch, table: str) -> dict:
    """The checks of a raw table that fail now, by name."""
    declared = branch.sources.table(*table.split("."))
    checks = source_checks(branch.company, branch.sources, declared, AS_OF)
    return {check.name: check for check in checks if not check.passed}


def lost(branch: company.Branch, table: str, lineage: Lineage) -> set[str]:
    """KPIs and tracked metrics that lose their certificate by the checks of a raw table."""
    errors = [check for check in failing(branch, table).values() if check.severity == "error" and check.hurts is None]
    assert all(check.reason and check.reason.en and check.reason.es for check in errors)
    return set(lineage.kpis_of(table)) if errors else set()


def refused(branch: company.Branch, table: str) -> list:
    declared = branch.sources.table(*table.split("."))
    footers = [batch.footer for batch in batches(branch.company.quarantine, declared)]
    return [footer for footer in footers if footer.reason]


def rules_of(branch: company.Branch, table: str) -> dict[str, int]:
    """Rows set apart, by rule, as they lie in quarantine; each says file, row and why."""
    declared = branch.sources.table(*table.split("."))
    found: dict[str, int] = {}
    for batch in batches(branch.company.quarantine, declared):
        for row in pq.read_table(batch.path, columns=["_rule", "_reason", "_file", "_row"]).to_pylist():
            assert row["_reason"]
            assert row["_file"]
            assert row["_row"] >= 1
            found[row["_rule"]] = found.get(row["_rule"], 0) + 1
    return found


def assert_kept_books(branch: company.Branch, table: str) -> None:
    """Rows in = rows landed + rows quarantined, in every footer, and the files hold what their footers say."""
    declared = branch.sources.table(*table.split("."))
    for batch in batches(branch.company.raw, declared):
        footer = batch.footer
        assert footer.rows_in == footer.rows + footer.rows_quarantined
        assert pq.read_metadata(batch.path).num_rows == footer.rows
