"""How a table stands now: what of it is quarantined still, and what its table rules say of all that landed.

Both follow from the files alone, and are kept until a file, the declaration or the suite is another.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from metrics.atomic_files import write_atomically
from orchestration.pulling import landing
from orchestration.pulling.judging import judged
from orchestration.pulling.landing import SCHEMA_PULL, Batch

if TYPE_CHECKING:
    from expectations.suite import Suite
    from orchestration.company import Company
    from orchestration.declarations.sources import Sources, Table
    from orchestration.raw_checks.outstanding import Outstanding

FORMAT = 1  # raised when what is kept means something else


@dataclass(frozen=True)
class Apart:
    """The quarantined rows of a table under one rule; ``example`` names file, row and reason, without personal data."""

    rule: str
    rows: int
    newest: str
    example: str


@dataclass(frozen=True)
class Judged:
    """What one table rule found."""

    rule: str
    passed: bool
    observed: str


@dataclass(frozen=True)
class TableState:
    """A table's files, and what follows from them; ``apart`` by rule, ``judged`` in the order of the suite."""

    table: Table
    suite: Suite
    landed: Sequence[Batch]
    quarantined: Sequence[Batch]
    apart: Sequence[Apart]
    judged: Sequence[Judged]

    @property
    def batches(self) -> list[Batch]:
        """The landed batches that a pull made."""
        return [batch for batch in self.landed if batch.footer.pull != SCHEMA_PULL]

    @property
    def refusals(self) -> dict[str, Batch]:
        """By path, the deliveries that were refused and did not land since, wherever their files are now.

        One that was refused under another declaration or suite counts until a pull tries it again.
        """
        return landing.refusals(self.landed, self.quarantined)


def table_state(company: Company, sources: Sources, table: Table) -> TableState:
    """Read how a table with a landing of its own stands."""
    table, suite = judged(company, sources, table)
    landed, quarantined = landing.batches(company.raw, table), landing.batches(company.quarantine, table)
    zone = sources.systems[table.system].time_zone
    place = company.data / "checks" / table.system / f"{table.landed_as}.json"
    key = _key(table, suite, [*landed, *quarantined])
    kept = _kept(place, key)
    if kept is None:
        kept = {
            "apart": [asdict(one) for one in _apart(table, zone, landed, quarantined)],
            "judged": [asdict(one) for one in _judged(table, suite, zone, landed)],
        }
        _keep(place, {"key": key, **kept})
    apart, verdicts = [Apart(**one) for one in kept["apart"]], [Judged(**one) for one in kept["judged"]]
    return TableState(table, suite, landed, quarantined, apart, verdicts)


def refused_still(sources: Sources, state: TableState) -> dict[str, Batch]:
    """By path, the refused deliveries that lie at their source unchanged.

    Raises ``NothingThereError`` or ``OSError`` if the source cannot be looked at.
    """
    from orchestration.connectors import Seen, connector

    table, refused = state.table, state.refusals
    seen = Seen({}, {path: batch.footer.files[0].origin for path, batch in refused.items()})
    there = connector(sources.systems[table.system].connector).rejected(table, sources.path.parent, seen)
    return {path: refused[path] for path in there}


def _apart(table: Table, zone: str, landed: list[Batch], quarantined: list[Batch]) -> list[Apart]:
    from orchestration.raw_checks.outstanding import outstanding

    found: dict[str, Apart] = {}
    for missing in outstanding(table, zone, landed, quarantined):
        for rule, (rows, example) in _by_rule(missing).items():
            before = found[rule].rows if rule in found else 0
            found[rule] = Apart(rule, before + rows, missing.batch.footer.pulled_at, example)
    return [found[rule] for rule in sorted(found)]


def _by_rule(missing: Outstanding) -> dict[str, tuple[int, str]]:
    """Rows and the first of them, by rule."""
    columns = [missing.rows.column(name).to_pylist() for name in ("_rule", "_file", "_row", "_reason")]
    found: dict[str, tuple[int, str]] = {}
    for rule, file, row, reason in zip(*columns, strict=True):
        rows, example = found.get(rule, (0, f"{file}, row {row}: {reason}"))
        found[rule] = (rows + 1, example)
    return found


def _judged(table: Table, suite: Suite, zone: str, landed: list[Batch]) -> list[Judged]:
    if not suite.table:
        return []
    from expectations.one_row import judge
    from orchestration.raw_checks.table_profile import table_profile

    asked = {str(rule.kwargs.get("column")) for rule in suite.table}
    verdicts = judge(table_profile(table, suite, zone, landed, asked), suite.table)
    return [Judged(verdict.rule.name, verdict.passed, verdict.observed) for verdict in verdicts]


def _key(table: Table, suite: Suite, files: Sequence[Batch]) -> str:
    names = [f"{batch.path.parent.parent.parent.name}/{batch.path.name}:{batch.held}" for batch in files]
    text = json.dumps([FORMAT, table.declaration, suite.time, repr(suite.table), names])
    return hashlib.sha256(text.encode()).hexdigest()


def _kept(place: Path, key: str) -> dict[str, Any] | None:
    try:
        kept = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return kept if kept.get("key") == key else None


def _keep(place: Path, kept: dict[str, Any]) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(place, json.dumps(kept))
