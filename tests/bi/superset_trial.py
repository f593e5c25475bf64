"""Install Apache Superset in a scratch environment, let it read the published mart, and print what it saw.

    .venv/bin/python -m tests.bi.superset_trial [data/published/kpi_mart.duckdb]

With KPI_POSTGRES_URL it also reads what `kpi publish --to postgres` wrote there. Nothing of it stays. See docs/bi.md.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

CLIENT = Path(__file__).with_name("superset_client.py")
PACKAGES = (
    "apache-superset==6.1.0",
    "duckdb<2",  # duckdb-engine knows no newer one yet; it reads what 2.0 wrote in the 1.5 format
    "duckdb-engine",
    "psycopg2-binary",
    "rich",  # these four Superset needs and does not pin
    "cachetools",
    "flask-caching<2.4",
    "marshmallow<4",
)
CONFIG = """\
SECRET_KEY = {secret!r}
SQLALCHEMY_DATABASE_URI = "sqlite:///{folder}/superset.db"
PREVENT_UNSAFE_DB_CONNECTIONS = False  # a database that is a file counts as unsafe
WTF_CSRF_ENABLED = False  # nobody but this script speaks to it
"""
READ_ONLY = {"engine_params": {"connect_args": {"read_only": True}}}


def mart_file(file: Path) -> dict[str, Any]:
    """The published file as Superset is told of it."""
    uri = f"duckdb:///{file.absolute()}"
    return {"database_name": "kpi mart", "sqlalchemy_uri": uri, "extra": json.dumps(READ_ONLY), "schema": "main"}


def postgres(url: str, schema: str = "kpi_mart") -> dict[str, Any]:
    """The copy in PostgreSQL as Superset is told of it."""
    uri = "postgresql+psycopg2://" + url.partition("://")[2]
    return {"database_name": "kpi mart in PostgreSQL", "sqlalchemy_uri": uri, "schema": schema}


def trial(folder: Path, databases: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Install Superset in a folder and return what it sees of each database: see superset_client.seen."""
    environment = _installed(folder)
    password = secrets.token_hex()
    admin = ("--username", "admin", "--password", password, "--firstname", "A", "--lastname", "B", "--email", "a@b.c")
    for command in (("db", "upgrade"), ("fab", "create-admin", *admin), ("init",)):
        _run(environment, folder / "bin" / "superset", *command)
    asked = {"password": password, "databases": databases}
    return json.loads(_run(environment, folder / "bin" / "python", CLIENT, told=json.dumps(asked)).splitlines()[-1])


def _installed(folder: Path) -> dict[str, str]:
    """Make the environment, and return the variables that Superset wants."""
    _run(dict(os.environ), sys.executable, "-m", "uv", "venv", "--quiet", folder)
    python = folder / "bin" / "python"
    _run(dict(os.environ), sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", python, *PACKAGES)
    config = folder / "superset_config.py"
    config.write_text(CONFIG.format(secret=secrets.token_hex(), folder=folder))
    return {**os.environ, "SUPERSET_CONFIG_PATH": str(config), "FLASK_APP": "superset.app:create_app()"}


def _run(environment: Mapping[str, str], *command: str | Path, told: str = "") -> str:
    done = subprocess.run(command, env=environment, input=told, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} {command[1]} failed:\n{done.stderr[-4000:]}")
    return done.stdout


def main() -> None:
    """Try the given mart, or the sample company's."""
    file = Path(sys.argv[1] if sys.argv[1:] else "data/published/kpi_mart.duckdb")
    url = os.environ.get("KPI_POSTGRES_URL")
    with tempfile.TemporaryDirectory() as folder:
        found = trial(Path(folder), [mart_file(file), *([postgres(url)] if url else [])])
    print(json.dumps(found, indent=2, ensure_ascii=False))


if __name__ == "__main__":
    main()
