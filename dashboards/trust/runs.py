"""The last runs: when, how long, how many rows, and where the time went."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from dashboards.mart import Mart, Row
from dashboards.speaker import Speaker
from metrics.wording import numbers

SHOWN = 30
RUNS = f"select *, count(*) over () as runs from kpi_runs order by started_at desc limit {SHOWN}"
STEPS = ("pull", "checks", "open", "dbt", "publish")


@dataclass(frozen=True)
class Step:
    """A part of a run's bar: ``kind`` is one of ``STEPS`` or other, ``share`` its width in per cent of the longest."""

    kind: str
    name: str
    took: str
    share: float


@dataclass(frozen=True)
class Run:
    """A run; ``status`` is published, failed or interrupted."""

    id: str
    started: str
    as_of: str
    took: str
    rows_in: str
    landed: str
    apart: str
    status: str
    status_words: str
    steps: tuple[Step, ...]


def runs(mart: Mart, say: Speaker) -> tuple[list[Run], int]:
    """Return the last runs, the newest first, and how many there are besides."""
    rows = mart.rows(RUNS)
    longest = max((sum(_seconds(row).values()) for row in rows), default=0.0)
    return [_run(say, row, longest) for row in rows], (rows[0]["runs"] if rows else 0) - len(rows)


def _run(say: Speaker, row: Row, longest: float) -> Run:
    return Run(
        id=row["run_id"][:4],
        started=say.moment(row["started_at"]),
        as_of=say.moment(row["as_of"]),
        took=_took(row),
        rows_in=say.count(row["rows_in"]),
        landed=say.count(row["rows_landed"]),
        apart=say.count(row["rows_quarantined"]),
        status=row["status"] or "",
        status_words=say.words("trust").get(f"run_{row['status']}", row["status"] or numbers.NOTHING),
        steps=tuple(_step(say, name, seconds, longest) for name, seconds in _seconds(row).items()),
    )


def _step(say: Speaker, name: str, seconds: float, longest: float) -> Step:
    return Step(
        kind=name if name in STEPS else "other",
        name=say.words("trust").get(f"step_{name}", name),
        took=numbers.duration(seconds),
        share=round(100 * seconds / longest, 1) if longest else 0.0,
    )


def _took(row: Row) -> str:
    if row["started_at"] is None or row["finished_at"] is None:
        return numbers.NOTHING
    return numbers.duration((row["finished_at"] - row["started_at"]).total_seconds())


def _seconds(row: Row) -> Mapping[str, float]:
    return json.loads(row["seconds_by_step"] or "{}")
