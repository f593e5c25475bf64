"""Where to publish to, as a user says it."""

from __future__ import annotations

import os
from dataclasses import dataclass

from orchestration.errors import UsageError
from orchestration.postgres.relations import LONGEST_NAME

SCHEMA, READER = "kpi_mart", "kpi_reader"
SCHEMA_VARIABLE, READER_VARIABLE = "KPI_POSTGRES_SCHEMA", "KPI_POSTGRES_READER"


@dataclass(frozen=True)
class Target:
    """A schema that holds nothing but one company's mart, and the role that may read it.

    ``force`` lets an older run replace a newer one.

    Raises:
        UsageError: a name is not one that PostgreSQL takes.
    """

    schema: str = SCHEMA
    reader: str = READER
    force: bool = False

    def __post_init__(self) -> None:
        for option, given in (("--schema", self.schema), ("--reader", self.reader)):
            if not 1 <= len(given.encode()) <= LONGEST_NAME or "\0" in given:
                raise UsageError(f"{option} {given}: is not a valid PostgreSQL name; use 1 to {LONGEST_NAME} bytes")


def wanted_target() -> Target:
    """Return what the environment says, as a run does that nobody gives options."""
    return Target(os.environ.get(SCHEMA_VARIABLE) or SCHEMA, os.environ.get(READER_VARIABLE) or READER)
