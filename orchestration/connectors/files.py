"""Files in folders: CSV, JSON lines and Parquet, by glob."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from glob import glob
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.connectors import Connector, Delivery, Landed, NothingThereError, Origin, Seen, UnreadableError

if TYPE_CHECKING:
    import pyarrow as pa

    from orchestration.connectors.formats import Reader
    from orchestration.declarations.sources import Table

BLOCK_BYTES = 1 << 20
# A file touched this recently may be touched again within the tick of the file system's clock.
SETTLED_SECONDS = 0.1


class Files(Connector):
    """A file is new when its size or content differs from what landed from its path.

    One that only grew is read from where it ended, unless its table is replaced in groups or whole. A snapshot is all
    files of the glob: if one is new or gone, all come again, and if one was rejected, none does.
    """

    def pending(self, table: Table, home: Path, seen: Seen) -> list[str]:
        """Paths that a pull would read now; a file of unchanged size and stamp is not opened."""
        paths = _matches(table, home)
        new = [path for path in paths if self._is_new(home, path, seen)]
        gone = table.mode == "snapshot" and set(seen.landed) - set(paths)
        return paths if table.mode == "snapshot" and (new or gone) else new

    def deliveries(self, table: Table, home: Path, seen: Seen) -> Iterator[Delivery]:
        """The new files by path; of a snapshot, all."""
        whole = table.mode == "snapshot"
        if whole and self.rejected(table, home, seen):
            return
        for path in self.pending(table, home, seen):
            yield _delivery(table, home, path, None if whole else seen.landed.get(path))

    def rejected(self, table: Table, home: Path, seen: Seen) -> list[str]:
        """Paths of rejected files that lie there unchanged."""
        there = set(_matches(table, home)) & set(seen.rejected)
        return sorted(path for path in there if _same(home / path, seen.rejected[path]))

    def _is_new(self, home: Path, path: str, seen: Seen) -> bool:
        if path in seen.rejected and _same(home / path, seen.rejected[path]):
            return False
        landed = seen.landed.get(path)
        return landed is None or not landed.complete or not _same(home / path, landed.origin)


def _matches(table: Table, home: Path) -> list[str]:
    found = glob(table.path, root_dir=home, recursive=True)  # noqa: PTH207 - Path.glob takes no absolute pattern
    paths = sorted(path for path in found if (home / path).is_file())
    if not paths:
        raise NothingThereError(f"no file matches {table.path} (relative to {home})")
    return [Path(path).as_posix() for path in paths]


def _delivery(table: Table, home: Path, path: str, landed: Landed | None) -> Delivery:
    from orchestration.connectors.formats import READERS

    file, read = home / path, READERS[table.format]
    found = file.stat()
    try:
        origin = _origin(file, path, found)
    except OSError as error:
        return Delivery(Origin(path, found.st_size, "", _stamp(found)), 0, partial(_fail, str(error.strerror)))
    if landed and not landed.complete and landed.origin.sha256 == origin.sha256:
        taken = landed.first_row + landed.rows
        return Delivery(origin, taken, partial(_unmoved, file, found, origin, _after(read, file, taken)), resumed=True)
    if landed and landed.complete and not table.replaces and _only_grew(table, file, landed.origin):
        grown = partial(read, file, landed.origin.bytes)
        return Delivery(origin, landed.first_row + landed.rows, partial(_unmoved, file, found, origin, grown))
    return Delivery(origin, 0, partial(_unmoved, file, found, origin, partial(read, file, 0)))


def _after(read: Reader, file: Path, rows: int) -> Callable[[], Iterator[pa.Table]]:
    """A reader of what follows the first ``rows`` rows."""

    def chunks() -> Iterator[pa.Table]:
        skip = rows
        for table in read(file, 0):
            if skip < table.num_rows:
                yield table.slice(skip)
            skip = max(0, skip - table.num_rows)

    return chunks


def _unmoved(
    file: Path, found: os.stat_result, origin: Origin, chunks: Callable[[], Iterator[pa.Table]]
) -> Iterator[pa.Table]:
    """The chunks, unless the file changed since it was hashed."""
    yield from chunks()
    if _stamp(file.stat()) != _stamp(found) and _sha256(file) != origin.sha256:
        raise UnreadableError("changed while it was read; the next pull reads it again")


def _origin(file: Path, path: str, found: os.stat_result) -> Origin:
    settled = time.time() - found.st_ctime > SETTLED_SECONDS
    return Origin(path, found.st_size, _sha256(file), _stamp(found) if settled else "")


def _fail(reason: str) -> Iterator[pa.Table]:
    raise UnreadableError(f"cannot be read: {reason}")


def _same(file: Path, origin: Origin) -> bool:
    found = file.stat()
    if found.st_size != origin.bytes:
        return False
    try:
        return _stamp(found) == origin.stamp or _sha256(file) == origin.sha256
    except OSError:
        return False


def _stamp(found: os.stat_result) -> str:
    return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}"


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _only_grew(table: Table, file: Path, before: Origin) -> bool:
    """Whether the file starts with all that landed from it, up to the end of a line."""
    if table.format == "parquet" or file.suffix == ".gz" or not 0 < before.bytes < file.stat().st_size:
        return False
    digest, left, last = hashlib.sha256(), before.bytes, b""
    with file.open("rb") as stream:
        while left and (block := stream.read(min(left, BLOCK_BYTES))):
            digest.update(block)
            left, last = left - len(block), block[-1:]
    return last == b"\n" and digest.hexdigest() == before.sha256
