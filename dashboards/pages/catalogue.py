"""The catalogue: every KPI and tracked metric, to be searched by what it says and filtered by what it is."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from dashboards.departments import departments
from dashboards.mart import Mart, Row, names
from dashboards.page import CATALOGUE, Page
from dashboards.speaker import LANGUAGES, Speaker
from dashboards.standing import Standing, slices, standing

# what the catalogue can be filtered by, each a column of it but for the last two
FILTERS = ("department", "kind", "tier", "timing", "perspective", "status", "certified")


@dataclass(frozen=True)
class Entry:
    """A KPI or tracked metric.

    ``facts`` are what it is, name → words, ``also`` is what it is called in the other language, which a search finds,
    and ``filters`` the words of the mart by which it is filtered. ``by_label`` and ``by_department`` are its places in
    the two orders.
    """

    figure: Standing
    question: str
    description: str
    formula: str
    roles: tuple[str, ...]
    facts: dict[str, str]
    also: str
    filters: dict[str, str]
    by_label: int
    by_department: int


@dataclass(frozen=True)
class Filter:
    """Something that entries are filtered by, with the words of the mart that occur and how these are said."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]


def pages(mart: Mart, say: Speaker) -> Iterator[Page]:
    """Yield the page."""
    words, entries = say.words("catalogue"), list(_entries(mart, say))
    content = {
        "own": words,
        "sentence": _sentence(say, entries),
        "entries": entries,
        "filters": [found for name in FILTERS if len((found := _filter(say, name, entries)).options) > 1],
    }
    yield Page(CATALOGUE, "catalogue.html.jinja", words["title"], content)


def _entries(mart: Mart, say: Speaker) -> Iterator[Entry]:
    """Yield the entries by their labels."""
    house = {name: place for place, name in enumerate((*departments(mart), "company"))}
    kpis = sorted(mart.catalogue.values(), key=lambda kpi: _plain(say.label(kpi)))
    housed = sorted(kpis, key=lambda kpi: house[kpi["department"]])
    places = {kpi["kpi"]: place for place, kpi in enumerate(housed)}
    for place, kpi in enumerate(kpis):
        yield _entry(mart, say, kpi, place, places[kpi["kpi"]])


def _entry(mart: Mart, say: Speaker, kpi: Row, by_label: int, by_department: int) -> Entry:
    figure = standing(mart, say, kpi)
    other = next(lang for lang in LANGUAGES if lang != say.lang)
    return Entry(
        figure=figure,
        question=say.text(kpi, "question") or "",
        description=say.text(kpi, "description") or "",
        formula=kpi["formula"] or "",
        roles=tuple(_roles(say, kpi)),
        facts=_facts(say, kpi),
        also=" ".join(filter(None, (kpi[f"{column}_{other}"] for column in ("label", "question")))),
        filters={name: _filtered(name, kpi, figure) for name in FILTERS},
        by_label=by_label,
        by_department=by_department,
    )


def _roles(say: Speaker, kpi: Row) -> Iterator[str]:
    """What it is, in a few words."""
    words = say.words("catalogue")
    yield words[f"kind_{kpi['kind']}"]
    if kpi["company_level"]:
        yield words["company_level"]
    for name in ("department", "tier", "timing", "perspective"):
        if kpi[name]:
            yield say.term(name, kpi[name])
    if kpi["owner_team"]:
        yield words["answers"].format(owner=kpi["owner_team"])


def _facts(say: Speaker, kpi: Row) -> dict[str, str]:
    words = say.words("catalogue")
    grains = ", ".join(say.term("grain", grain).lower() for grain in names(kpi["grains"]))
    facts = {
        words["owner"]: " · ".join(filter(None, (kpi["owner_team"], kpi["owner_email"]))),
        words["review"]: say.term("cadence", kpi["review"]),
        words["grains"]: grains,
        words["slices"]: slices(say, kpi),
    }
    return {name: said for name, said in facts.items() if said}


def _filtered(name: str, kpi: Row, figure: Standing) -> str:
    """The word by which an entry is filtered; empty if it has none."""
    if name == "status":
        return figure.status or ""
    if name == "certified":
        return "yes" if figure.certified else "no"
    return kpi[name] or ""


def _filter(say: Speaker, name: str, entries: Sequence[Entry]) -> Filter:
    found = {entry.filters[name] for entry in entries} - {""}
    options = sorted(((word, _said(say, name, word)) for word in found), key=lambda option: _plain(option[1]))
    return Filter(name, say.words("catalogue")[f"by_{name}"], tuple(options))


def _said(say: Speaker, name: str, word: str) -> str:
    if name == "certified":
        return say.words("site")[word]
    return say.words("catalogue")[f"kind_{word}"] if name == "kind" else say.term(name, word)


def _sentence(say: Speaker, entries: Sequence[Entry]) -> str:
    """How many KPIs and tracked metrics there are."""
    counts = Counter(entry.filters["kind"] for entry in entries)
    counted = [say.counted("alignment", kind, counts[kind]) for kind in ("kpi", "metric") if counts[kind]]
    return say.words("catalogue")["lead"].format(figures=say.words("alignment")["and"].join(counted))


def _plain(text: str) -> str:
    """A text without accents and capitals, by which both languages sort."""
    return "".join(sign for sign in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(sign))
