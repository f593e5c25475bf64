"""English that must not be left on a Spanish page, and Spanish on an English one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from site_under_test import Site

# Words that English pages are full of, none of which is a Spanish one or a name.
WORDS = """
    the of and with for from by is are was were be been has have had not this that these those it its what who why how
    when which where there than then more less most least each every since before after until between above below
    target targets owner value values change changes week weeks month months year years day days hours quarter today
    previous next last first status certified uncertified forecast forecasts progress expected confidence review
    page pages source sources run runs check checks failed passed rows fresh freshness stale late department
    definition definitions formula version lineage driver drivers slice slices trend signal limits lower upper
    objective objectives key results due alert alerts plans action actions step steps reason reasons
    show hide sort search filter open closed all yes only other others unknown missing empty about so far
    rate rates customer customers revenue sales orders order support people company employees sessions visits
    average share count percent points money score sample table chart figure figures
    January February March April June July August September October November December
    Monday Tuesday Wednesday Thursday Friday Saturday Sunday
    Jan Apr Aug Dec Mon Tue Wed Thu Fri Sat Sun
"""
PATTERN = re.compile(rf"\b({'|'.join(WORDS.split())})\b")
CAPITAL = re.compile(rf"\b({'|'.join(word.capitalize() for word in WORDS.split())})\b")
ENGLISH_DECIMALS = re.compile(r"(?<![\d.,])\d+\.\d{1,2}(?![\d.])")
SPANISH_DECIMALS = re.compile(r"(?<![\d.,])\d+,\d{1,2}(?![\d,])")
QUOTED = re.compile("«[^»]*»|“[^”]*”")
# a word of a language, not a unit or an abbreviation
WORD = re.compile("[a-záéíóúñ]{4}")
SAME = ("KPI mart",)


def words_in(line: str, names: Iterable[str]) -> list[str]:
    """The English words in a line, but for names and quotes."""
    said = _own_words(line, names)
    return [*PATTERN.findall(said), *CAPITAL.findall(said)]


def has_words(line: str, names: Iterable[str]) -> bool:
    """Whether a line says more than names, quotes, numbers, units and what is one word in both languages."""
    return bool(WORD.search(_own_words(line, names)))


def _own_words(line: str, names: Iterable[str]) -> str:
    said = unquoted(line)
    for name in (*names, *SAME):
        said = said.replace(name, "")
    return said


def unquoted(line: str) -> str:
    """A line without what people wrote themselves."""
    return QUOTED.sub("", line)


def names_of(site: Site) -> list[str]:
    """What is called the same in every language: teams, their addresses, segments and some labels; longest first."""
    names = """
        select owner_team from kpi_catalog union select owner_email from kpi_catalog
        union select owner_team from objectives union select owner from kpi_actions
        union select slice_value from kpi_values where slice <> ''
        union select label_en from kpi_catalog where label_en = label_es
    """
    return sorted({name for (name,) in site.ask(names) if name}, key=len, reverse=True)


def said_twice(site: Site) -> list[tuple[str, str]]:
    """Every text that the mart holds in both languages and differently, as (English, Spanish)."""
    both = """
        select table_name, column_name[:-4] from duckdb_columns()
        where column_name like '%\\_en' escape '\\' and not internal
    """
    pairs: set[tuple[str, str]] = set()
    for table, column in site.ask(both):
        differing = f"select distinct {column}_en, {column}_es from {table} where {column}_en <> {column}_es"
        pairs |= set(site.ask(differing))
    return sorted(pairs)


def among(texts: Iterable[str], lines: Iterable[str]) -> list[str]:
    """The texts that stand in some line as whole words."""
    said = "\n".join(set(lines))
    return [text for text in texts if text in said and re.search(rf"(?<!\w){re.escape(text)}(?!\w)", said)]
