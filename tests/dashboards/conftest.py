"""A mart that a test writes row by row, open as pages read it."""

import pytest
from written_mart import write_mart

from dashboards.mart import open_mart


@pytest.fixture
def mart(tmp_path):
    """A function that writes a mart and opens it."""
    opened = []

    def opening(**tables):
        manager = open_mart(write_mart(tmp_path / "kpi_mart.duckdb", **tables))
        opened.append(manager)
        return manager.__enter__()

    yield opening
    for manager in opened:
        manager.__exit__(None, None, None)
