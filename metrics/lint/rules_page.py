"""The rules as a page of documentation."""

from collections.abc import Sequence

from metrics.lint.rule import Rule

_HEAD = """\
# Rules of `kpi lint`

Written by `kpi lint --rules`, from the rules' own words in `metrics/rules/`. An error fails, a warning does not.

| code | | rule | fix |
|---|---|---|---|
"""


def rules_page(rules: Sequence[Rule]) -> str:
    """Markdown: one row per rule, by code."""
    rows = [f"| {rule.code} | {rule.severity} | {rule.says} | {_capital(rule.fix)}. |" for rule in rules]
    return _HEAD + "\n".join(rows) + "\n"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
