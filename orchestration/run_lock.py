"""One run at a time may write a company's warehouse: an exclusive lock that the system frees when its holder dies."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path


class LockHeldError(Exception):
    """Another run holds the lock and this one was told not to wait."""


@dataclass(frozen=True)
class Holder:
    """Who holds a lock: ``started_at`` is an ISO timestamp in UTC, ``company`` the company's folder."""

    run_id: str
    pid: int
    started_at: str
    company: str

    def __str__(self) -> str:
        return f"run {self.run_id[:8]} (pid {self.pid}, since {self.started_at})"


@contextmanager
def hold(path: Path, holder: Holder, wait: bool = True, on_wait: Callable[[str], None] = print) -> Iterator[None]:
    """Hold the lock at ``path``, and tell others who does.

    Raises:
        LockHeldError: the lock is taken and ``wait`` is False.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        _acquire(descriptor, path, wait, on_wait)
        _write(descriptor, holder)
        yield
    finally:
        os.close(descriptor)


def read_holder(path: Path) -> Holder | None:
    """Return who wrote the lock file last, or None where it says nothing readable."""
    try:
        return Holder(**json.loads(path.read_text()))
    except (OSError, ValueError, TypeError):
        return None


def is_held(path: Path) -> bool:
    """Tell whether some process holds the lock now."""
    if not path.exists():
        return False
    descriptor = os.open(path, os.O_RDWR)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _acquire(descriptor: int, path: Path, wait: bool, on_wait: Callable[[str], None]) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = read_holder(path) or "another run"
        if not wait:
            raise LockHeldError(f"{holder} holds {path}; run again when it has ended, or without --no-wait") from None
        on_wait(f"waiting for {holder}")
        fcntl.flock(descriptor, fcntl.LOCK_EX)


def _write(descriptor: int, holder: Holder) -> None:
    text = json.dumps(asdict(holder)).encode()
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, text, 0)
    os.fsync(descriptor)
