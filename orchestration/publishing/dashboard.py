"""The leadership site of a version: built from its mart, and shown with it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from dashboards.build import build
from orchestration.publishing.versions import DASHBOARD, MART


def write_dashboard(folder: Path, before: Path | None, zone: str) -> str | None:
    """Build the site of a version's mart beside it; numbers are not kept from readers because a page failed.

    Args:
        folder: the version, not shown yet.
        before: the version that is shown now, whose site stays if this one cannot be built; it says how old it is.
        zone: the company's time zone.

    Returns:
        Why there is no new site; None if there is.
    """
    try:
        build(folder / MART, folder / DASHBOARD, zone)
    except Exception as error:  # whatever it is, the mart is whole
        stays = "the last one stays" if _keep(before, folder) else "and there is none to keep"
        return f"the dashboard could not be built, {stays}: {type(error).__name__}: {error}"
    return None


def _keep(before: Path | None, folder: Path) -> bool:
    """Put the site of the version before into a version; tells whether it is there."""
    shutil.rmtree(folder / DASHBOARD, ignore_errors=True)
    if before is None or not (before / DASHBOARD).is_dir():
        return False
    try:
        shutil.copytree(before / DASHBOARD, folder / DASHBOARD, copy_function=_share)
    except OSError:
        shutil.rmtree(folder / DASHBOARD, ignore_errors=True)
        return False
    return True


def _share(file: str, name: str) -> None:
    """Give a file, which nobody changes any more, another name: a full disk may be why there is no new site."""
    try:
        os.link(file, name)
    except OSError:  # some file systems have no such names
        shutil.copy2(file, name)
