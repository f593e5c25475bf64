"""The contract of the published mart says what every column of every table holds."""

from functools import cache
from pathlib import Path

import pytest
import yaml

from orchestration.publishing.contract import MartTable, mart_tables

pytestmark = pytest.mark.fast

MODELS = Path(__file__).parents[2] / "dbt_project" / "models"


@cache
def described_by_dbt() -> dict[str, set[str]]:
    """The columns that each dbt model describes."""
    files = [yaml.safe_load(file.read_text(encoding="utf-8")) or {} for file in MODELS.rglob("*.yml")]
    return {
        model["name"]: {column["name"] for column in model.get("columns", []) if column.get("description")}
        for file in files
        for model in file.get("models", [])
    }


def by_name(table: MartTable) -> str:
    return table.name


@pytest.mark.parametrize("table", mart_tables(), ids=by_name)
def test_every_column_is_described_once_by_the_contract_or_by_its_dbt_model(table):
    of_model = described_by_dbt().get(table.name, set()) & set(table.columns)
    assert set(table.columns) - of_model - set(table.comments) == set(), "nobody says what they hold"
    assert of_model & set(table.comments) == set(), "dbt's description wins, so the comment is never read"
    assert set(table.comments) - set(table.columns) == set(), "comments on columns that the table does not have"


@pytest.mark.parametrize("table", mart_tables(), ids=by_name)
def test_a_key_is_made_of_columns_of_its_table(table):
    assert set(table.key) <= set(table.columns)
