"""Readers of what is published: many processes that read while it changes, and that notice what is of two runs.

``python mart_readers.py PUBLISHED COUNT``: half of them query the mart, half open pages of the dashboard, until
something is written to the command's input. Prints a JSON list, what each of them saw.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import re
import sys
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any

import duckdb

# everything that a run marks with its number, each asked for by a statement of its own
MARKS = (
    "select regexp_extract(run_id, '[0-9]+')::int from kpi_runs order by started_at desc limit 1",
    "select distinct value::int from kpi_values",
    "select distinct value::int from kpi_scorecard",
    "select distinct regexp_extract(label_en, '[0-9]+')::int from kpi_catalog",
)
PAGES = ("en/index.html", "es/index.html", "en/departments/sales.html", "es/departments/sales.html")


def query(published: Path, chance: random.Random) -> set[int]:
    """The runs that one connection to the mart finds, with time between its statements."""
    found: set[int] = set()
    with duckdb.connect(str(published / "kpi_mart.duckdb"), read_only=True) as con:
        for sql in MARKS:
            found |= {mark for (mark,) in con.execute(sql).fetchall()}
            time.sleep(chance.uniform(0, 0.05))
    return found


def open_page(published: Path, chance: random.Random) -> set[int]:
    """The runs that one page is of: by its head, its labels and its values."""
    page = (published / "dashboard" / chance.choice(PAGES)).read_text(encoding="utf-8")
    time.sleep(chance.uniform(0, 0.05))
    marks = (r'name="run" content="run(\d+)"', r'<data value="(\d+)(?:\.0)?"', r" (?:of|de) run (\d+)<")
    found = [re.findall(mark, page) for mark in marks]
    if not all(found):
        raise ValueError(f"a page lacks a mark of its run: {[len(one) for one in found]}")
    return {int(mark) for one in found for mark in one}


def read(how: Callable[[Path, random.Random], set[int]], published: Path, seed: int, stop: Event) -> dict[str, Any]:
    """Read until told to stop; returns how often, the runs seen, and whatever was wrong."""
    chance, reads, runs, wrong = random.Random(seed), 0, set(), []
    while not stop.is_set():
        try:
            found = how(published, chance)
        except Exception as error:
            wrong.append(f"{how.__name__}: {type(error).__name__}: {error}")
        else:
            reads += 1
            runs |= found
            wrong += [f"{how.__name__}: one read saw the runs {sorted(found)}"] if len(found) != 1 else []
        stop.wait(chance.uniform(0, 0.5))  # or all cores read, and nothing is published
    return {"how": how.__name__, "reads": reads, "runs": sorted(runs), "wrong": wrong[:5]}


def main(published: Path, count: int) -> None:
    # forked before anything is opened: a reader starts at once and shares no database with another
    context = multiprocessing.get_context("fork")
    stop, told = context.Event(), context.SimpleQueue()
    readers = [
        context.Process(target=lambda n=n: told.put(read((query, open_page)[n % 2], published, n, stop)))
        for n in range(count)
    ]
    for reader in readers:
        reader.start()
    print("reading", flush=True)
    sys.stdin.readline()
    stop.set()
    print(json.dumps([told.get() for _ in readers]))
    for reader in readers:
        reader.join()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
