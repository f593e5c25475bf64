"""What the author of a KPI works with: the company's definitions, read once."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.cli.defining.interview import Interview
from orchestration.errors import BuildError, shown

if TYPE_CHECKING:
    from rich.console import Console

    from metrics.authoring.contract_files import ContractFiles
    from metrics.authoring.drafts import Draft
    from metrics.authoring.gaps import Gaps
    from metrics.authoring.proposals import Proposals
    from metrics.contracts import Objective
    from orchestration.company import Company


@dataclass(frozen=True)
class Workspace:
    """A company's contract files, metrics, objectives and entities."""

    files: ContractFiles
    proposals: Proposals
    objectives: tuple[Objective, ...]
    gaps: Gaps

    @classmethod
    def of(cls, company: Company) -> Workspace:
        """Read a company's definitions.

        Raises:
            BuildError: what is there already is wrong, with file and line.
        """
        from metrics.problems import DefinitionError
        from orchestration.dbt.project import parse_definitions

        try:
            return _read(company, parse_definitions(company) / "semantic_manifest.json")
        except DefinitionError as error:
            raise BuildError(str(error)) from None

    def interview(self, console: Console, draft: Draft) -> Interview:
        """Return a conversation about a draft."""
        return Interview(console, draft, self.files, self.proposals, self.objectives, self.gaps)


def _read(company: Company, manifest: Path) -> Workspace:
    from metrics.authoring.checks import Compiles, KeepsToRules
    from metrics.authoring.contract_files import ContractFiles
    from metrics.authoring.gaps import Gaps
    from metrics.authoring.proposals import Proposals
    from metrics.calendar import load_calendar
    from metrics.contracts import load_contracts, load_objectives
    from orchestration import linting

    contracts = load_contracts(company.kpis)
    objectives = load_objectives(company.objectives)
    compiles = Compiles(manifest, load_calendar(company.calendar), company.semantic)
    checks = (KeepsToRules(linting.read(company)), compiles)
    target = company.folder / "kpis" if company.folder else company.kpis
    proposals = Proposals(manifest, contracts)
    gaps = Gaps(proposals.index, shown(company.sources_path), _fed(company), company.semantic)
    return Workspace(ContractFiles(company.kpis, target, checks), proposals, objectives, gaps)


def _fed(company: Company) -> dict[str, list[str]]:
    """Map every entity to the tables that feed it."""
    from orchestration.declarations.sources import load_sources

    entities = load_sources(company.sources_path).entities()
    return {entity: [".".join(table) for table in tables] for entity, tables in entities.items()}
