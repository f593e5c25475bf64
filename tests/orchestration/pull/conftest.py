"""The company that the tests of a pull run on."""

from __future__ import annotations

from pathlib import Path

import pytest
from shop_company import Shop


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shop:
    monkeypatch.delenv("KPI_DATA_DIR", raising=False)
    (tmp_path / "files").mkdir()
    (tmp_path / "staging").mkdir()
    made = Shop(tmp_path)
    made.declare()
    return made
