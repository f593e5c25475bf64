"""A PostgreSQL server of the tests' own: a new cluster on a Unix socket, gone when they end."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from adbc_driver_postgresql import dbapi

from tests import tools

USERS = ("postgres", "nobody")  # the server refuses to run as root
OWNER = "owner"
# everybody but the owner has a password
ACCESS = f"local all {OWNER} trust\nlocal all all scram-sha-256\n"
SETTINGS = "-c listen_addresses='' -c fsync=off -c max_connections=120 -c unix_socket_directories={}"


@dataclass(frozen=True)
class Server:
    """A running cluster; ``folder`` holds its socket."""

    folder: Path

    def url(self, database: str = "postgres", user: str = OWNER, password: str = "") -> str:
        """Where to connect to."""
        secret = f":{quote(password, safe='')}" if password else ""
        return f"postgresql://{user}{secret}@/{database}?host={self.folder}"

    def new_database(self, name: str, template: str = "template1") -> str:
        """Create a database, empty or like another; returns its URL."""
        create = f'create database "{name}" template "{template}"'
        run(self.url(), f'drop database if exists "{name}" with (force)', create)
        return self.url(name)


def run(url: str, *statements: str) -> None:
    """Execute statements, each in a transaction of its own."""
    with dbapi.connect(url, autocommit=True) as connection, connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def ask(url: str, query: str) -> list[tuple]:
    """Return the rows of a query."""
    with dbapi.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall()


@contextmanager
def serving() -> Iterator[Server]:
    """Make a cluster and run it for the block."""
    programs = tools.postgres()
    folder = Path(tempfile.mkdtemp(prefix="kpi-pg-"))
    user = _server_user()
    if user:
        shutil.chown(folder, user)
    try:
        _as(user, programs / "initdb", "-D", folder / "data", "-U", OWNER, "--encoding=UTF8", "--locale=C", "--no-sync")
        (folder / "data" / "pg_hba.conf").write_text(ACCESS)
        control = (programs / "pg_ctl", "-D", folder / "data", "-w")
        _as(user, *control, "-l", folder / "log", "-o", SETTINGS.format(folder), "start")
        try:
            yield Server(folder)
        finally:
            _as(user, *control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _server_user() -> str | None:
    """Whom the server runs as: oneself, but not root."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(user for user in USERS if user in known)


def _as(user: str | None, *command: object) -> None:
    """Run a program as a user, or as oneself; what it says is shown if it fails."""
    other = {"user": user, "group": pwd.getpwnam(user).pw_gid, "extra_groups": []} if user else {}
    done = subprocess.run(
        [str(part) for part in command], cwd="/", stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, check=False, **other,
    )  # fmt: skip
    assert done.returncode == 0, f"{command[0]}: {done.stdout}"
