"""Keeps personal data out of what is published: looks before the facts are written and when the mart is whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from metrics.steering.checks import Check
from orchestration.declarations.sources import Sources
from orchestration.personal_data.check import contacts_of, leak_message, personal_data_checks
from orchestration.personal_data.values import collect_values
from orchestration.publishing.errors import PublishError
from orchestration.publishing.personal_messages import leave_out_personal_messages

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

NO_SOURCES = Sources(Path(), {})


@dataclass(frozen=True)
class Private:
    """What says which data is personal: the declared ``sources``, and the folders that hold all that came from them."""

    sources: Sources = NO_SOURCES
    landing: tuple[Path, ...] = field(default=())

    def collect(self, con: DuckDBPyConnection) -> None:
        """Collect the personal values, once for all that ``refuse_leaks`` looks through by the same connection."""
        collect_values(con, self.sources, self.landing)

    def refuse_leaks(self, con: DuckDBPyConnection, database: str) -> list[Check]:
        """Look through an attached database (``warehouse`` or ``mart``), a check per table; all of them passed.

        What checks of the mart say of rows is left out of it where it holds personal data.

        Raises:
            PublishError: personal data is where it must not be.
        """
        checks = personal_data_checks(con, self.sources, [database])
        if database == "mart" and leak_message(checks):
            leave_out_personal_messages(con, contacts_of(con))
            checks = personal_data_checks(con, self.sources, [database])
        if message := leak_message(checks):
            raise PublishError(f"the new mart is not published: {message}", checks)
        return checks
