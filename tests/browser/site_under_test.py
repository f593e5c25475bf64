"""A built site as tests see it: its pages by kind, and the mart that it was built from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

LANGUAGES = ("en", "es")


@dataclass(frozen=True)
class Site:
    """``folder`` is the site's own; ``mart`` the file it was built from."""

    folder: Path
    mart: Path

    def paths(self, lang: str) -> list[str]:
        """Every page of a language, relative to the language's folder."""
        return sorted(str(file.relative_to(self.folder / lang)) for file in (self.folder / lang).rglob("*.html"))

    def samples(self, lang: str, kpis: Sequence[str] = ()) -> list[str]:
        """One page of each kind, and those of some KPIs."""
        kinds = {path.split("/")[0] if "/" in path else path: path for path in reversed(self.paths(lang))}
        return sorted({*kinds.values(), *(f"kpis/{kpi}.html" for kpi in kpis)})

    def url(self, lang: str, path: str) -> str:
        """Where a browser finds a page."""
        return (self.folder / lang / path).as_uri()

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Query the mart."""
        with duckdb.connect(str(self.mart), read_only=True) as con:
            return con.execute(sql).fetchall()
