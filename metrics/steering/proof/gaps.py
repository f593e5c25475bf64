"""Days on which data of a KPI is missing: far fewer rows than that weekday has, and too few to be chance."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

# A day is low with less than this share of what is usual on its weekday.
LOW_SHARE = 0.25
# Days in a row that are low are a gap if chance alone gives as few rows less often than e to the power of this.
LOG_CHANCE = -20
# So a topic says that it is a part of another: it may have too few rows to prove a gap, but lacks what the whole lacks.
PART = " where "
# Usual is what the weeks before and after a day have.
DAYS_AROUND = 13 * 7

_INPUT = "warehouse.kpi.kpi_input_days"
_NOTHING = "select ''::varchar as kpi, ''::varchar as topic, null::date as day, 0 as rows where false"
# A weekday that was never as busy before is a beginning and no gap; one that has no rows, or is closed, is no evidence.
_GAPS = """
create or replace temp table gaps as
with input_days as (
    select kpi, topic, day, rows from {input}
    where day < $today and day not in (select unnest($closed::date[]))
),

usual as (
    select *, least(median(rows) over around, max(rows) over before) as expected, max(rows) over before as known
    from input_days
    window
        around as (
            partition by kpi, topic, isodow(day) order by day
            range between interval {days} days preceding and interval {days} days following
        ),
        before as (
            partition by kpi, topic, isodow(day) order by day
            range between interval {days} days preceding and interval 1 day preceding
        )
),

judged as (
    select *, rows < {low} * expected as is_low from usual
    where expected > 0 and known is not null
),

runs as (
    select
        *,
        row_number() over (partition by kpi, topic order by day)
        - row_number() over (partition by kpi, topic, is_low order by day) as run
    from judged
),

proven as (
    select
        kpi, topic,
        min(day) as first_day,
        max(day) as last_day,
        sum(rows)::bigint as rows,
        sum(expected)::bigint as expected
    from runs
    where is_low
    group by kpi, topic, run
    having sum(rows * ln(expected) - expected - lgamma(rows + 1)) < {chance}
),

of_the_whole as (
    select distinct topic as whole, first_day, last_day from proven where not contains(topic, '{part}')
),

implied as (
    select
        kpi, topic, first_day, last_day,
        sum(rows)::bigint as rows,
        round(sum(expected))::bigint as expected
    from judged
    inner join of_the_whole on starts_with(topic, whole || '{part}') and day between first_day and last_day
    group by kpi, topic, first_day, last_day
    having sum(rows) < {low} * sum(expected)
)

select * from proven
union all
select * from implied
where not exists (
    from proven
    where
        proven.kpi = implied.kpi and proven.topic = implied.topic
        and proven.first_day <= implied.last_day and proven.last_day >= implied.first_day
)
"""


@dataclass(frozen=True)
class Gap:
    """Days, both ends included, on which a KPI's ``topic`` has ``rows`` where about ``expected`` are usual."""

    topic: str
    first_day: date
    last_day: date
    rows: int
    expected: int


def find_gaps(con: DuckDBPyConnection, today: date, closed: Iterable[date] = ()) -> dict[str, list[Gap]]:
    """Find the gaps in the input of every KPI before ``today``, and keep them as the temp table ``gaps``.

    The input is ``kpi_input_days`` (kpi, topic, day, rows) of the warehouse, whose days have no holes. Usual is the
    median of the same weekday in the thirteen weeks before and after, and never more than one of those before had. On
    ``closed`` days nothing is expected.

    Returns:
        The gaps by KPI, in the order of their days.
    """
    query = _GAPS.format(input=_input(con), days=DAYS_AROUND, low=LOW_SHARE, chance=LOG_CHANCE, part=PART)
    con.execute(query, {"today": today, "closed": sorted(closed)})
    return known_gaps(con)


def known_gaps(con: DuckDBPyConnection) -> dict[str, list[Gap]]:
    """The gaps by KPI, in the order of their days, that ``find_gaps`` found; none before it looked."""
    if not con.execute("select true from duckdb_tables() where temporary and table_name = 'gaps'").fetchone():
        return {}
    found: dict[str, list[Gap]] = {}
    rows = "select kpi, topic, first_day, last_day, rows, expected from gaps order by kpi, first_day, topic"
    for kpi, *gap in con.execute(rows).fetchall():
        found.setdefault(kpi, []).append(Gap(*gap))
    return found


def count_input(con: DuckDBPyConnection, spans: dict[str, tuple[date, date]]) -> dict[str, int]:
    """Rows that each KPI was computed from in a span of days, both ends included."""
    query = f"""
        select input_days.kpi, sum(rows)::bigint
        from (select unnest($spans::struct(kpi varchar, first_day date, last_day date)[], recursive := true)) as span
        inner join ({_input(con)}) as input_days
            on span.kpi = input_days.kpi and day between span.first_day and span.last_day
        group by input_days.kpi
    """
    listed = [{"kpi": kpi, "first_day": first, "last_day": last} for kpi, (first, last) in spans.items()]
    return dict(con.execute(query, {"spans": listed}).fetchall())


def _input(con: DuckDBPyConnection) -> str:
    """The input's relation; an empty one in a warehouse whose KPIs have not been built."""
    built = con.execute(
        "select true from duckdb_columns() where database_name = 'warehouse' and table_name = 'kpi_input_days' limit 1"
    ).fetchone()
    return f"(from {_INPUT})" if built else f"({_NOTHING})"
