"""Which checks of the run failed, and which figures each can hurt."""

from __future__ import annotations

from dataclasses import dataclass

from dashboards.mart import THIS_RUN, Mart, Row
from dashboards.speaker import Speaker
from dashboards.trust.figures import Figure, figure

SHOWN = 30
NAMED = 8
COUNTS = f"""
    select
        count(*) as run, count(*) filter (not passed and severity = 'error') as errors,
        count(*) filter (not passed and severity <> 'error') as warnings
    from kpi_checks
    where run_id = {THIS_RUN}
"""
FAILED = f"""
    select "check", object, kind, severity, observed[:240] as observed, failed_rows, kpis
    from kpi_checks
    where
        not passed
        and run_id = {THIS_RUN}
    order by severity <> 'error', len(kpis) desc, "check"
    limit {SHOWN}
"""


@dataclass(frozen=True)
class Check:
    """A check that failed; its name and what it observed are for engineers.

    ``figures`` are the first that it can hurt, ``hurt`` says how many those are in all, and ``more`` how many besides.
    """

    name: str
    observed: str
    severity: str
    severity_words: str
    kind: str
    rows: str
    figures: tuple[Figure, ...]
    hurt: str
    more: str


@dataclass(frozen=True)
class Checks:
    """The checks of the run, how many of them failed, and the first of those."""

    run: int
    errors: int
    warnings: int
    failed: list[Check]

    @property
    def more(self) -> int:
        """How many failed besides those that are shown."""
        return self.errors + self.warnings - len(self.failed)


def checks(mart: Mart, say: Speaker) -> Checks:
    """Return the checks of the run that published: errors first, those that can hurt most figures at the top."""
    counts = mart.rows(COUNTS)[0]
    failed = [_check(mart, say, row) for row in mart.rows(FAILED)]
    return Checks(counts["run"], counts["errors"], counts["warnings"], failed)


def _check(mart: Mart, say: Speaker, row: Row) -> Check:
    words = say.words("trust")
    figures = sorted({figure(mart, say, kpi) for kpi in row["kpis"] or ()}, key=lambda found: found.label)
    more = len(figures) - NAMED
    return Check(
        name=row["check"],
        observed=row["observed"] or "",
        severity=row["severity"],
        severity_words=words["error" if row["severity"] == "error" else "warn"],
        kind=words.get(f"kind_{row['kind']}", row["kind"]),
        rows="" if row["failed_rows"] is None else say.count(row["failed_rows"]),
        figures=tuple(figures[:NAMED]),
        hurt=say.counted("trust", "figures", len(figures)),
        more=say.words("sentences")["and_more"].format(count=say.count(more)).strip() if more > 0 else "",
    )
