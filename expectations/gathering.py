"""Gathers numbers about columns chunk by chunk; what is gathered does not depend on where the chunks end."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

MOST_VALUES = 100  # a text column with more different values has no shares
MOST_SHARES = 20
_STEP = math.log(1.02)  # medians are right to one percent
_TINY = math.log(1e-9)
_DAY_US = 86_400_000_000
KEYS_HELD = 1_000_000
KEYS_MEMORY = "256MB"


@dataclass
class Numbers:
    """Extremes, mean and median of numbers; memory depends on their range, not on how many there are."""

    count: int = 0
    total: float = 0.0
    min: float = math.inf
    max: float = -math.inf
    buckets: Counter[int] = field(default_factory=Counter[int])

    def add(self, values: pa.ChunkedArray) -> None:
        """Take the values that are not NULL."""
        found = pc.cast(pc.drop_null(values), pa.float64()).to_numpy()
        if not len(found):
            return
        self.count += len(found)
        self.total += float(found.sum())
        self.min, self.max = min(self.min, float(found.min())), max(self.max, float(found.max()))
        size = np.maximum(np.abs(found), 1e-9)
        bucket = np.sign(found) * (1 + np.floor((np.log(size) - _TINY) / _STEP))
        self.buckets.update(_counted(bucket.astype(np.int64)))

    @property
    def median(self) -> float:
        """The value in the middle."""
        bucket = _middle(self.buckets)
        value = math.exp((abs(bucket) - 0.5) * _STEP + _TINY) if bucket else 0.0
        return min(max(math.copysign(value, bucket), self.min), self.max)


@dataclass
class Texts:
    """How often each text occurs, while there are few different ones."""

    counts: Counter[str] | None = field(default_factory=Counter[str])

    def add(self, values: pa.ChunkedArray) -> None:
        """Take the values that are not NULL."""
        if self.counts is None:
            return
        found = pc.value_counts(pc.drop_null(values))
        if len(found) <= MOST_VALUES:
            names, counts = found.field(0).to_pylist(), found.field(1).to_pylist()
            self.counts.update(dict(zip(map(str, names), counts, strict=True)))
        if len(found) > MOST_VALUES or len(self.counts) > MOST_VALUES:
            self.counts = None

    @property
    def shares(self) -> dict[str, float] | None:
        """Share of each of the most frequent values; None if there are too many."""
        if not self.counts:
            return None
        ranked = sorted(self.counts.items(), key=lambda item: (-item[1], item[0]))[:MOST_SHARES]
        return {name: count / self.counts.total() for name, count in ranked}


@dataclass
class Times:
    """On which days and at which hours rows happened, and between which moments; days from ``today`` on are not over.

    ``today`` is a day number from 1970. Hours are those of complete days.
    """

    today: int
    days: Counter[int] = field(default_factory=Counter[int])
    hours: Counter[int] = field(default_factory=Counter[int])
    oldest: int | None = None
    newest: int | None = None

    def add(self, values: pa.ChunkedArray) -> None:
        """Take the times that are not NULL."""
        moments = pc.cast(pc.drop_null(values), pa.timestamp("us")).to_numpy().astype(np.int64)
        if not len(moments):
            return
        self.oldest = int(min(moments.min(), moments.min() if self.oldest is None else self.oldest))
        self.newest = int(max(moments.max(), moments.max() if self.newest is None else self.newest))
        self.days.update(_counted(moments // _DAY_US))
        complete = moments[moments < self.today * _DAY_US]
        self.hours.update(_counted(complete // (_DAY_US // 24) % 24))

    @property
    def typical_day(self) -> float | None:
        """Rows on a complete day such that half of the rows lie on days at least so large."""
        sizes: Counter[int] = Counter()
        for day, rows in self.days.items():
            if day < self.today:
                sizes[rows] += rows
        return float(_middle(sizes)) if sizes else None


class Keys:
    """Finds keys that occur more than once; hashes that do not fit in memory wait under ``place``."""

    def __init__(self, identity: Sequence[str], columns: Sequence[str], place: Path) -> None:
        hashes = [f"hash({', '.join(map(_quoted, names))})" for names in (identity, columns)]
        self._query = f"select {hashes[0]} as key, {hashes[1]} as content from taken"
        self._place = place
        self._held: list[pa.Table] = []
        self._store: duckdb.DuckDBPyConnection | None = None

    def add(self, rows: pa.Table) -> None:
        """Take a chunk."""
        self._held.append(_shared().register("taken", rows).sql(self._query).to_arrow_table())
        if sum(hashes.num_rows for hashes in self._held) > KEYS_HELD:
            self._spill()

    def repeated(self) -> tuple[int, int]:
        """Rows that repeat a key, and keys whose rows differ."""
        if self._store is not None:
            self._spill()
            return _repeated(self._store, "keys")
        if not self._held:
            return 0, 0
        held = pa.concat_tables(self._held)
        if pc.count_distinct(held.column("key")).as_py() == held.num_rows:
            return 0, 0
        return _repeated(_shared().register("held", held), "held")

    def close(self) -> None:
        """Forget everything."""
        self._held = []
        if self._store is not None:
            self._store.close()

    def _spill(self) -> None:
        if self._store is None:
            settings = {"threads": 1, "memory_limit": KEYS_MEMORY, "temp_directory": str(self._place)}
            self._store = duckdb.connect(config=settings)
            self._store.execute("create table keys (key ubigint, content ubigint)")
        if self._held:
            self._store.register("held", pa.concat_tables(self._held)).execute("insert into keys from held")
            self._held = []


def _repeated(connection: duckdb.DuckDBPyConnection, keys: str) -> tuple[int, int]:
    ((rows, keys_that_differ),) = connection.sql(
        "select coalesce(sum(n - 1), 0), count(*) filter (least <> most) from (select count(*) as n, "
        f"min(content) as least, max(content) as most from {keys} group by key having n > 1)"
    ).fetchall()
    return int(rows), int(keys_that_differ)


@cache
def _shared() -> duckdb.DuckDBPyConnection:
    return duckdb.connect(config={"threads": 1})


def _counted(values: np.ndarray) -> dict[int, int]:
    found, counts = np.unique(values, return_counts=True)
    return dict(zip(found.tolist(), counts.tolist(), strict=True))


def _middle(weights: Mapping[int, int]) -> int:
    """The key at which half of the weight is reached, from below."""
    half, passed = sum(weights.values()) / 2, 0
    for key in sorted(weights):
        passed += weights[key]
        if passed >= half:
            return key
    return 0


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
