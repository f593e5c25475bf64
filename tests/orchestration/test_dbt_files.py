"""How the assembled dbt project is kept: what dbt need not parse again, and what it must."""

from pathlib import Path

import pytest

from orchestration.dbt.files import copy

pytestmark = pytest.mark.fast


@pytest.mark.parametrize(
    ("path", "parsed_anew"), [("models/semantic/orders.yml", True), ("models/staging/shop/stg_shop__orders.sql", False)]
)
def test_dbt_forgets_what_it_parsed_when_a_metric_changes_since_it_keeps_metrics_that_are_gone(
    tmp_path: Path, path: str, parsed_anew: bool
) -> None:
    source, folder = tmp_path / "source", tmp_path / "project"
    source.write_text("one")
    copy({path: source}, folder)
    kept = folder / "target" / "partial_parse.msgpack"
    kept.parent.mkdir()
    kept.touch()
    copy({path: source}, folder)
    assert kept.exists()
    source.write_text("two")
    copy({path: source}, folder)
    assert kept.exists() != parsed_anew
