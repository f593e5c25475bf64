"""The published version that a question is answered from: mart, facts and definitions of one run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.company import Company
from orchestration.errors import UsageError
from orchestration.publishing.versions import MART, SEMANTIC_MANIFEST, current_version, read_files

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


@dataclass(frozen=True)
class PublishedVersion:
    """An immutable version; ``published`` is the folder of the names that always lead to the newest."""

    folder: Path
    published: Path

    @contextmanager
    def open(self, file: str) -> Iterator[DuckDBPyConnection]:
        """Open one of its database files for reading."""
        import duckdb

        with duckdb.connect(str(self.folder / file), read_only=True) as con:
            yield con

    @contextmanager
    def told_if_older(self, con: DuckDBPyConnection) -> Iterator[None]:
        """Say of a mart, open under ``con``, that it is an older kpi-mart's, where the block asks for what it lacks.

        Raises:
            UsageError: it lacks a table or column of the contract, and the block needed one.
        """
        import duckdb

        try:
            yield
        except (duckdb.BinderException, duckdb.CatalogException) as error:
            if not _is_older(con):
                raise
            what = "was published by an older kpi-mart and lacks what this command shows; publish it anew by `kpi run`"
            raise UsageError(f"{self.published / MART}: {what}") from error

    @property
    def run(self) -> str:
        """Which run it is, and what its now was."""
        files = read_files(self.folder)
        return f"run {files['run_id'][:8]} as of {datetime.fromisoformat(files['as_of']):%Y-%m-%d %H:%M} UTC"

    @property
    def definitions(self) -> dict[str, Any]:
        """The semantic manifest of the run."""
        return json.loads((self.folder / SEMANTIC_MANIFEST).read_text())


def published_version(company: Company) -> PublishedVersion:
    """Find the version that readers see now.

    Raises:
        UsageError: nothing has been published yet.
    """
    folder = current_version(company.published)
    if folder is None:
        raise UsageError(f"{company.published}: nothing is published yet; run `kpi run` first")
    return PublishedVersion(folder, company.published)


def _is_older(con: DuckDBPyConnection) -> bool:
    """Whether a mart lacks a table or column of the contract."""
    from orchestration.publishing.contract import mart_tables

    held = set(con.execute("select table_name, column_name from information_schema.columns").fetchall())
    return any((table.name, column) not in held for table in mart_tables() for column in table.columns)
