"""Objectives with their key results: how far they have got, against what is expected by now."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.mart import Mart, Row
from dashboards.speaker import Speaker

OBJECTIVES = "select * from objectives order by due nulls last, label_en"
KEY_RESULTS = "select * from key_results order by objective, id"


@dataclass(frozen=True)
class Aim:
    """An objective or a key result; shares are from 0 to 1 or beyond, None where there is none.

    ``shown`` and ``mark`` are where a bar ends and where the mark of what is expected stands, in per cent of it.
    """

    id: str
    label: str
    description: str
    owner: str
    status: str | None
    status_words: str
    progress: str
    expected: str
    shown: float
    mark: float | None
    due: str
    reason: str
    metric: str
    key_results: tuple[Aim, ...] = ()


def aims(mart: Mart, say: Speaker) -> list[Aim]:
    """Return all objectives, those with key results first, the soonest due at the top."""
    steps = mart.by("objective", KEY_RESULTS)
    found = [_aim(say, row, steps.get(row["id"], [])) for row in mart.rows(OBJECTIVES)]
    return sorted(found, key=lambda aim: not aim.key_results)


def _aim(say: Speaker, row: Row, steps: list[Row]) -> Aim:
    progress, expected = row["progress"], row["expected_progress"]
    return Aim(
        id=row["id"],
        label=say.text(row, "label") or row["id"],
        description=(say.text(row, "description") if "description_en" in row else "") or "",
        owner=row["owner_team"] or row["owner"] or "",
        status=row["status"],
        status_words=say.status(row["status"]),
        progress=say.share(progress),
        expected=say.share(expected),
        shown=_within(progress or 0.0),
        mark=None if expected is None else _within(expected),
        due=say.day(row["due"]) if row["due"] else "",
        reason=say.text(row, "reason") or "",
        metric=row["metric"] or "",
        key_results=tuple(_aim(say, step, []) for step in steps),
    )


def _within(share: float) -> float:
    return round(min(max(share, 0.0), 1.0) * 100, 1)
