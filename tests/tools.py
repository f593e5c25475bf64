"""What tests need beside Python: Chromium with fonts, and PostgreSQL; `make tools` installs what is missing."""

from __future__ import annotations

import contextlib
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

POSTGRES = ("initdb", "pg_ctl", "postgres")
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# for a Chromium that runs without a screen, as any user, and asks nobody anything
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
CLUSTERS = Path("/etc/postgresql-common/createcluster.d/kpi-mart-tests.conf")
ELSEWHERE = """\
The tests need, beside Python:
{missing}
This is not Debian, so install them by the package manager of this system and start again.
Chromium elsewhere than on the PATH is named by KPI_CHROMIUM, PostgreSQL's programs by KPI_POSTGRES_BIN.
"""
NO_ROOT = """\
The tests need packages that only root may install here, and sudo asks for a password. Run once:
  sudo apt-get update && sudo apt-get install --no-install-recommends {packages}
"""


class ToolMissingError(Exception):
    """A program that tests need is not on this machine."""


def chromium() -> Path:
    """Return the browser that KPI_CHROMIUM names, else the first on the PATH.

    Raises:
        ToolMissingError: there is none.
    """
    names = (os.environ["KPI_CHROMIUM"],) if os.environ.get("KPI_CHROMIUM") else CHROMIUM
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        raise ToolMissingError(f"no Chromium ({', '.join(names)}): run `make tools`, or name one by KPI_CHROMIUM")
    return Path(found)


def postgres() -> Path:
    """Return the folder of PostgreSQL's programs: KPI_POSTGRES_BIN, else the PATH's, pg_config's or Debian's newest.

    Raises:
        ToolMissingError: none has them all.
    """
    named = os.environ.get("KPI_POSTGRES_BIN")
    candidates = [Path(named)] if named else _postgres_folders()
    for folder in candidates:
        if all((folder / program).exists() for program in POSTGRES):
            return folder
    raise ToolMissingError("no PostgreSQL server: run `make tools`, or name the folder of initdb by KPI_POSTGRES_BIN")


def _postgres_folders() -> Iterator[Path]:
    if on_path := shutil.which(POSTGRES[0]):
        yield Path(on_path).parent
    if asked := shutil.which("pg_config"):
        yield Path(subprocess.check_output([asked, "--bindir"], text=True).strip())
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    yield from sorted(debian, key=lambda folder: float(folder.parent.name), reverse=True)


def shapes() -> None:
    """See that a font has the shapes that statuses are told by.

    Raises:
        ToolMissingError: none has them all.
    """
    listed = shutil.which("fc-list")
    if not listed or not subprocess.check_output([listed, ":charset=25cf 25b2 25a0 25cb 2713", "family"]):
        raise ToolMissingError("no font with ● ▲ ■ ○ ✓, or no fontconfig to ask: run `make tools`")


# What is looked for, what it is to people, and Debian's packages of it.
TOOLS = (
    (chromium, "Chromium or Chrome", ("chromium", "fonts-liberation")),
    (shapes, "fontconfig and a font with ● ▲ ■ ○ ✓, such as DejaVu Sans", ("fontconfig", "fonts-dejavu-core")),
    (postgres, "the PostgreSQL server, 15 or newer", ("postgresql",)),
)


def missing() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield what is not on this machine, as (what it is, Debian's packages)."""
    for look, told, packages in TOOLS:
        try:
            look()
        except ToolMissingError:
            yield told, packages


def install() -> int:
    """Install what is missing; returns the exit code."""
    lacking = list(missing())
    if not lacking:
        return 0
    if not _is_debian():
        print(ELSEWHERE.format(missing="\n".join(f"  - {told}" for told, _ in lacking)), file=sys.stderr)
        return 1
    packages = [package for _, found in lacking for package in found]
    root = _as_root()
    if root is None:
        print(NO_ROOT.format(packages=" ".join(packages)), file=sys.stderr)
        return 1
    print(f"Installing {', '.join(packages)} for the tests …")
    with _without_a_cluster(root):
        _apt(root, "update")
        _apt(root, "install", "--yes", "--no-install-recommends", *packages)
    still = [told for told, _ in missing()]
    if still:
        print(f"Still missing after the installation: {'; '.join(still)}", file=sys.stderr)
    return 1 if still else 0


def _is_debian() -> bool:
    try:
        return platform.freedesktop_os_release()["ID"] == "debian" and bool(shutil.which("apt-get"))
    except OSError:
        return False


def _as_root() -> tuple[str, ...] | None:
    """What makes a command root's; None where nothing does without a password."""
    if os.geteuid() == 0:
        return ()
    sudo = shutil.which("sudo")
    free = sudo and subprocess.run([sudo, "-n", "true"], capture_output=True, check=False).returncode == 0
    return (sudo, "-n") if sudo and free else None


def _apt(root: tuple[str, ...], *arguments: str) -> None:
    command = [*root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet=2", *arguments]
    if subprocess.run(command, check=False).returncode:
        raise SystemExit(f"failed: {' '.join(command)}")


@contextlib.contextmanager
def _without_a_cluster(root: tuple[str, ...]) -> Iterator[None]:
    """Keep Debian from making and starting a database: tests start their own."""
    subprocess.run([*root, "mkdir", "-p", str(CLUSTERS.parent)], check=True)
    subprocess.run(
        [*root, "tee", str(CLUSTERS)], input=b"create_main_cluster = false\n", check=True, stdout=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        subprocess.run([*root, "rm", "-f", str(CLUSTERS)], check=True)


if __name__ == "__main__":
    sys.exit(install())
