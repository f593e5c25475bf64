"""Errors that are the user's to fix: the command prints their message and nothing else."""

from __future__ import annotations

from pathlib import Path


class UsageError(ValueError):
    """A wrong argument, folder or declaration; the message says what, where and what is allowed."""


class BuildError(Exception):
    """A definition or model that cannot be built: nothing is published; the message says what and where."""


def shown(path: Path) -> str:
    """Return a path as the user would write it from where they stand."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)
