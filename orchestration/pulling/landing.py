"""The landing: Parquet batches that appear by one atomic rename and whose footers are the only state of a pull."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.connectors import Findings, Landed, Origin, Seen
from orchestration.durable import flush

if TYPE_CHECKING:
    from orchestration.declarations.sources import Table

FOOTER = b"kpi_mart"
SCHEMA_PULL = "00000000T000000000000"
PULL_FORMAT = "%Y%m%dT%H%M%S%f"
COMPRESSION = "zstd"
FINDINGS = tuple(Findings.__dataclass_fields__)


@dataclass(frozen=True)
class Replayed:
    """Quarantined rows that landed after all: the batch that set them apart, and by file the spans of their numbers."""

    batch: str
    rows: Mapping[str, Sequence[Sequence[int]]]

    def numbers(self) -> set[tuple[str, int]]:
        """Each row as (file, number)."""
        return {(file, n) for file, spans in self.rows.items() for first, last in spans for n in range(first, last + 1)}


@dataclass(frozen=True)
class Footer:
    """What a batch says of itself: the JSON under ``kpi_mart`` in its Parquet footer.

    ``rows_in`` = ``rows`` landed + ``rows_quarantined``; ``pulled_at`` is UTC without offset; ``watermark`` the
    greatest cursor. ``rule`` and ``reason`` are set in quarantine only, when a whole delivery was rejected.
    ``replayed`` are the quarantined rows that a replay landed in this batch: nothing came in, so ``rows_quarantined``
    is minus their number, and sums over a landing say what is quarantined still.
    """

    system: str
    table: str
    batch: str
    pull: str
    pulled_at: str
    mode: str
    declaration: str
    rows_in: int = 0
    rows: int = 0
    rows_quarantined: int = 0
    watermark: str | None = None
    files: tuple[Landed, ...] = ()
    rule: str | None = None
    reason: str | None = None
    replayed: Replayed | None = None

    def to_json(self) -> str:
        """The footer's text; each file is one flat object."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        fields |= {"files": [_flat(file) for file in self.files]}
        fields |= {"replayed": asdict(self.replayed) if self.replayed else None}
        return json.dumps(fields)

    @staticmethod
    def from_json(text: str | bytes) -> Footer:
        """The reverse of ``to_json``; what an older footer does not say is empty."""
        fields: dict[str, Any] = json.loads(text)
        replayed = Replayed(**fields["replayed"]) if fields.get("replayed") else None
        return Footer(**{**fields, "files": tuple(_landed(file) for file in fields["files"]), "replayed": replayed})


@dataclass(frozen=True)
class Batch:
    """A landed (or quarantined) Parquet file, its footer and how many rows are really in it."""

    path: Path
    footer: Footer
    held: int = 0


def batches(root: Path, table: Table) -> list[Batch]:
    """The Parquet files of one table under ``root`` (the landing or the quarantine), by name."""
    paths = sorted(path for path in folder(root, table).glob("*.parquet") if not path.name.startswith("."))
    return [_read_batch(path) for path in paths]


def folder(root: Path, table: Table) -> Path:
    """Where a table's files lie under ``root``."""
    return root / table.system / table.landed_as


def read_footer(path: Path) -> Footer:
    """The footer of one file; a file that is not ours is a ``ValueError``."""
    return _read_batch(path).footer


def _read_batch(path: Path) -> Batch:
    found = path.stat()
    return _read_unchanged(path, found.st_size, found.st_mtime_ns, found.st_ino)


@lru_cache(maxsize=4096)  # several steps of a run ask; a batch never changes
def _read_unchanged(path: Path, *_: int) -> Batch:
    try:
        found = pq.read_metadata(path)
        return Batch(path, Footer.from_json(found.metadata[FOOTER]), found.num_rows)
    except (pa.ArrowException, KeyError, TypeError) as error:
        raise ValueError(f"{path}: is not a batch of this landing ({error}); move it away") from None


def seen(landed: list[Batch], rejected: list[Batch], table: Table) -> Seen:
    """What the connector must know of earlier pulls. Of a snapshot only the newest counts, if it landed as one."""
    kept = [b for b in landed[-1:] if b.footer.mode == "snapshot"] if table.mode == "snapshot" else landed
    files = {file.origin.path: file for batch in kept for file in batch.footer.files}
    refused = refusals(landed, [b for b in rejected if b.footer.declaration == table.declaration])
    return Seen(files, {path: batch.footer.files[0].origin for path, batch in refused.items()})


def refusals(landed: Sequence[Batch], rejected: Sequence[Batch]) -> dict[str, Batch]:
    """By path, the newest refusal, unless the same content landed since."""
    refused: dict[str, Batch] = {}
    for batch in sorted(rejected, key=lambda b: b.footer.pulled_at):
        if batch.footer.reason:
            refused |= {file.origin.path: batch for file in batch.footer.files}
    if refused:
        landings = {(f.origin.path, f.origin.sha256): b.footer.pulled_at for b in landed for f in b.footer.files}
        for path, batch in list(refused.items()):
            if landings.get((path, batch.footer.files[0].origin.sha256), "") >= batch.footer.pulled_at:
                del refused[path]
    return refused


def next_pull(now: datetime, landed: list[Batch]) -> datetime:
    """Time that names the next pull: ``now``, but always after every batch that is there."""
    moment = now.astimezone(UTC).replace(tzinfo=None) if now.tzinfo else now
    newest = landed[-1].footer.pull if landed else SCHEMA_PULL
    if newest == SCHEMA_PULL:
        return moment
    return max(moment, datetime.strptime(newest, PULL_FORMAT) + timedelta(microseconds=1))


def clear_leftovers(place: Path) -> None:
    """Remove what a killed pull left: it was never part of the landing."""
    for path in place.glob(".*.tmp"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def clear_orphans(rejected: list[Batch], landed: list[Batch]) -> list[Batch]:
    """Remove the rejected rows of batches that never landed: their pull was killed and its rows are read again."""
    there = {batch.footer.batch for batch in landed}
    orphans = [batch for batch in rejected if not batch.footer.reason and batch.footer.batch not in there]
    for batch in orphans:
        batch.path.unlink()
    return [batch for batch in rejected if batch not in orphans]


def write_schema(root: Path, table: Table, schema: pa.Schema) -> None:
    """Write the zero-row batch that gives staging the declared columns, unless it is there and says the same."""
    path = folder(root, table) / f"{SCHEMA_PULL}-000.parquet"
    if path.exists() and read_footer(path).declaration == table.declaration:
        return
    footer = Footer(
        table.system, table.landed_as, path.stem, SCHEMA_PULL, "1970-01-01T00:00:00", table.mode, table.declaration
    )
    write_file(path, schema.empty_table(), footer)


def write_file(path: Path, rows: pa.Table, footer: Footer) -> None:
    """Write one Parquet file so that it is there whole or not at all, whatever dies."""
    draft = Draft(path, rows.schema)
    draft.write(rows)
    draft.publish(footer)


@dataclass
class Draft:
    """A Parquet file being written beside its place; ``publish`` makes it durable and then visible, in one rename."""

    path: Path
    schema: pa.Schema
    rows: int = 0
    _writer: pq.ParquetWriter = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = pq.ParquetWriter(self._aside, self.schema, compression=COMPRESSION)

    @property
    def _aside(self) -> Path:
        return self.path.with_name(f".{self.path.name}.tmp")

    def write(self, rows: pa.Table) -> None:
        """Add rows; the memory they take is free again."""
        self._writer.write_table(rows)
        self.rows += rows.num_rows

    def publish(self, footer: Footer) -> None:
        """Close, flush to disk, rename, flush the folder."""
        self._writer.add_key_value_metadata({FOOTER: footer.to_json().encode()})
        self._writer.close()
        flush(self._aside)
        self._aside.replace(self.path)
        flush(self.path.parent)


def _flat(file: Landed) -> dict[str, Any]:
    """One object a file, without what is empty."""
    told = {"rows_by_rule": dict(file.rows_by_rule), **{n: getattr(file.findings, n) for n in FINDINGS}}
    place = {"first_row": file.first_row, "rows": file.rows, "complete": file.complete}
    return {**asdict(file.origin), **place, **{name: value for name, value in told.items() if value}}


def _landed(fields: dict[str, Any]) -> Landed:
    origin = Origin(*(fields[name] for name in ("path", "bytes", "sha256", "stamp")))
    told = {name: fields[name] for name in FINDINGS if name in fields}
    if "warnings" in told:
        told["warnings"] = tuple((rule, observed) for rule, observed in told["warnings"])
    place = (fields["first_row"], fields["rows"], fields["complete"])
    return Landed(origin, *place, fields.get("rows_by_rule", {}), Findings(**told))
