"""A source is two files: dbt learns from sources.yml what no YAML of staging tells it."""

import json
from pathlib import Path

import pytest
import yaml

from orchestration.dbt.files import copy
from orchestration.dbt.undeclared_sources import UNDECLARED, undeclared_sources

pytestmark = pytest.mark.fast

VARIABLES = json.dumps(
    {
        "sources": {
            "till": {"orders": {"from": "orders"}, "paid_orders": {"from": "orders"}, "refunds": {"from": "refunds"}},
            "web": {"events": {"from": "events"}},
        }
    }
)


def declared(text: str) -> list[tuple[str, str, str]]:
    return [(s["name"], s["schema"], t["name"]) for s in yaml.safe_load(text)["sources"] for t in s["tables"]]


def test_every_landed_table_that_dbt_does_not_know_is_declared_once(tmp_path: Path) -> None:
    known = tmp_path / "_till__sources.yml"
    known.write_text("sources: [{name: till, schema: raw, tables: [{name: refunds}]}]")
    model = tmp_path / "stg_till__orders.sql"
    model.write_text("select 1")
    text = undeclared_sources([known, model], VARIABLES)
    assert declared(text) == [("till", "raw", "orders"), ("web", "raw", "events")]


def test_nothing_is_declared_where_dbt_knows_every_table(tmp_path: Path) -> None:
    file = tmp_path / "sources.yml"
    file.write_text(
        "sources: [{name: till, tables: [{name: orders}, {name: refunds}]}, {name: web, tables: [{name: events}]}]"
    )
    assert undeclared_sources([file], VARIABLES) == ""


@pytest.mark.parametrize("text", ["sources: [", "- one", "", "sources: [{tables: [{}]}]"])
def test_a_broken_file_is_left_for_dbt_to_name(tmp_path: Path, text: str) -> None:
    file = tmp_path / "broken.yml"
    file.write_text(text)
    assert len(declared(undeclared_sources([file], VARIABLES))) == 3


def test_the_assembled_project_has_the_declaration_until_somebody_writes_one(tmp_path: Path) -> None:
    model, written, folder = tmp_path / "stg_web__events.sql", tmp_path / "_web__sources.yml", tmp_path / "project"
    model.write_text("select 1")
    files = {"models/staging/web/stg_web__events.sql": model}
    variables = json.dumps({"sources": {"web": {"events": {"from": "events"}}}})
    copy(files, folder, variables)
    assert declared((folder / UNDECLARED).read_text()) == [("web", "raw", "events")]
    written.write_text("sources: [{name: web, schema: raw, tables: [{name: events}]}]")
    copy(files | {"models/staging/web/_web__sources.yml": written}, folder, variables)
    assert not (folder / UNDECLARED).exists()
