"""What `kpi show` says of a KPI's definition, line by line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from metrics.wording import numbers, vocabulary
from metrics.wording.numbers import Language
from orchestration.cli.reading.show_words import WORDS
from orchestration.querying.rows import Row
from orchestration.reports.target_words import target_words

if TYPE_CHECKING:
    from metrics.contracts import Contract, Objective


class Page:
    """What is said about one KPI, line by line: (what, words)."""

    def __init__(self, row: Row, contract: Contract | None, objectives: dict[str, Objective], lang: Language) -> None:
        self.row = row
        self.contract = contract
        self.objectives = objectives
        self.lang = lang

    def title(self) -> str:
        """What people call it, and its name."""
        return f"{self._text('label') or self.row['kpi']} · {self.row['kpi']}"

    def facts(self) -> Iterator[tuple[str, str | None]]:
        """What it promises, how it is computed and whose it is."""
        row = self.row
        yield "question", self._text("question")
        yield "description", self._text("description")
        yield "formula", row["formula"]
        unit, direction = self._term(vocabulary.UNITS, "unit"), self._term(vocabulary.DIRECTIONS, "direction")
        yield "unit", _apart(unit, row["currency"], direction)
        for target in self._targets():
            yield "target", target
        yield "objective", self._objective()
        yield "role", _apart(*self._roles())
        yield "owner", " ".join(filter(None, (row["owner_team"], row["owner_email"] and f"<{row['owner_email']}>")))
        yield "review", self._term(vocabulary.CADENCES, "review")
        yield "grains", _joined(*(grain_word(grain, self.lang) for grain in (row["grains"] or "").split(", ")))
        yield "slices", row["slices"]
        yield "data", self._data()
        yield "parents", row["parents"]
        yield "lineage", " → ".join(filter(None, (row["sources"], row["models"], row["states"])))
        yield "playbook", self._text("playbook")

    def history(self, since: list[Row]) -> Iterator[tuple[str, str | None]]:
        """Which definition is in force since when, and what becomes of it."""
        row, words = self.row, WORDS[self.lang]
        started = f"{words['since']} {since[0]['valid_from']:%Y-%m-%d}" if since else None
        yield "definition", _joined(f"{words['version']} {row['version']}", row["definition_hash"], started)
        successor = row["successor"] and f"{words['successor']}: {row['successor']}"
        yield "lifecycle", _joined(self._term(vocabulary.LIFECYCLES, "lifecycle"), successor)

    def _term(self, words: Mapping[Language, vocabulary.Text], column: str) -> str | None:
        return vocabulary.said(words, self.row[column], self.lang)

    def _text(self, name: str) -> str | None:
        return self.row[f"{name}_{self.lang}"]

    def _objective(self) -> str | None:
        name = self.row["objective"]
        found = self.objectives.get(name)
        return f"{name} ({getattr(found.label, self.lang)})" if found else name

    def _data(self) -> str:
        row, words = self.row, WORDS[self.lang]
        return _joined(
            self._text("needs"),
            row["freshness"] and f"{words['freshness']} {row['freshness']}",
            row["min_sample"] and f"{words['min_sample']} {row['min_sample']}",
            self._coverage(),
            row["min_persons"] and f"{words['min_persons']} {row['min_persons']}",
            row["matures_after"] not in (None, "0d") and f"{words['matures_after']} {row['matures_after']}",
        )

    def _roles(self) -> Iterator[str | None]:
        """Whose it is, which scorecard it is on as well, and what it tells them."""
        row, words = self.row, WORDS[self.lang]
        yield self._term(vocabulary.DEPARTMENTS, "department")
        yield words["company"] if row["company_level"] and row["department"] != "company" else None
        yield words[row["tier"]] if row["tier"] else None
        yield self._term(vocabulary.PERSPECTIVES, "perspective")
        yield self._term(vocabulary.TIMINGS, "timing")

    def _coverage(self) -> str | None:
        row, words = self.row, WORDS[self.lang]
        least = numbers.share(row["coverage_at_least"], self.lang)
        return f"{words['coverage']} {least} {words['of']} {row['coverage_of']}" if row["coverage_of"] else None

    def _targets(self) -> Iterator[str]:
        targets = getattr(self.contract.body, "targets", ()) if self.contract else ()
        for target in targets:
            yield target_words(target, self.row["unit"], self.row["currency"], self.lang)


def grain_word(name: str, lang: Language) -> str:
    """Say a grain within a sentence: ``month``, ``mes``."""
    return (vocabulary.said(vocabulary.GRAINS, name, lang) or "").lower()


def _joined(*parts: str | bool | None) -> str:
    return ", ".join(str(part) for part in parts if part)


def _apart(*parts: str | None) -> str:
    """Things side by side that may have commas of their own."""
    return " · ".join(part for part in parts if part)
