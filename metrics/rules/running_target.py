"""KPIs of which nothing is promised any longer."""

from collections.abc import Iterator

from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.periods import end_of
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    calendar = definitions.calendar
    if calendar is None:
        return
    for contract, kpi in definitions.active():
        ends = [end_of(target.period, calendar.fiscal_year_starts) for target in kpi.reviewed_targets]
        last = max((end for end in ends if end), default=None)
        if None not in ends and last is not None and last < definitions.today:
            ended = kpi.reviewed_targets[ends.index(last)]
            place = kpi.targets.index(ended)
            message = f"{ended.period} ended on {last}, and nothing is promised since"
            yield contract.problem(f"targets.{place}.period", f"{message}; use a later period, or 'each' of them")


RULE = Rule(
    code="KPI503",
    severity="error",
    says="Time-bound: a target is for a period that is not over.",
    fix="agree on the next target; one for `each quarter` does not run out",
    check=_check,
)
