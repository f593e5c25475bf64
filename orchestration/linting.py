"""What `kpi lint` looks at: a company's definitions, and what the compiler makes of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from orchestration.company import Company
from orchestration.dbt.manifest import declared_columns
from orchestration.dbt.project import parse_definitions
from orchestration.errors import BuildError, shown

if TYPE_CHECKING:
    from metrics.contracts import Contract
    from metrics.lint.definitions import Compiled, Definitions
    from metrics.problems import Problem


def read(company: Company) -> Definitions:
    """Read a company's definition files as far as they can be read."""
    from metrics.lint.reading import Places, read_definitions

    definitions = (company.kpis, company.objectives, company.semantic, company.calendar)
    places = Places(*definitions, company.kpis_lock, company.actions, company.check_ins, company.has_goals)
    found = read_definitions(places, datetime.now(UTC).date())
    return replace(found, problems=(*found.problems, *_wrong_alerts(company, found)))


def compiled(company: Company, definitions: Definitions) -> Definitions:
    """Add what the compiler says; nothing is added if the semantic models or the calendar cannot be read."""
    if definitions.metrics is None or definitions.calendar is None:
        return definitions
    return replace(definitions, compiled=_compile(company, definitions))


def _wrong_alerts(company: Company, definitions: Definitions) -> Sequence[Problem]:
    """Return what is wrong in the company's alerts.yml."""
    from metrics.alerting import load_alerting
    from metrics.problems import DefinitionError

    known = {contract.name for contract in definitions.contracts}
    try:
        load_alerting(company.alerts, known if company.has_alerts and definitions.loaded.complete else None)
    except DefinitionError as error:
        return error.problems
    return ()


def next_lock(definitions: Definitions) -> str:
    """Return the text of the lock that holds these definitions.

    Raises:
        BuildError: they are wrong, were not compiled, or changed in a way that no lock may take; a line for each.
    """
    from metrics.lock import approve
    from metrics.problems import DefinitionError

    result = definitions.compiled
    wrong = (*definitions.problems, *(result.refusals if result else ()))
    if wrong or result is None:
        raise BuildError("\n".join(map(str, wrong)) or "nothing was compiled")
    try:
        return approve(definitions.lock, definitions.contracts, result.definitions)
    except DefinitionError as error:
        raise BuildError(str(error)) from None


def renewed_lock(company: Company) -> str | None:
    """Return what the company's lock should hold now, or None if it has none.

    Raises:
        BuildError: as for ``next_lock``.
    """
    return next_lock(compiled(company, read(company))) if company.kpis_lock.exists() else None


def _compile(company: Company, definitions: Definitions) -> Compiled:
    from metrics.compiler.definitions import compiled_definitions
    from metrics.lint.definitions import Compiled
    from metrics.problems import Problem
    from metrics.semantic_check import named_in

    contracts = [item for item in definitions.contracts if item.body.metric in (definitions.metrics or ())]
    try:
        target = parse_definitions(company)
    except BuildError as error:
        named = named_in(sorted(company.semantic.glob("*.yml")), str(error))
        return Compiled({}, (named or Problem(shown(company.semantic), 1, "dbt", str(error)),))
    manifest = json.loads((target / "semantic_manifest.json").read_text())
    columns = declared_columns(json.loads((target / "manifest.json").read_text()))
    refusals = _refusals(manifest, columns, contracts, company, definitions)
    return Compiled(compiled_definitions(manifest, contracts), refusals)


def _refusals(
    manifest: dict[str, Any],
    columns: dict[str, list[str]],
    contracts: list[Contract],
    company: Company,
    definitions: Definitions,
) -> tuple[Problem, ...]:
    from metrics.compiler import CompileError, compile_kpis

    if not contracts or definitions.calendar is None:
        return ()
    try:
        compile_kpis(manifest, contracts, definitions.calendar, company.semantic, columns)
    except CompileError as error:
        return error.problems
    return ()
