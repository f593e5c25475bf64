"""Why a KPI can be trusted or not: the checks of this run that concern it, and its certificates run by run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboards.mart import THIS_RUN, Mart, Row
from dashboards.speaker import Speaker

RUNS = 30
FAILED = f"""
    select "check", severity, observed, unnest(kpis) as kpi from kpi_checks
    where not passed and run_id = {THIS_RUN}
    order by severity, object, "check"
"""
PASSED = f"""
    select kpi, count(*) as checks
    from (select unnest(kpis) as kpi from kpi_checks where passed and run_id = {THIS_RUN})
    group by kpi
"""
HISTORY = """
    select certificates.*, runs.as_of from kpi_certifications as certificates
    inner join kpi_runs as runs using (run_id)
    order by runs.started_at
"""


@dataclass(frozen=True)
class Failed:
    """A check that failed; ``costs`` says what that does to the KPI."""

    check: str
    costs: str
    observed: str


@dataclass(frozen=True)
class Verdict:
    """A run's verdict, and why it is not certified."""

    when: str
    certified: bool
    reason: str


@dataclass(frozen=True)
class Proof:
    """The checks of this run, ``passed`` of them did; ``history`` are the last runs, the oldest first."""

    failed: Sequence[Failed]
    passed: int
    judged: Sequence[tuple[str, bool]]
    newest_input: str
    history: Sequence[Verdict]


def proof(mart: Mart, say: Speaker, kpi: Row) -> Proof:
    """Return what is known of a KPI's trustworthiness."""
    passed = mart.by("kpi", PASSED).get(kpi["kpi"], [])
    certificate = mart.certificates.get(kpi["kpi"])
    words = say.words("kpi")
    parts = ("measurable", "up_to_date", "definition_approved")
    return Proof(
        failed=[_failed(say, row) for row in mart.by("kpi", FAILED).get(kpi["kpi"], [])],
        passed=passed[0]["checks"] if passed else 0,
        judged=[(words[part], bool(certificate[part])) for part in parts] if certificate else [],
        newest_input=say.moment(certificate["newest_input_at"]) if certificate else "",
        history=[_verdict(say, row) for row in mart.by("kpi", HISTORY).get(kpi["kpi"], [])[-RUNS:]],
    )


def _failed(say: Speaker, row: Row) -> Failed:
    costs = say.words("kpi")["blocks" if row["severity"] == "error" else "warns"]
    return Failed(row["check"], costs, row["observed"] or "")


def _verdict(say: Speaker, row: Row) -> Verdict:
    return Verdict(say.moment(row["as_of"]), bool(row["certified"]), say.text(row, "reasons") or "")
