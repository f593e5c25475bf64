"""The dbt project that a run executes: the repository's models with the company's own files and its compiled KPIs.

It is a copy in the company's run-time folder, made only when something that it is made from changed.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from orchestration.company import Company
from orchestration.dbt.command import parse
from orchestration.dbt.files import GENERATED, SEMANTIC, copy, fingerprint, forget_parse, inputs, without_generated
from orchestration.dbt.freshness import freshness_limits
from orchestration.dbt.manifest import declared_columns
from orchestration.declarations.sources import Sources, load_sources
from orchestration.errors import BuildError, shown
from orchestration.personal_data.staging import check_staging_of_personal_data


@dataclass(frozen=True)
class DbtProject:
    """An assembled and parsed project; ``variables`` is the text of dbt's --vars."""

    folder: Path
    data: Path
    variables: str
    fingerprint: str

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest.json that dbt wrote when it parsed."""
        return json.loads((self.folder / "target" / "manifest.json").read_text())

    @cached_property
    def semantic_manifest(self) -> str:
        """The text of semantic_manifest.json: what dbt's semantic layer is made of."""
        return (self.folder / "target" / "semantic_manifest.json").read_text()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep others from assembling the project anew for the time that dbt reads it."""
        with _locked(self.folder, fcntl.LOCK_SH):
            if _stored_fingerprint(self.folder) != self.fingerprint:
                raise BuildError("the definitions changed while this run was waiting; run again")
            _ = self.semantic_manifest  # kept as this run's: afterwards it may be that of other definitions
            yield


def prepare(company: Company) -> DbtProject:
    """Assemble, compile and parse the company's project, or find that nothing changed since that was done.

    Raises:
        UsageError: sources.yml is wrong.
        BuildError: a definition, a model or a contract is wrong; the message names file and line.
    """
    sources = load_sources(company.sources_path)
    files = inputs(company)
    _check_staging(company, sources, files)
    check_staging_of_personal_data(sources, files)
    variables = dbt_variables(company, sources)
    folder, data = company.dbt_project, company.warehouse.parents[1]
    project = DbtProject(folder, data, variables, fingerprint(company, files, variables))
    if _stored_fingerprint(folder) != project.fingerprint:
        with _locked(folder, fcntl.LOCK_EX):
            _assemble(company, project, files)
    return project


def dbt_variables(company: Company, sources: Sources) -> str:
    """Return dbt's --vars: the same text for the same declarations, since another text costs a full parse."""
    values = {
        "sources": sources.dbt_vars_sources(),
        "entities": sources.entities(),
        "holds": held_constants(sources),
        "freshness": freshness_limits(sources),
        "calendar": _calendar(company).as_var(),
    }
    return json.dumps(values, sort_keys=True)


def held_constants(sources: Sources) -> dict[str, dict[str, dict[str, list[str]]]]:
    """Return entity → system.table → column → the values that all rows of the table have, of tables that say so."""
    found: dict[str, dict[str, dict[str, list[str]]]] = {}
    for table in sources.tables():
        if table.entity and table.holds:
            held = {column: list(values) for column, values in table.holds.items()}
            found.setdefault(table.entity, {})[f"{table.system}.{table.name}"] = held
    return found


def compiled_models(company: Company, target: Path) -> dict[str, str]:
    """Compile the company's KPIs against the semantic manifest in ``target``: file name → SQL.

    Raises:
        BuildError: every problem of the contracts, a line each; or a meaning that changed without a new version.
    """
    from metrics.compiler import compile_kpis
    from metrics.compiler.definitions import compiled_definitions
    from metrics.contracts import load_contracts
    from metrics.lock import check_lock, read_lock
    from metrics.problems import DefinitionError

    manifest = json.loads((target / "semantic_manifest.json").read_text())
    columns = declared_columns(json.loads((target / "manifest.json").read_text()))
    try:
        contracts = load_contracts(company.kpis)
        models = compile_kpis(manifest, contracts, _calendar(company), company.semantic, columns)
        check_lock(read_lock(company.kpis_lock), contracts, compiled_definitions(manifest, contracts))
        return models
    except DefinitionError as error:
        raise BuildError(str(error)) from None


def parse_definitions(company: Company) -> Path:
    """Assemble and parse what the KPIs are compiled from, and return the folder of its semantic manifest.

    Raises:
        BuildError: a model or a semantic model is wrong.
    """
    files = inputs(company)
    variables = dbt_variables(company, load_sources(company.sources_path))
    project = DbtProject(company.dbt_project, company.warehouse.parents[1], variables, "")
    with _locked(project.folder, fcntl.LOCK_EX):
        if _stored_fingerprint(project.folder) != fingerprint(company, files, variables):
            (project.folder / ".fingerprint").unlink(missing_ok=True)
            _parse_definitions(project, files)
    return project.folder / "target"


def with_original_paths(company: Company, message: str) -> str:
    """Name, in a message of dbt, the files that people edit instead of their copies."""
    return _with_original_paths(message, inputs(company))


def _calendar(company: Company) -> Any:
    from metrics.calendar import load_calendar
    from metrics.problems import DefinitionError

    try:
        return load_calendar(company.calendar)
    except DefinitionError as error:
        raise BuildError(str(error)) from None


def _stored_fingerprint(folder: Path) -> str | None:
    try:
        return (folder / ".fingerprint").read_text()
    except OSError:
        return None


def _check_staging(company: Company, sources: Sources, files: Mapping[str, Path]) -> None:
    """Refuse a table that feeds an entity without a model that stages it; dbt would blame the entity."""
    provided = {Path(path).stem for path in files if path.startswith("models/staging/")}
    lacking = [
        f"{sources.path}: {table.system}.{table.name}: feeds {table.entity} but has no staging model; write "
        f"{company.staging / table.system / f'stg_{table.system}__{table.name}.sql'}"
        for table in sources.tables()
        if table.entity and f"stg_{table.system}__{table.name}" not in provided
    ]
    if lacking:
        raise BuildError("\n".join(lacking))


def _assemble(company: Company, project: DbtProject, files: Mapping[str, Path]) -> None:
    folder = project.folder
    if _stored_fingerprint(folder) == project.fingerprint:
        return  # another process was faster
    (folder / ".fingerprint").unlink(missing_ok=True)
    from metrics.compiler import write_models

    whole = _parse_definitions(project, files)
    generated = compiled_models(company, folder / "target")
    copy(files, folder, project.variables)
    if write_models(generated, folder / GENERATED) or not whole:
        _parse(project, files)
    (folder / ".fingerprint").write_text(project.fingerprint)


def _parse_definitions(project: DbtProject, files: Mapping[str, Path]) -> bool:
    """Parse so that the semantic manifest is there, and tell whether that parse had every model.

    Generated models of older definitions, or none at all, must not be in the way: if so, it is parsed without them.
    """
    _check_semantic(files)
    copy(files, project.folder, project.variables)
    try:
        _parse(project, files)
    except BuildError:
        copy(without_generated(files), project.folder, project.variables, generated_too=True)
        _parse(project, files)
        return False
    return True


def _check_semantic(files: Mapping[str, Path]) -> None:
    from metrics.problems import DefinitionError
    from metrics.semantic_check import check_semantic_files

    try:
        check_semantic_files(
            file
            for path, file in sorted(files.items())
            if path.startswith(SEMANTIC) and path.endswith((".yml", ".yaml"))
        )
    except DefinitionError as error:
        raise BuildError(str(error)) from None


def _parse(project: DbtProject, files: Mapping[str, Path]) -> None:
    try:
        parse(project.folder, project.data, project.variables)
    except BuildError as error:
        forget_parse(project.folder)  # it may be what dbt kept of an older project that is wrong
        raise BuildError(_with_original_paths(str(error), files)) from None


def _with_original_paths(message: str, files: Mapping[str, Path]) -> str:
    for path, file in sorted(files.items(), key=lambda item: -len(item[0])):
        if path in message:
            message = message.replace(path, shown(file))
    return message


@contextmanager
def _locked(folder: Path, kind: int) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, kind)
        yield
