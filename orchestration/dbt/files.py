"""Which files an assembled dbt project is made of, and how its folder is made to hold exactly those."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from orchestration.company import REPOSITORY, Company
from orchestration.dbt.freshness import with_freshness
from orchestration.dbt.undeclared_sources import UNDECLARED, undeclared_sources
from orchestration.personal_data.salt import salt_fingerprint

SHIPPED = REPOSITORY / "dbt_project"
NOT_COPIED = {"target", "logs", "dbt_packages", "__pycache__", ".user.yml"}
GENERATED = "models/kpi/generated"
SEMANTIC = "models/semantic/"
STAGING = "models/staging/"
EXPOSURES = "models/exposures.yml"
REFERENCE = re.compile(r"""\bref\(\s*['"](\w+)['"]\s*\)""")


def inputs(company: Company) -> dict[str, Path]:
    """Map every file of the assembled project to the file that it is a copy of."""
    files = {
        path: file
        for path, file in _files(SHIPPED)
        if not path.startswith((SEMANTIC, STAGING))
        and not (company.replaces_definitions and path.startswith(GENERATED))
    }
    files |= {f"{STAGING}{path}": file for path, file in _files(company.staging)}
    files |= {f"{SEMANTIC}{path}": file for path, file in _files(company.semantic)}
    return files


def fingerprint(company: Company, files: Mapping[str, Path], variables: str) -> str:
    """Hash everything that the assembled, compiled and parsed project follows from."""
    compiler = {
        f"metrics/{path}": file for path, file in _files(REPOSITORY / "metrics") if path.endswith((".py", ".jinja"))
    }
    contracts = {f"kpis/{path}": file for path, file in _files(company.kpis)}
    contracts |= {"kpis.lock": company.kpis_lock} if company.kpis_lock.exists() else {}
    digest = hashlib.sha256(variables.encode())
    for part in (version("dbt-core"), version("dbt-duckdb"), str(company.dbt_project), salt_fingerprint() or ""):
        digest.update(part.encode())
    for path, file in sorted({**files, **compiler, **contracts}.items()):
        digest.update(path.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def without_generated(files: Mapping[str, Path]) -> dict[str, Path]:
    """Leave out the generated models, what refers to one (models and tests with their YAML), and who reads the mart."""
    left = {path: file for path, file in files.items() if not path.startswith(GENERATED) and path != EXPOSURES}
    refers = {path: set(REFERENCE.findall(file.read_text())) for path, file in left.items() if path.endswith(".sql")}
    while True:
        provided = {Path(path).stem for path in left if path.endswith(".sql")}
        lost = [path for path in left if refers.get(path, set()) - provided]
        if not lost:
            return left
        for path in lost:
            del left[path]
            left.pop(str(Path(path).with_suffix(".yml")), None)  # its unit tests would look for the model


def copy(files: Mapping[str, Path], folder: Path, variables: str = "{}", generated_too: bool = False) -> None:
    """Make ``folder`` hold the files; unchanged ones are not written, so that dbt need not parse them again.

    Generated models stay as they are where ``files`` has none: the last ones are most likely the next ones.
    A changed semantic model is the exception to the first rule: dbt would go on with metrics that are gone.
    Sources get the freshness that ``variables``, the text of dbt's --vars, says; those that no YAML names are added.
    """
    if _semantic(files) != _semantic(dict(_files(folder))):
        forget_parse(folder)
    kept = not generated_too and not any(path.startswith(GENERATED) for path in files)
    for path, file in list(_files(folder)):
        if path not in files and not path.startswith(".") and not (kept and path.startswith(GENERATED)):
            file.unlink()
    for path, file in files.items():
        _write(folder / path, _content(path, file, folder, variables))
    undeclared = undeclared_sources((file for path, file in files.items() if path.startswith(STAGING)), variables)
    if undeclared:
        _write(folder / UNDECLARED, with_freshness(undeclared, variables).encode())


def forget_parse(folder: Path) -> None:
    """Make dbt parse every file the next time."""
    (folder / "target" / "partial_parse.msgpack").unlink(missing_ok=True)


def _semantic(files: Mapping[str, Path]) -> dict[str, bytes]:
    return {path: file.read_bytes() for path, file in files.items() if path.startswith(SEMANTIC)}


def _content(path: str, file: Path, folder: Path, variables: str) -> bytes:
    content = file.read_bytes()
    if path.startswith(STAGING) and path.endswith((".yml", ".yaml")):
        content = with_freshness(content.decode(), variables).encode()
    if path == "profiles.yml":  # so that `mf query` in the assembled project finds the company's data
        content = content.replace(b"'../data'", f"'{folder.parent}'".encode())
    return content


def _write(target: Path, content: bytes) -> None:
    if not target.is_file() or target.read_bytes() != content:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    for parent, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in NOT_COPIED]
        for name in names:
            if name not in NOT_COPIED and not name.endswith((".duckdb", ".pyc")):
                file = Path(parent) / name
                yield file.relative_to(folder).as_posix(), file
