"""Everything that rules look at, read as far as it can be read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from metrics.calendar import Calendar
from metrics.compiler.definitions import Definition
from metrics.contracts import Contract, Loaded
from metrics.contracts.models import Kpi
from metrics.lock import Change, Lock, compare
from metrics.problems import Problem


@dataclass(frozen=True)
class Compiled:
    """What the compiler says: the definition of each KPI that it takes, and why it takes no other."""

    definitions: Mapping[str, Definition]
    refusals: tuple[Problem, ...]


@dataclass(frozen=True)
class Definitions:
    """Contracts and what they point at.

    ``folder`` is the contracts'; ``problems`` is what is wrong in files by themselves; ``objectives``, ``metrics`` and
    ``calendar`` are None if they cannot be read, ``lock`` if there is none, ``compiled`` if nothing was compiled. A
    rule says nothing of what it cannot know. ``today`` is the local day on which targets may have run out.
    """

    folder: Path
    loaded: Loaded
    problems: tuple[Problem, ...]
    objectives: frozenset[str] | None
    metrics: frozenset[str] | None
    calendar: Calendar | None
    today: date
    lock: Lock | None
    lock_file: Path
    compiled: Compiled | None = None

    @property
    def contracts(self) -> tuple[Contract, ...]:
        """The contracts that can be read."""
        return self.loaded.contracts

    def kpis(self) -> Iterator[tuple[Contract, Kpi]]:
        """Every KPI with its contract; tracked metrics are left out."""
        for contract in self.contracts:
            if isinstance(contract.body, Kpi):
                yield contract, contract.body

    def active(self) -> Iterator[tuple[Contract, Kpi]]:
        """Every KPI that is on a scorecard: no drafts, none that retired."""
        return ((contract, kpi) for contract, kpi in self.kpis() if kpi.lifecycle == "active")

    def departments(self) -> dict[str, list[tuple[Contract, Kpi]]]:
        """Active KPIs by department; ``company`` is a level and left out. Empty if a file could not be read whole."""
        if not self.loaded.complete:
            return {}
        names = dict.fromkeys(c.department for c in self.contracts if c.department != "company")
        return {name: [(c, kpi) for c, kpi in self.active() if c.department == name] for name in names}

    def changes(self) -> tuple[Change, ...]:
        """Every contract beside its locked definition; empty if there is no lock or nothing was compiled."""
        if self.lock is None or self.compiled is None:
            return ()
        return tuple(compare(self.lock, self.contracts, self.compiled.definitions))

    def of_department(self, department: str, message: str) -> Problem:
        """A problem of a whole department, where its file names it."""
        first = next(contract for contract in self.contracts if contract.department == department)
        return Problem(first.file, first.lines.get(("department",), 1), department, message)
