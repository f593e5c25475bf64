"""What `kpi show` says of noise and change in a KPI, and of KPIs that move before or after it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from metrics.wording import dates, numbers
from orchestration.cli.reading.show_words import WORDS
from orchestration.querying.rows import Row, rows

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LIMITS = """
    select grain, period_start, period_end, lower, upper
    from kpi_control_limits inner join kpi_values using (kpi, grain, period_start)
    where kpi = $kpi and grain = $grain and slice = ''
    order by period_start desc limit 1
"""
# the newest ones of the last twelve periods
SIGNALS = """
    select words_en, words_es
    from kpi_signals
    where kpi = $kpi and grain = $grain and period_start >= (
        select min(period_start) from (
            select period_start from kpi_values
            where kpi = $kpi and grain = $grain and slice = '' and is_complete
            order by period_start desc limit 12
        )
    )
    order by period_start desc, rule limit 3
"""
RELATIONSHIPS = """
    select words_en, words_es from kpi_relationships
    where $kpi in (leading_kpi, lagging_kpi)
    order by list_position(['confirmed', 'found', 'doubted', 'too_short'], verdict), leading_kpi, lagging_kpi
"""


def movement(con: DuckDBPyConnection, definition: Row, lang: numbers.Language) -> Iterator[tuple[str, str]]:
    """Say within which limits a KPI varies, what was more than noise lately, and what moves with it."""
    kpi = {"kpi": definition["kpi"]}
    review = kpi | {"grain": definition["review_grain"]}
    for row in rows(con, LIMITS, review):
        yield "usual", _usual(row, definition, lang)
    for row in rows(con, SIGNALS, review):
        yield "signal", row[f"words_{lang}"]
    for row in rows(con, RELATIONSHIPS, kpi):
        yield "relationship", row[f"words_{lang}"]


def _usual(row: Row, definition: Row, lang: numbers.Language) -> str:
    lower, upper = (
        numbers.value(row[name], definition["unit"], definition["currency"], lang) for name in ("lower", "upper")
    )
    when = dates.in_period(row["grain"], row["period_start"], row["period_end"])
    said = WORDS[lang]["from_to"].format(lower=lower, upper=upper)
    return f"{said} {when.en if lang == 'en' else when.es}"
