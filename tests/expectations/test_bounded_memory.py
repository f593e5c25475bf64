"""Profiles and row rules take the same memory whatever the delivery is long."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

MEASURE = """
import resource, sys
from datetime import datetime
import numpy as np, pyarrow as pa
from expectations.columns import Column
from expectations.profile import Profiler, compared
from expectations.one_row import judge
from expectations.rows import broken_rows
from expectations.suite import Rule, Suite

CHUNK = 250_000
columns = [Column("id", "string"), Column("at", "timestamp"), Column("net", "double"), Column("kind", "string")]
between = "expect_column_values_to_be_between"
suite = Suite(rows=(Rule("net", between, {"column": "net", "min_value": 0}),
                    Rule("id", "expect_column_values_to_match_regex", {"column": "id", "regex": "^O[0-9]+$"})))

def chunk(first):
    numbers = np.arange(first, first + CHUNK)
    return pa.table({
        "id": pa.array([f"O{n}" for n in numbers]),
        "at": pa.array((1_700_000_000 + numbers).astype("datetime64[s]")).cast(pa.timestamp("us")),
        "net": pa.array(np.where(numbers % 1000 == 0, -1.0, numbers % 97)),
        "kind": pa.array(np.where(numbers % 3, "web", "store")),
    })

broken = 0
with Profiler(columns, "at", ["id"], datetime(2026, 1, 1)) as profiler:
    for n in range(int(sys.argv[1])):
        rows = chunk(n * CHUNK)
        broken += sum(len(one.positions) for one in broken_rows(rows, suite, columns, datetime(2026, 1, 1)))
        profiler.add(rows)
    profile = profiler.profile()
assert (profile.rows, profile.duplicate_keys, broken) == (int(sys.argv[1]) * CHUNK,) + (0, int(sys.argv[1]) * 250)
assert judge(compared(profile, []), [Rule("rows", between, {"column": "rows", "min_value": 1})])[0].passed
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""


def peak_megabytes(chunks: int) -> int:
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", MEASURE, str(chunks)], cwd=root, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


def test_two_million_rows_take_hardly_more_memory_than_half_a_million():
    assert peak_megabytes(8) - peak_megabytes(2) < 200
