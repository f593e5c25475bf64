"""The KPIs that a review is about, with what the scorecard says of each and how it stood the period before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from metrics.periods import period_from
from metrics.wording import dates, numbers, vocabulary
from orchestration.errors import UsageError
from orchestration.querying.rows import Row, rows
from orchestration.reviews.agenda import Cadence, Scope, Span
from orchestration.reviews.words import WORDS

if TYPE_CHECKING:
    from datetime import date

    from duckdb import DuckDBPyConnection

    from metrics.wording.numbers import Language

SUBJECTS = """
    with before as (
        select value.kpi, value.status as status_before
        from kpi_values as value
        inner join kpi_scorecard as card
            on value.kpi = card.kpi and value.grain = card.grain and value.period_start < card.period_start
        where value.slice = '' and value.is_complete
        qualify row_number() over (partition by value.kpi order by value.period_start desc) = 1
    )

    select
        card.* exclude (department, company_level, tier),
        catalog.label_en, catalog.label_es, catalog.unit, catalog.currency, catalog.review, catalog.objective,
        catalog.playbook_en, catalog.playbook_es, catalog.department, catalog.company_level, before.status_before,
        target.attainability as goal_attainability, target.attainability_verdict
    from kpi_scorecard as card
    inner join kpi_catalog as catalog using (kpi)
    left join before using (kpi)
    left join kpi_targets as target
        on
            card.kpi = target.kpi and card.goal_grain = target.grain and card.goal_start = target.period_start
            and target.slice = ''
    order by catalog.department, card.kpi
"""
STATUS_ORDER = ("off_target", "at_risk", "no_data", None, "no_target", "on_target")
TONES = {"on_target": "good", "at_risk": "warn", "off_target": "bad"}


class Subject:
    """A KPI of the review; every number and name in its language."""

    def __init__(self, row: Row, scope: Scope) -> None:
        self.row = row
        self.lang = scope.lang
        self.words = WORDS[scope.lang]

    def __getitem__(self, column: str) -> Any:
        return self.row[column]

    @property
    def kpi(self) -> str:
        """Its name."""
        return self.row["kpi"]

    @property
    def label(self) -> str:
        """What people call it."""
        return self.text("label") or self.kpi

    @property
    def status(self) -> str | None:
        """Its status in the latest complete period; None if that was not judged."""
        return self.row["status"]

    @property
    def tone(self) -> str:
        """Whether its status is good, bad or between."""
        return TONES.get(self.status or "", "")

    @property
    def is_missed(self) -> bool:
        """Whether it is not on its target."""
        return self.status in ("off_target", "at_risk")

    def text(self, column: str) -> str | None:
        """A text of the mart in the review's language."""
        return self.row[f"{column}_{self.lang}"]

    def value(self, number: float | None) -> str:
        """A number in its unit."""
        return numbers.value(number, self.row["unit"], self.row["currency"], self.lang)

    def change(self, number: float | None, before: float | None) -> str:
        """A change against a value before."""
        return numbers.change(number, before, self.row["unit"], self.lang)

    def difference(self, number: float) -> str:
        """A difference in its unit."""
        return numbers.difference(number, self.row["unit"], self.row["currency"], self.lang)

    def target(self, value: float | None, low: float | None = None, high: float | None = None) -> str:
        """A target, or the bounds of one."""
        if value is None and low is not None and high is not None:
            return self.words["bounds"].format(low=self.value(low), high=self.value(high))
        return self.value(value)

    def status_words(self, status: str | None) -> str:
        """A status in words, with its shape; why there is none where there is a reason."""
        shown = status or self.row["status_reason"]
        return vocabulary.status(shown, self.lang) if shown else numbers.NOTHING

    def period(self) -> str:
        """Its latest complete period in words."""
        return period_words(self.row["grain"], self.row["period_start"], self.lang)


def period_words(grain: Any, start: date | None, lang: Language) -> str:
    """The period of a grain that begins on a day, in words; a dash for none."""
    return numbers.NOTHING if start is None else dates.period(grain, start, period_from(start, grain).last_day, lang)


def bare(period: str) -> str:
    """A period in words without its article."""
    return period.removeprefix("the ").removeprefix("la ")


def find_subjects(con: DuckDBPyConnection, scope: Scope) -> list[Subject]:
    """Find the KPIs of a review, those that went wrong first.

    Raises:
        UsageError: there is no such department, or none of its KPIs is reviewed that often.
    """
    cards = rows(con, SUBJECTS)
    departments = sorted({row["department"] for row in cards if row["department"]} | {"company"})
    if scope.department and scope.department not in departments:
        close = get_close_matches(scope.department, departments, 1)
        hint = f"did you mean {close[0]}? " if close else ""
        message = f"is no department; {hint}use one of {', '.join(departments)}"
        raise UsageError(f"--department {scope.department}: {message}")
    mine = [row for row in cards if _is_of(row, scope.department)]
    found = [Subject(row, scope) for row in mine if row["review"] == scope.cadence]
    if not found:
        raise UsageError(_none(mine, scope.department, scope.cadence))
    return sorted(found, key=lambda subject: (STATUS_ORDER.index(subject.status), subject["kpi"]))


def latest_span(subjects: Sequence[Subject]) -> Span | None:
    """The latest complete period that any of them has; they may lag behind it while they mature."""
    ended = [subject for subject in subjects if subject["period_start"] is not None]
    newest = max(ended, key=lambda subject: subject["period_start"], default=None)
    return Span(newest["period_start"], newest["period_end"]) if newest else None


def _is_of(row: Mapping[str, Any], department: str) -> bool:
    if department == "company":
        return bool(row["company_level"]) or row["department"] == "company"
    return not department or row["department"] == department


def _none(mine: Sequence[Row], department: str, cadence: Cadence) -> str:
    """That nothing is reviewed that often, and what is reviewed instead."""
    of = f"--department {department}: " if department else ""
    others: dict[str, list[str]] = {}
    for row in mine:
        others.setdefault(row["review"] or "never", []).append(row["kpi"])
    listed = "; ".join(f"{review}: {', '.join(sorted(names))}" for review, names in sorted(others.items()))
    return f"{of}no KPI has a {cadence} review; {listed or 'no KPI is on the scorecard'}"
