"""Reads the suites of the published mart: what each of its tables must look like before anybody sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from expectations.suite import Suite
from metrics.located_yaml import read_yaml
from orchestration.company import REPOSITORY
from orchestration.declarations.sources_check import NAME, NAME_RULE
from orchestration.declarations.suite_check import SuiteCheck
from orchestration.declarations.yaml_check import Where
from orchestration.errors import UsageError
from orchestration.publishing.contract import MartTable, mart_tables
from orchestration.publishing.mart import name

MART_SUITES = REPOSITORY / "expectations" / "mart"
FIELDS = ("computed", "table")
NUMBERS = ("BIGINT", "INTEGER", "DOUBLE")


@cache
def load_mart_suites(folder: Path = MART_SUITES) -> Mapping[str, Suite]:
    """Read ``<table>.yml`` of every table of the mart; all errors at once in one ``UsageError``.

    ``computed`` of such a suite are aggregates over the table, in SQL: they and ``profile_columns`` are the one row
    that its rules judge.
    """
    wrong: list[str] = []
    suites: dict[str, Suite] = {}
    for table in mart_tables():
        path = folder / f"{table.name}.yml"
        if not path.exists():
            wrong.append(f"{path}: is missing; write what {table.name} must look like before it is published")
            continue
        check = _MartCheck(path, read_yaml(path), names_of_profile=tuple(profile_columns(table)))
        suites[table.name] = check.suite()
        wrong += [message for _, message in sorted(check.errors)]
    if wrong:
        raise UsageError("\n".join(wrong))
    return suites


def profile_columns(table: MartTable) -> dict[str, str]:
    """Return what a rule may ask of any table: name → aggregate.

    ``rows``; ``duplicate_keys``; ``key_nulls`` and ``not_finite``, rows with a NULL in the key or an infinite number;
    ``<column>__nulls``; of texts ``<column>__empty``; of numbers ``<column>__min`` and ``<column>__max``.
    """
    key, doubles = [name(column) for column in table.key], _columns(table, ("DOUBLE",))
    found = {
        "rows": "count(*)",
        "duplicate_keys": f"count(*) - count(distinct row({', '.join(key)}))",
        "key_nulls": f"count(*) filter ({' or '.join(f'{column} is null' for column in key)})",
    }
    if doubles:
        not_finite = " or ".join(f"not isfinite({name(column)})" for column in doubles)
        found["not_finite"] = f"count(*) filter ({not_finite})"
    for column, kind in table.columns.items():
        quoted = name(column)
        found[f"{column}__nulls"] = f"count(*) filter ({quoted} is null)"
        if kind == "VARCHAR":
            found[f"{column}__empty"] = f"count(*) filter (trim({quoted}) = '')"
        if kind in NUMBERS:
            found |= {f"{column}__min": f"min({quoted})", f"{column}__max": f"max({quoted})"}
    return found


def _columns(table: MartTable, kinds: tuple[str, ...]) -> list[str]:
    return [column for column, kind in table.columns.items() if kind in kinds]


@dataclass
class _MartCheck(SuiteCheck):
    names_of_profile: tuple[str, ...] = field(default=())

    def suite(self) -> Suite:
        for path, line in self.document.repeated:
            self.error_at(line, tuple(map(str, path)), "is written twice; keep one")
        top = self.fields((), self.document.data or {}, FIELDS)
        computed = self.aggregates(top.get("computed"))
        self.names: dict[str, str] = {}
        columns = dict.fromkeys((*self.names_of_profile, *computed), "double")
        return Suite(table=self.rules("table", top.get("table"), columns, ("severity",)), computed=computed)

    def aggregates(self, value: Any) -> dict[str, str]:
        found = self.mapping(("computed",), value) if value is not None else {}
        for column, expression in found.items():
            if not NAME.fullmatch(column):
                self.error(("computed", column), f"is not allowed; {NAME_RULE}")
            self.text(("computed", column), expression, "an aggregate over the table, such as count(*)")
        return found

    def options(self, where: Where, fields: dict[str, Any]) -> tuple[Any, ...]:
        severity = self.one_of((*where, "severity"), fields.get("severity", "block"), ("warn", "block"))
        return (severity,)
