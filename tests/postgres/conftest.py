"""One PostgreSQL server for all tests of a process."""

from collections.abc import Iterator

import pytest

from tests.postgres.server import Server, serving


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running
