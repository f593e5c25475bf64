"""Objectives with their key results on a terminal: how far they have got, against what is expected by now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from metrics.wording import numbers
from orchestration.cli import terminal
from orchestration.querying.rows import Row, rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection
    from rich.console import Console

    from metrics.wording.numbers import Language

WIDTH = 16
DONE, TO_DO, EXPECTED = "█", "░", "│"
OBJECTIVES = "select * from objectives order by key_results = 0, due, id"
KEY_RESULTS = "select * from key_results order by objective, id"
WORDS: dict[Language, dict[str, str]] = {
    "en": {
        "name": "Objective",
        "progress": "Progress",
        "done": "",
        "expected": "Expected",
        "status": "Status",
        "confidence": "Sure",
        "overdue": "check-in overdue since {day}",
    },
    "es": {
        "name": "Objetivo",
        "progress": "Progreso",
        "done": "",
        "expected": "Esperado",
        "status": "Estado",
        "confidence": "Confianza",
        "overdue": "seguimiento pendiente desde el {day}",
    },
}


def print_objectives(con: DuckDBPyConnection, console: Console, lang: Language = "en") -> None:
    """Print every objective of which something is measured with its key results; nothing if there is none."""
    objectives = [row for row in rows(con, OBJECTIVES) if row["status"] != "no_target"]
    if objectives:
        print_progress(console, objectives, rows(con, KEY_RESULTS), lang)


def print_progress(console: Console, objectives: Sequence[Row], key_results: Sequence[Row], lang: Language) -> None:
    """Print objectives, each over its key results, with a bar of progress, and below what is amiss with any of them."""
    words = WORDS[lang]
    headers = tuple(words[name] for name in ("name", "progress", "done", "expected", "status", "confidence"))
    lines = [
        _line(row, indent, lang)
        for objective in objectives
        for row, indent in (
            (objective, 0),
            *((key_result, 2) for key_result in key_results if key_result["objective"] == objective["id"]),
        )
    ]
    console.print(terminal.table(headers, lines, right=(words["expected"], words["confidence"])))
    terminal.print_reasons(console, list(_remarks(objectives, key_results, lang)))


def bar(progress: float | None, expected: float | None) -> str:
    """Draw progress from 0 to 1 as a bar, with a stroke where it is expected to be by now."""
    if progress is None:
        return ""
    drawn = [DONE if place < round(progress * WIDTH) else TO_DO for place in range(WIDTH)]
    if expected:
        drawn[max(round(expected * WIDTH) - 1, 0)] = EXPECTED
    return "".join(drawn)


def _line(row: Row, indent: int, lang: Language) -> tuple[Any, ...]:
    from rich.padding import Padding
    from rich.text import Text

    label = Padding(Text(row[f"label_{lang}"], style="" if indent else "bold"), (0, 0, 0, indent))
    shares = [numbers.share(row[column], lang) for column in ("progress", "expected_progress", "confidence")]
    drawn = bar(row["progress"], row["expected_progress"])
    return label, drawn, shares[0], shares[1], terminal.status(row["status"], lang), shares[2]


def _remarks(objectives: Sequence[Row], key_results: Sequence[Row], lang: Language) -> Iterator[tuple[str, str | None]]:
    """Why something cannot be told, and what waits for its owner."""
    shown = {objective["id"] for objective in objectives}
    for objective in objectives:
        if not objective["key_results"]:
            yield objective[f"label_{lang}"], objective[f"reason_{lang}"]
    for key_result in (row for row in key_results if row["objective"] in shown):
        label = key_result[f"label_{lang}"]
        yield label, key_result[f"reason_{lang}"]
        if key_result["checkin_overdue"]:
            yield label, WORDS[lang]["overdue"].format(day=key_result["next_checkin"])
