"""Checks one suite file against the columns of its table and builds the suite."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from expectations.columns import Column
from expectations.comparison import row_columns
from expectations.one_row import TABLE_COLUMNS
from expectations.suite import EMPTY, Reason, Rule, Suite, SuiteError
from expectations.vocabulary import EXPECTATIONS
from metrics.located_yaml import read_yaml
from metrics.problems import DefinitionError
from orchestration.declarations.rule_check import check_arguments
from orchestration.declarations.sources_check import NAME, NAME_RULE
from orchestration.declarations.yaml_check import Checker, Where, listed

FIELDS = ("time", "computed", "rows", "delivery", "table")
OPTIONS = ("severity", "if_rows", "hurts", "reason")
# Names of checks that every raw table has without a suite.
TAKEN = (
    "delivered",
    "accounted",
    "fresh",
    "wrong_type",
    "missing_key",
    "missing_column",
    "unreadable",
    "too_many_rejected",
)


Errors = list[tuple[int, str]]


def check_suite(path: Path, columns: Sequence[Column]) -> tuple[Suite, Errors]:
    """The suite of one file about a table with these columns; and what is wrong with it, the line and text of each."""
    try:
        document = read_yaml(path)
    except DefinitionError as error:
        return EMPTY, [(p.line, f"{p.file}:{p.line}: {p.message}") for p in error.problems]
    check = SuiteCheck(path, document, columns=tuple(columns))
    return check.suite(), check.errors


@dataclass
class SuiteCheck(Checker):
    """Builds a suite while it checks the file."""

    columns: tuple[Column, ...] = ()

    def suite(self) -> Suite:
        """The suite; only right when there are no errors."""
        for path, line in self.document.repeated:
            self.error_at(line, tuple(map(str, path)), "is written twice; keep one")
        top = self.fields((), self.document.data or {}, FIELDS)
        time = self.time(top.get("time"))
        computed = self.computed(top.get("computed"))
        types = {column.name: column.type for column in self.columns}
        profile = dict.fromkeys(row_columns(self.columns, time), "double")
        self.names = dict.fromkeys(TAKEN, "is the name of a check that every table has")
        return Suite(
            time,
            self.rules("rows", top.get("rows"), types | computed, ()),
            self.rules("delivery", top.get("delivery"), profile, OPTIONS),
            self.rules("table", top.get("table"), dict.fromkeys(TABLE_COLUMNS, "double"), OPTIONS),
            {name: str(expression) for name, expression in (top.get("computed") or {}).items()} if computed else {},
        )

    def time(self, value: Any) -> str | None:
        """The column with the event time, if one is named."""
        times = [column.name for column in self.columns if column.type in ("date", "timestamp")]
        return self.single(("time",), value, times)

    def computed(self, value: Any) -> dict[str, str]:
        """The computed columns and their types."""
        if value is None:
            return {}
        found: dict[str, str] = {}
        for name, expression in self.mapping(("computed",), value).items():
            where = ("computed", name)
            if not NAME.fullmatch(name):
                self.error(where, f"is not allowed; {NAME_RULE}")
            if name in {column.name for column in self.columns}:
                self.error(where, "is a column of the table; choose another name")
            elif self.text(where, expression, "SQL over the columns, such as net - gross"):
                found[name] = self.sql_type(where, name, expression)
        return found

    def sql_type(self, where: Where, name: str, expression: str) -> str:
        """The type of a computed column; SQL that fails is an error."""
        from expectations.frames import computed_type

        try:
            return computed_type(name, expression, self.columns)
        except SuiteError as error:
            self.error(where, str(error).partition(": ")[2])
            return "string"

    def rules(self, section: str, value: Any, types: dict[str, str], options: Sequence[str]) -> tuple[Rule, ...]:
        """The rules of one section."""
        if value is None:
            return ()
        declared = self.mapping((section,), value)
        built = [self.rule((section, name), name, fields, types, options) for name, fields in declared.items()]
        return tuple(rule for rule in built if rule)

    def rule(self, where: Where, name: str, value: Any, types: dict[str, str], options: Sequence[str]) -> Rule | None:
        """One rule, or None where it names no known expectation."""
        self.rule_name(where, name)
        if not isinstance(value, dict):
            self.error(where, "must be a mapping of an expectation to its arguments")
            return None
        asked = [str(key) for key in value if str(key).startswith("expect")]
        fields = self.fields(where, {k: v for k, v in value.items() if k not in asked}, options)
        if len(asked) != 1 or asked[0] not in EXPECTATIONS:
            found = f"{asked[0]} is not known" if len(asked) == 1 else f"has {len(asked)} expectations"
            self.error((*where, *asked[:1]), f"{found}; write {listed(EXPECTATIONS)}")
            return None
        profile = "severity" in options
        kwargs = check_arguments(self, (*where, asked[0]), asked[0], value[asked[0]], types, profile=profile)
        return Rule(name, asked[0], kwargs, *self.options(where, fields))

    def rule_name(self, where: Where, name: str) -> None:
        """Check that a name is well formed and not taken."""
        if not NAME.fullmatch(name):
            self.error(where, f"is not allowed; {NAME_RULE}")
        if name in self.names:
            self.error(where, f"{self.names[name]}; choose another name")
        self.names[name] = f"is the name of a rule of {where[0]}"

    def options(self, where: Where, fields: dict[str, Any]) -> tuple[Any, ...]:
        """Severity, ``if_rows``, whether it hurts nobody, and the reason."""
        severity = self.one_of((*where, "severity"), fields.get("severity", "warn"), ("warn", "block"))
        if_rows = fields.get("if_rows", 0)
        if isinstance(if_rows, bool) or not isinstance(if_rows, int) or if_rows < 0:
            self.error((*where, "if_rows"), f"{if_rows!r} is not allowed; write a whole number of rows such as 200")
            if_rows = 0
        nobody = fields.get("hurts")
        if nobody not in (None, "nobody"):
            self.error((*where, "hurts"), f"{nobody!r} is not allowed; write nobody, or leave it out")
        if severity == "block" and "reason" not in fields:
            self.error((*where, "reason"), "is missing; say in en and es what a leader must know when it blocks")
        return severity, if_rows, nobody == "nobody", self.reason((*where, "reason"), fields.get("reason"))

    def reason(self, where: Where, value: Any) -> Reason | None:
        """The words for leaders."""
        if value is None:
            return None
        words = self.fields(where, value, ("en", "es"))
        return Reason(*(self.text((*where, w), words.get(w), "a text for a leader") for w in ("en", "es")))
