"""How rows get from a source system to the landing: what every connector offers, and which there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa

    from orchestration.declarations.sources import Table

CHUNK_ROWS = 250_000


class UnreadableError(Exception):
    """A delivery that cannot be read; the message says where and why. It is rejected whole, the others still land."""


class NothingThereError(Exception):
    """The source has nothing for a declared table; the message says what was looked for."""


@dataclass(frozen=True)
class Origin:
    """Identity of a delivery: a file's path, size and content hash (another connector's equivalents).

    ``stamp`` changes whenever the file is touched, and saves reading it again; empty if it could not be trusted.
    """

    path: str
    bytes: int
    sha256: str
    stamp: str = ""


@dataclass(frozen=True)
class Findings:
    """What was found out about an accepted delivery; empty where its table has no suite.

    ``profile`` is its ``DeliveryProfile`` as JSON, ``newest`` the newest event (ISO, the source's wall clock),
    ``warnings`` the delivery rules that it breaks without being refused: (rule, observed). ``late`` counts the rows
    that are more than a day older than what had been accepted before, ``content`` is the same for the same rows.
    """

    profile: Mapping[str, object] | None = None
    newest: str | None = None
    warnings: tuple[tuple[str, str], ...] = ()
    late: int = 0
    content: str = ""


@dataclass(frozen=True)
class Landed:
    """What a landed batch took from an origin: ``rows`` rows from ``first_row`` on (quarantined ones included).

    ``complete`` says that nothing was left when the batch was cut. ``rows_by_rule`` counts the quarantined rows by the
    rule that they break. The findings are about the whole delivery and stand with its first part.
    """

    origin: Origin
    first_row: int
    rows: int
    complete: bool
    rows_by_rule: Mapping[str, int] = field(default_factory=dict)
    findings: Findings = Findings()


@dataclass(frozen=True)
class Seen:
    """What is known of a table: by path, the newest landing and the newest rejection under today's declaration."""

    landed: Mapping[str, Landed] = field(default_factory=dict)
    rejected: Mapping[str, Origin] = field(default_factory=dict)


@dataclass(frozen=True)
class Delivery:
    """Rows of one origin that are not landed yet, from row ``first_row`` on.

    ``chunks`` reads them once, in order, as tables of at most ``CHUNK_ROWS`` rows; it raises ``UnreadableError``.
    ``resumed`` says that rows before ``first_row`` of the same content landed already, so it was accepted before.
    """

    origin: Origin
    first_row: int
    chunks: Callable[[], Iterator[pa.Table]]
    resumed: bool = False


class Connector(Protocol):
    """Reads one kind of source. Paths of declarations are relative to ``home``, the folder of sources.yml."""

    def pending(self, table: Table, home: Path, seen: Seen) -> list[str]:
        """Deliveries that a pull would read now; cheap enough for a sensor. Raises ``NothingThereError``."""
        ...

    def deliveries(self, table: Table, home: Path, seen: Seen) -> Iterator[Delivery]:
        """What is new, oldest first; a snapshot comes whole or not at all. Raises ``NothingThereError``."""
        ...

    def rejected(self, table: Table, home: Path, seen: Seen) -> list[str]:
        """Paths that were rejected and still lie there unchanged."""
        ...


def connector(name: str) -> Connector:
    """The connector that sources.yml names; its checks allow only those that are here."""
    from orchestration.connectors.files import Files

    return {"files": Files()}[name]
