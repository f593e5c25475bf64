"""A small company whose folders are real, so that every test goes through files, footers and renames."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import yaml

from metrics.steering.checks import Check
from orchestration.company import load_company
from orchestration.declarations.sources import load_sources
from orchestration.pulling.landing import SCHEMA_PULL, Batch, batches
from orchestration.pulling.pull import PullResult, pending, pull_table
from orchestration.raw_checks.source_checks import source_checks

COLUMNS = {"id": "string", "at": "timestamp", "amount": "decimal", "units": "integer"}


@dataclass
class Shop:
    """A company with one table, ``shop.orders``, over the files in ``files/``."""

    folder: Path
    clock: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    declared: dict[str, Any] = field(default_factory=dict)

    def declare(self, **changes: Any) -> None:
        self.declared = {"path": "files/*.csv", "key": ["id"], "columns": COLUMNS} | self.declared | changes
        table = {name: value for name, value in self.declared.items() if value is not None}
        system = {"connector": "files", "time_zone": "UTC", "tables": {"orders": table}}
        (self.folder / "sources.yml").write_text(yaml.safe_dump({"systems": {"shop": system}}, sort_keys=False))

    def expect(self, **suite: Any) -> None:
        """Write the suite of the table."""
        path = self.folder / "expectations" / "shop" / "orders.yml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(suite, sort_keys=False))

    def checks(self, as_of: datetime | None = None) -> dict[str, Check]:
        """The checks of the table as it stands, by name."""
        company = load_company(self.folder)
        sources = load_sources(company.sources_path)
        found = source_checks(company, sources, sources.table("shop", "orders"), as_of or self.clock)
        assert len({check.name for check in found}) == len(found)
        return {check.name: check for check in found}

    def failing(self) -> set[str]:
        """The names of the checks that fail now."""
        return {name for name, check in self.checks().items() if not check.passed}

    def put(self, name: str, content: str | bytes) -> Path:
        path = self.folder / "files" / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def pull(self) -> PullResult:
        """Pull, and hold what every pull promises: no row is lost between source, landing and quarantine."""
        self.clock += timedelta(hours=1)
        before_in, before_landed, before_apart = self.counts()
        result = pull_table(load_company(self.folder), "shop", "orders", self.clock)
        rows_in, landed, apart = self.counts()
        assert (result.rows_in, result.rows_landed) == (rows_in - before_in, landed - before_landed)
        assert result.rows_in == result.rows_landed + result.rows_quarantined
        assert rows_in == landed + apart
        assert before_apart <= apart
        assert not list(self.folder.glob("data/**/.*"))
        return result

    def counts(self) -> tuple[int, int, int]:
        """Rows in, landed and quarantined by the footers, each checked against the rows that are really there."""
        landed = self.landed_batches()
        there = {batch.footer.batch for batch in landed}
        apart = [b for b in self.quarantine() if b.footer.reason or b.footer.batch in there]
        for batch in landed:
            assert pq.read_metadata(batch.path).num_rows == batch.footer.rows
        refused = [b.footer for b in apart if b.footer.reason]
        rejected = [b for b in apart if not b.footer.reason]
        assert sum(pq.read_metadata(b.path).num_rows for b in rejected) == sum(
            b.footer.rows_quarantined for b in landed if not b.footer.replayed
        )
        footers = [batch.footer for batch in landed] + refused
        return (
            sum(f.rows_in for f in footers),
            sum(f.rows for f in footers),
            sum(f.rows_quarantined for f in footers),
        )

    def landed_batches(self) -> list[Batch]:
        company = load_company(self.folder)
        found = batches(company.raw, load_sources(company.sources_path).table("shop", "orders"))
        return [batch for batch in found if batch.footer.pull != SCHEMA_PULL]

    def quarantine(self) -> list[Batch]:
        company = load_company(self.folder)
        return batches(company.quarantine, load_sources(company.sources_path).table("shop", "orders"))

    def rows(self) -> list[dict[str, Any]]:
        """Every landed row, oldest batch first."""
        return [row for batch in self.landed_batches() for row in pq.read_table(batch.path).to_pylist()]

    def ids(self) -> list[str]:
        return [row["id"] for row in self.rows()]

    def rejected_rows(self) -> list[dict[str, Any]]:
        return [row for b in self.quarantine() if not b.footer.reason for row in pq.read_table(b.path).to_pylist()]

    def schema(self) -> pa.Schema:
        return pq.read_schema(self.folder / "data" / "raw" / "shop" / "orders" / f"{SCHEMA_PULL}-000.parquet")

    def pending(self) -> bool:
        return pending(load_company(self.folder)) == [("shop", "orders")]
