"""The dbt project that a run executes: the repository's models with the company's own files and its compiled KPIs.

It is a copy in the company's run-time folder, made only when something that it is made from changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

from orchestration.company import REPOSITORY, Company
from orchestration.dbt_command import parse
from orchestration.errors import BuildError
from orchestration.sources import Sources, load_sources

SHIPPED = REPOSITORY / "dbt_project"
NOT_COPIED = {"target", "logs", "dbt_packages", "__pycache__", ".user.yml"}
GENERATED = "models/kpi/generated"
REFERENCE = re.compile(r"""\bref\(\s*['"](\w+)['"]\s*\)""")


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

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Keep others from assembling the project anew for the time that dbt reads it."""
        with _locked(self.folder, fcntl.LOCK_SH):
            if _stored_fingerprint(self.folder) != self.fingerprint:
                raise BuildError("the definitions changed while this run was waiting; run again")
            yield


def prepare(company: Company) -> DbtProject:
    """Assemble, compile and parse the company's project, or find that nothing changed since that was done.

    Raises:
        UsageError: sources.yml is wrong.
        BuildError: a definition, a model or a contract is wrong; the message names file and line.
    """
    sources = load_sources(company.sources_path)
    files = _inputs(company)
    variables = dbt_variables(company, sources)
    folder, data = company.dbt_project, company.warehouse.parents[1]
    project = DbtProject(folder, data, variables, _fingerprint(company, files, variables))
    if _stored_fingerprint(folder) != project.fingerprint:
        with _locked(folder, fcntl.LOCK_EX):
            _assemble(company, project, files)
    return project


def dbt_variables(company: Company, sources: Sources) -> str:
    """Return dbt's --vars: the same text for the same declarations, since another text costs a full parse."""
    values = {
        "sources": sources.dbt_vars_sources(),
        "entities": sources.entities(),
        "calendar": _calendar(company).as_var(),
    }
    return json.dumps(values, sort_keys=True)


def compiled_models(company: Company, target: Path) -> dict[str, str]:
    """Compile the company's KPIs against the semantic manifest in ``target``: file name → SQL.

    Raises:
        BuildError: every problem of the contracts, a line each.
    """
    from metrics.compiler import compile_kpis
    from metrics.contracts import load_contracts
    from metrics.problems import DefinitionError

    try:
        contracts = load_contracts(company.kpis)
        return compile_kpis(target / "semantic_manifest.json", contracts, _calendar(company), company.semantic)
    except DefinitionError as error:
        raise BuildError(str(error)) from None


def parse_definitions(company: Company) -> Path:
    """Assemble and parse what the KPIs are compiled from, and return the folder of its semantic manifest.

    Raises:
        BuildError: a model or a semantic model is wrong.
    """
    files = _inputs(company)
    variables = dbt_variables(company, load_sources(company.sources_path))
    project = DbtProject(company.dbt_project, company.warehouse.parents[1], variables, "")
    with _locked(project.folder, fcntl.LOCK_EX):
        if _stored_fingerprint(project.folder) != _fingerprint(company, files, variables):
            (project.folder / ".fingerprint").unlink(missing_ok=True)
            _parse_definitions(project, files)
    return project.folder / "target"


def with_original_paths(company: Company, message: str) -> str:
    """Name, in a message of dbt, the files that people edit instead of their copies."""
    return _with_original_paths(message, _inputs(company))


def _calendar(company: Company) -> Any:
    from metrics.calendar import load_calendar
    from metrics.problems import DefinitionError

    try:
        return load_calendar(company.calendar)
    except DefinitionError as error:
        raise BuildError(str(error)) from None


def _inputs(company: Company) -> dict[str, Path]:
    """Map every file of the assembled project to the file that it is a copy of."""
    files = {
        path: file
        for path, file in _files(SHIPPED)
        if not path.startswith(("models/semantic/", "models/staging/"))
        and not (company.replaces_definitions and path.startswith(GENERATED))
    }
    files |= {f"models/staging/{path}": file for path, file in _files(company.staging)}
    files |= {f"models/semantic/{path}": file for path, file in _files(company.semantic)}
    return files


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in NOT_COPIED]
        for name in names:
            if name not in NOT_COPIED and not name.endswith((".duckdb", ".pyc")):
                file = Path(parent) / name
                yield file.relative_to(folder).as_posix(), file


def _fingerprint(company: Company, files: Mapping[str, Path], variables: str) -> str:
    compiler = {
        f"metrics/{path}": file for path, file in _files(REPOSITORY / "metrics") if path.endswith((".py", ".jinja"))
    }
    contracts = {f"kpis/{path}": file for path, file in _files(company.kpis)}
    digest = hashlib.sha256(variables.encode())
    salt = os.environ.get("KPI_PII_SALT", "")
    for part in (version("dbt-core"), version("dbt-duckdb"), str(company.dbt_project), salt):
        digest.update(part.encode())
    for path, file in sorted({**files, **compiler, **contracts}.items()):
        digest.update(path.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _stored_fingerprint(folder: Path) -> str | None:
    try:
        return (folder / ".fingerprint").read_text()
    except OSError:
        return None


def _assemble(company: Company, project: DbtProject, files: Mapping[str, Path]) -> None:
    folder = project.folder
    if _stored_fingerprint(folder) == project.fingerprint:
        return  # another process was faster
    (folder / ".fingerprint").unlink(missing_ok=True)
    from metrics.compiler import write_models

    whole = _parse_definitions(project, files)
    generated = compiled_models(company, folder / "target")
    _copy(files, folder)
    if write_models(generated, folder / GENERATED) or not whole:
        _parse(project, files)
    (folder / ".fingerprint").write_text(project.fingerprint)


def _parse_definitions(project: DbtProject, files: Mapping[str, Path]) -> bool:
    """Parse so that the semantic manifest is there, and tell whether that parse had every model.

    Generated models of older definitions, or none at all, must not be in the way: if so, it is parsed without them.
    """
    _copy(files, project.folder)
    try:
        _parse(project, files)
    except BuildError:
        _copy(_without_generated(files), project.folder, generated_too=True)
        _parse(project, files)
        return False
    return True


def _without_generated(files: Mapping[str, Path]) -> dict[str, Path]:
    """Leave out the generated models and every model or test that refers to one, directly or not."""
    left = {path: file for path, file in files.items() if not path.startswith(GENERATED)}
    refers = {path: set(REFERENCE.findall(file.read_text())) for path, file in left.items() if path.endswith(".sql")}
    while True:
        provided = {Path(path).stem for path in left if path.endswith(".sql")}
        lost = [path for path in left if refers.get(path, set()) - provided]
        if not lost:
            return left
        for path in lost:
            del left[path]


def _parse(project: DbtProject, files: Mapping[str, Path]) -> None:
    try:
        parse(project.folder, project.data, project.variables)
    except BuildError as error:
        raise BuildError(_with_original_paths(str(error), files)) from None


def _with_original_paths(message: str, files: Mapping[str, Path]) -> str:
    for path, file in sorted(files.items(), key=lambda item: -len(item[0])):
        if path in message:
            message = message.replace(path, str(_shown(file)))
    return message


def _shown(file: Path) -> Path:
    return file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file


def _copy(files: Mapping[str, Path], folder: Path, generated_too: bool = False) -> None:
    """Make ``folder`` hold the files; unchanged ones are not written, so that dbt need not parse them again.

    Generated models stay as they are where ``files`` has none: the last ones are most likely the next ones.
    """
    kept = not generated_too and not any(path.startswith(GENERATED) for path in files)
    for path, file in list(_files(folder)):
        if path not in files and not path.startswith(".") and not (kept and path.startswith(GENERATED)):
            file.unlink()
    for path, file in files.items():
        _write(folder / path, _content(path, file, folder))


def _content(path: str, file: Path, folder: Path) -> bytes:
    content = file.read_bytes()
    if path == "profiles.yml":  # so that `mf query` in the assembled project finds the company's data
        content = content.replace(b"'../data'", f"'{folder.parent}'".encode())
    return content


def _holds(target: Path, content: bytes) -> bool:
    return target.is_file() and target.read_bytes() == content


def _write(target: Path, content: bytes) -> None:
    if not _holds(target, content):
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


@contextmanager
def _locked(folder: Path, kind: int) -> Iterator[None]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as file:
        fcntl.flock(file, kind)
        yield
