"""A generated company as its tests see it, and what its sources.yml declares."""

import json
from datetime import date
from pathlib import Path

import duckdb
import yaml

from data.sample_company.company import generate
from data.sample_company.faults import NAMES
from data.sample_company.plan import Plan

SCALE = 0.05
SOURCES = yaml.safe_load((Path(__file__).parents[2] / "data" / "sources.yml").read_text())["systems"]
TABLES = [(system, name) for system, spec in SOURCES.items() for name in spec["tables"]]
_TYPES = {"integer": "BIGINT", "decimal": "DECIMAL(18,6)", "string": "VARCHAR"}


class Company:
    """A generated company; SQL sees each extract as a table ``<system>_<table>`` with a column ``file``."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.truth = json.loads((folder / "truth.json").read_text())
        self._database = duckdb.connect(config={"threads": 1})
        self._database.execute("set timezone = 'UTC'")
        self._unread = {f"{system}_{table}": SOURCES[system]["tables"][table] for system, table in TABLES}

    def _read(self, name: str, spec: dict) -> None:
        files = f"{self.folder}/{spec['path'].removeprefix('extracts/')}"
        reader = {
            "csv": f"read_csv('{files}', all_varchar = true, auto_detect = false, header = true, filename = 'file', "
            f"columns = {dict.fromkeys(spec['columns'], 'VARCHAR')})",
            "parquet": f"read_parquet('{files}', filename = 'file', union_by_name = true)",
        }.get(files.rpartition(".")[2], f"read_json('{files}', filename = 'file', format = 'newline_delimited')")
        types = {column: kind["type"] if isinstance(kind, dict) else kind for column, kind in spec["columns"].items()}
        columns = ", ".join(f"cast({n} as {_TYPES.get(t, t)}) as {n}" for n, t in types.items())
        self._database.execute(f"create table {name} as select {columns}, file from {reader}")

    def rows(self, sql: str) -> list[tuple]:
        for name in [name for name in self._unread if name in sql]:
            self._read(name, self._unread.pop(name))
        return self._database.execute(sql).fetchall()

    def value(self, sql: str):
        return self.rows(sql)[0][0]

    def newest(self, table: str, key: str) -> str:
        """SQL of the newest version per key, as staging will see it."""
        return f"(select * from {table} qualify row_number() over (partition by {key} order by updated_at desc) = 1)"


def make(folder: Path, faults=NAMES, seed: int = 7, scale: float = SCALE, end: date = date(2026, 9, 30)) -> Path:
    return generate(Plan(seed=seed, scale=scale, end=end, active=frozenset(faults)), folder)
