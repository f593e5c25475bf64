"""How every KPI of a scorecard stands: all that a rule may look at, in one row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from metrics.calendar import Grain

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A signal of a KPI that is to stay within a band is told whichever way it goes: neither is better.
# A KPI that never had a number, for want of a source, has not lost one: that is known, and nobody needs to be told.
_QUERY = """
with turns as (
    select kpi, grain, period_start, string_agg(words_en, '; ' order by rule) as turn_en,
        string_agg(words_es, '; ' order by rule) as turn_es
    from mart.kpi_signals where rule <> 'missing' and is_favourable is not true group by all
),

-- against the period before, if that is where it got worse, else against last year
drivers as (
    select kpi, grain, period_start, arg_min(sentence_en, compare) as driver_en,
        arg_min(sentence_es, compare) as driver_es
    from mart.kpi_explanations inner join mart.kpi_catalog using (kpi)
    where
        is_notable and sentence_en is not null
        and case direction when 'within' then true when 'decrease' then change > 0 when 'at_most' then change > 0
            else change < 0 end
    group by all
),

measured as (select distinct kpi from mart.kpi_certifications where measurable and run_id <> $run_id)

select
    scorecard.kpi, catalog.department, catalog.tier, coalesce(catalog.company_level, false) as company_level,
    catalog.unit, catalog.currency, catalog.direction,
    scorecard.grain, scorecard.period_start, scorecard.period_end, scorecard.value,
    scorecard.target, scorecard.target_low, scorecard.target_high, scorecard.status,
    coalesce(scorecard.streak, 0) as streak,
    scorecard.goal_grain, scorecard.goal_start, scorecard.goal_end,
    scorecard.goal_value, scorecard.goal_target, scorecard.goal_expected, scorecard.pace,
    coalesce(catalog.matures_after_days, 0) > 0 as matures,
    certifications.measurable, certifications.up_to_date,
    coalesce(certifications.reasons_en, '') as reasons_en, coalesce(certifications.reasons_es, '') as reasons_es,
    scorecard.value is not null or measured.kpi is not null as was_measured,
    turns.turn_en, turns.turn_es, drivers.driver_en, drivers.driver_es
from mart.kpi_scorecard as scorecard
inner join mart.kpi_catalog as catalog using (kpi)
left join mart.kpi_certifications as certifications
    on scorecard.kpi = certifications.kpi and certifications.run_id = $run_id
left join turns
    on scorecard.kpi = turns.kpi and scorecard.grain = turns.grain and scorecard.period_start = turns.period_start
left join drivers
    on scorecard.kpi = drivers.kpi and scorecard.grain = drivers.grain and scorecard.period_start = drivers.period_start
left join measured on scorecard.kpi = measured.kpi
order by scorecard.kpi
"""
# what somebody decided is no surprise: a new version of a definition changes the past on purpose
_RESTATED = """
select restatements.kpi, restatements.period_start, coalesce(shown.period_end, restatements.period_start),
    old_value, new_value
from mart.kpi_restatements as restatements
inner join mart.kpi_scorecard as scorecard using (kpi, grain)
left join mart.kpi_values as shown
    on restatements.kpi = shown.kpi and restatements.grain = shown.grain and shown.slice = ''
    and restatements.period_start = shown.period_start
where restatements.run_id = $run_id and restatements.slice = '' and reason <> 'definition_change'
order by restatements.kpi, restatements.period_start
"""


@dataclass(frozen=True)
class Restated:
    """A published total of a complete period that this run changed; None is no value."""

    period_start: date
    period_end: date
    old: float | None
    new: float | None

    @property
    def size(self) -> float:
        """The change as a share of the old value; infinite where there was none, or there is none any more."""
        if not self.old or self.new is None:
            return float("inf")
        return abs(self.new - self.old) / abs(self.old)


@dataclass(frozen=True)
class Standing:
    """One KPI: its latest complete period, the goal under way, its certificate, its turns and what drives it.

    ``measurable`` and ``up_to_date`` are None where no certificate was made. ``turn_en`` says an unfavourable signal in
    that period, ``driver_en`` what explains an unfavourable change. ``matures``: outcomes follow later.
    """

    kpi: str
    department: str | None
    tier: str | None
    company_level: bool
    unit: str | None
    currency: str | None
    direction: str | None
    grain: Grain | None
    period_start: date | None
    period_end: date | None
    value: float | None
    target: float | None
    target_low: float | None
    target_high: float | None
    status: str | None
    streak: int
    goal_grain: Grain | None
    goal_start: date | None
    goal_end: date | None
    goal_value: float | None
    goal_target: float | None
    goal_expected: float | None
    pace: float | None
    matures: bool
    measurable: bool | None
    up_to_date: bool | None
    reasons_en: str
    reasons_es: str
    was_measured: bool
    turn_en: str | None
    turn_es: str | None
    driver_en: str | None
    driver_es: str | None
    restated: tuple[Restated, ...] = ()


def read_standings(con: DuckDBPyConnection, run_id: str) -> list[Standing]:
    """Read the KPIs of the attached ``mart``'s scorecard, as the run that builds it left them."""
    restated: dict[str, list[Restated]] = {}
    for kpi, *change in con.execute(_RESTATED, {"run_id": run_id}).fetchall():
        restated.setdefault(kpi, []).append(Restated(*change))
    rows = con.execute(_QUERY, {"run_id": run_id}).fetchall()
    return [Standing(*row, restated=tuple(restated.get(row[0], ()))) for row in rows]
