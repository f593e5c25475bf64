"""Errors that are the user's to fix: the command prints their message and nothing else."""

from __future__ import annotations


class UsageError(ValueError):
    """A wrong argument, folder or declaration; the message says what, where and what is allowed."""


class BuildError(Exception):
    """A definition or model that cannot be built: nothing is published; the message says what and where."""
