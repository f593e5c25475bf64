"""The key results of the generated company, by SQL over the tables of its raw extracts, as the catalogue words them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

# 2024-01-01 was a Monday
WEEKS = """
create table weeks as
select unnest(generate_series(date '2024-01-01', date '2027-12-27', interval 7 day))::date as week
"""
CALLS = "activities where kind = 'follow_up_call' and activity_day"
TALKS = "activities where kind = 'presentation' and activity_day"
SURVEYS = "surveys where kind in ('csat', 'nps') and sent_day"
WHOLE = "week >= ${0} and week + 6 < ${1} and week + 6 < $until"
WEEKLY_MEAN = "select avg((select count(*) from {of} between week and week + 6)) from weeks where {whole}"
SHARE_OF_WEEKS = """
select avg(case when (select count(*) from {of} between week and week + 6) >= 3 then 1.0 else 0 end)
from weeks where {whole}
"""
# of the leads of whole weeks that were all created 30 days ago, as far as those weeks were over on local days
CONVERSION = """
select count(*) filter (where is_converted_in_30_days) / count(*)
from leads join weeks on created_day between week and week + 6 where {whole} and week + 6 + 30 < $until
"""
MEDIAN = "select median(seconds_to_response) from tickets where opened_day >= ${0} and opened_day < ${1}"
REVENUE = "select sum(net_amount) from orders where ordered_day >= ${0} and ordered_day < ${1}"
RECURRING = f"{REVENUE} and rank_of_customer > 1"
ANALYSED = """
select market, min(occurred_at) as first_at from activities
where kind = 'market_analysis' and market is not null and activity_day >= ${0} and activity_day < ${1} group by market
"""
NEW = f"""
with analysed as ({ANALYSED})
select market from analysed a
where not exists (select 1 from deals d where d.market = a.market and stage = 'won' and closed_at < a.first_at)
"""
NEW_MARKETS = f"select count(*) from ({NEW})"
SOLD_TWICE = f"""
select avg(case when (
    select count(*) from deals d
    where d.market = n.market and stage = 'won' and closed_day >= ${{0}} and closed_day < ${{1}}
) >= 2 then 1.0 else 0 end) from ({NEW}) n
"""


@dataclass(frozen=True)
class Quarter:
    """A quarter from its first day to the first of the next, the one before, and the first day that is not over."""

    before: date
    start: date
    end: date
    until: date


def key_results(con: duckdb.DuckDBPyConnection, quarter: Quarter) -> dict[str, tuple[float | None, ...]]:
    """Key result → baseline, target, current and progress; ``con`` has the tables of a company."""
    con.execute(WEEKS)

    def ask(sql: str, *, of: str = "", previous: bool = False) -> float:
        names = ("before", "start") if previous else ("start", "end")
        text = sql.replace("{whole}", WHOLE).replace("{of}", of).replace("${0}", f"${names[0]}")
        text = text.replace("${1}", f"${names[1]}")
        given: dict[str, Any] = {
            name: getattr(quarter, name) for name in ("before", "start", "end", "until") if f"${name}" in text
        }
        (found,) = con.execute(text, given).fetchone() or (None,)
        return float(found)

    def way(sql: str, change: float, of: str = "") -> tuple[float, ...]:
        before, now = ask(sql, of=of, previous=True), ask(sql, of=of)
        target = before * (1 + change)
        return before, target, now, _clipped((now - before) / (target - before))

    def total(sql: str, change: float) -> tuple[float, ...]:
        before, now = ask(sql, previous=True), ask(sql)
        return before, before * (1 + change), now, _clipped(now / (before * (1 + change)))

    def share(sql: str, of: str = "") -> tuple[float | None, ...]:
        now = ask(sql, of=of)
        return None, 1.0, now, now

    markets = ask(NEW_MARKETS)
    return {
        "grow_sales": total(REVENUE, 0.20),
        "more_follow_up_calls": way(WEEKLY_MEAN, 0.50, CALLS),
        "better_lead_conversion": way(CONVERSION, 0.10),
        "weekly_presentations": share(SHARE_OF_WEEKS, TALKS),
        "three_new_markets": (ask(NEW_MARKETS, previous=True), 3.0, markets, _clipped(markets / 3)),
        "two_sales_in_each_new_market": share(SOLD_TWICE),
        "more_surveys": way(WEEKLY_MEAN, 0.20, SURVEYS),
        "faster_first_response": way(MEDIAN, -0.30),
        "more_recurring_sales": total(RECURRING, 0.15),
    }


def _clipped(share: float) -> float:
    return min(max(share, 0.0), 1.0)
