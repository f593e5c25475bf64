"""Takes personal data out of what checks and people say: such words are left out of a mart and keep nobody from it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

LEFT_OUT = "left out: it would show personal data"
LEFT_OUT_ES = "se omite: mostraría datos personales"
# what is said of data, in the words of a source (a value, the path of a file) or of whoever planned and checked in
MESSAGES = (
    ("kpi_checks", "observed", LEFT_OUT),
    ("kpi_quarantine", "example", LEFT_OUT),
    ("kpi_certifications", "reasons_en", LEFT_OUT),
    ("kpi_certifications", "reasons_es", LEFT_OUT_ES),
    ("kpi_scorecard", "reasons_en", LEFT_OUT),
    ("kpi_scorecard", "reasons_es", LEFT_OUT_ES),
    ("kpi_alerts", "words_en", LEFT_OUT),
    ("kpi_alerts", "words_es", LEFT_OUT_ES),
    ("key_result_checkins", "comment", LEFT_OUT),
    *(("kpi_actions", text, LEFT_OUT) for text in ("cause", "description", "next_step", "last_note", "outcome")),
    ("kpi_actions", "words_en", LEFT_OUT),
    ("kpi_actions", "words_es", LEFT_OUT_ES),
)
# the same as the search of the whole mart finds in a text
_LEAVE_OUT = """
update mart.{table} set {column} = $left_out
where {column} in (
    with texts as (select distinct {column} as said, words_of({column}) as words from mart.{table}),
    starts as (select said, words, unnest(range(1, len(words) + 1)) as first from texts),
    phrases as (
        select said, array_to_string(words[first:first + more], ' ') as phrase
        from starts, range(least(8, (select max(words) from personal))) as lengths (more)
        where first + more <= len(words)
    )
    select said from phrases join personal using (phrase) where telling and (words > 1 or len(phrase) >= 8)
    union
    select said from texts where lower(trim(said)) in (select cell from personal where landed)
    union
    select said from (select said, unnest(addresses_of(said)) as address from texts)
    where address not in (select unnest($contacts::varchar[]))
)
"""


def leave_out_personal_messages(con: DuckDBPyConnection, contacts: Collection[str]) -> None:
    """Replace what checks, alerts, plans and check-ins of the attached ``mart``, old ones too, say in such words.

    Needs the temp table ``personal``. ``contacts`` are addresses that may be shown.
    """
    known = "select table_name, column_name from duckdb_columns() where database_name = 'mart'"
    there = set(con.execute(known).fetchall())
    for table, column, left_out in MESSAGES:
        if (table, column) not in there:
            continue
        query = _LEAVE_OUT.format(table=table, column=column)
        con.execute(query, {"left_out": left_out, "contacts": sorted(contacts)})
