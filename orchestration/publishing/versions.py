"""Versions of what is published: one folder a run, and the symlink ``current`` that says which one readers see."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

from orchestration.durable import flush
from orchestration.publishing.facts import listed_paths

KEPT = 5
MART = "kpi_mart.duckdb"
WAREHOUSE = "warehouse.duckdb"
SEMANTIC_MANIFEST = "semantic_manifest.json"
DASHBOARD = "dashboard"
# Constant names that always lead to the current version.
NAMES = (MART, WAREHOUSE, "parquet", SEMANTIC_MANIFEST, DASHBOARD)


def current_version(published: Path) -> Path | None:
    """Return the folder of the version that readers see, None before the first."""
    current = published / "current"
    return current.resolve() if current.exists() else None


def read_files(version: Path | None) -> dict[str, Any]:
    """Return a version's files.json (run, as-of, the mart's rows and keys, newest change, facts' files); or {}."""
    try:
        return json.loads((version / "files.json").read_text()) if version else {}
    except (OSError, ValueError):
        return {}


def write_files(folder: Path, files: Mapping[str, Any]) -> None:
    """Write what ``read_files`` reads of a version that is being built."""
    (folder / "files.json").write_text(json.dumps(files, indent=1))


def published_as_of(published: Path) -> datetime | None:
    """Return the as-of of the published mart, naive UTC; None before the first."""
    as_of = read_files(current_version(published)).get("as_of")
    return datetime.fromisoformat(as_of) if as_of else None


def published_run(published: Path) -> str | None:
    """Return the run whose mart is published, None before the first."""
    return read_files(current_version(published)).get("run_id")


def published_change(published: Path) -> int:
    """Return the newest change number that the published facts contain, 0 before the first."""
    return read_files(current_version(published)).get("change_seq", 0)


def begin(published: Path, run_id: str) -> Path:
    """Make the empty folder in which a version is built aside, and clear what killed runs left."""
    versions = published / "versions"
    versions.mkdir(parents=True, exist_ok=True)
    for left_over in versions.glob(".tmp-*"):
        shutil.rmtree(left_over)
    folder = versions / f".tmp-{run_id}"
    folder.mkdir()
    return folder


@contextmanager
def forgotten_on_failure(folder: Path) -> Iterator[None]:
    """Delete what was built so far if the block fails: it may hold what must not be published."""
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def show(published: Path, folder: Path, run_id: str) -> Path:
    """Make a built folder the current version: durable first, then one rename, then one symlink swap."""
    for file in sorted(folder.rglob("*")):
        flush(file)
    flush(folder)
    version = published / "versions" / run_id
    if version.exists():  # shown before this run was killed and taken up again: readers may be in it
        version = version.with_name(f"{run_id}-{time.time_ns()}")
    folder.rename(version)
    flush(version.parent)
    _link(published / "current", Path("versions") / version.name)
    for name in NAMES:
        if not (published / name).is_symlink():
            _link(published / name, Path("current") / name)
    flush(published)
    return version


def prune(published: Path) -> None:
    """Delete all but the last ``KEPT`` versions and the current one, and fact files that none of these lists."""
    current = current_version(published)
    versions = [path for path in (published / "versions").iterdir() if not path.name.startswith(".")]
    versions.sort(key=lambda path: path.stat().st_mtime_ns, reverse=True)
    keep = set(versions[:KEPT]) | ({current} if current else set())
    for version in versions:
        if version not in keep and version.resolve() != current:
            # a name that `begin` clears, so that a kill halfway leaves no half version
            gone = version.rename(version.with_name(f".tmp-{version.name}"))
            shutil.rmtree(gone)
    used = {path for version in keep for path in listed_paths(read_files(version).get("tables", {}))}
    for file in (published / "facts").glob("*/*"):
        if str(file.relative_to(published)) not in used:
            file.unlink()


def _link(name: Path, target: Path) -> None:
    aside = name.with_name(f".{name.name}.new")
    aside.unlink(missing_ok=True)
    aside.symlink_to(target)
    aside.replace(name)
