"""A company scorecard that says too little or too much."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    if not definitions.loaded.complete:
        return
    on_it = [contract for contract, kpi in definitions.active() if "company" in kpi.level]
    if not 10 <= len(on_it) <= 15:
        file = on_it[0].file if on_it else str(definitions.folder)
        yield Problem(file, 1, "company", f"has {len(on_it)} KPIs on its scorecard; have 10 to 15")


RULE = Rule(
    code="KPI602",
    severity="error",
    says="The company level has 10 to 15 KPIs.",
    fix="add `company` to the `level` of the KPIs that leadership steers by, or take it away",
    check=_check,
)
