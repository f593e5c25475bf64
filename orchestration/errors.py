"""Errors that are the user's to fix: the command prints their message and nothing else."""

from __future__ import annotations


class UsageError(ValueError):
    """A wrong argument, folder or declaration; the message says what, where and what is allowed."""
