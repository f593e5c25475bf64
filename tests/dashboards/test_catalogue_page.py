"""The catalogue: every figure in it, in the order of each language, with what a search looks at."""

import html as markup
import json
import re

import pytest
from written_mart import RUN, card, certificate, kpi, metric, run, write_mart

from dashboards.build import build
from dashboards.mart import open_mart
from dashboards.pages import alignment, catalogue, trust
from dashboards.speaker import Speaker

pytestmark = pytest.mark.fast

EN, ES = Speaker("en", "Europe/Madrid"), Speaker("es", "Europe/Madrid")
HOSTILE = "</li><script>alert('x')</script> & \"more\""
FIGURES = [
    kpi("zeal", label_es="Ábaco", slices="channel, country", objective="grow", company_level=True),
    kpi("abacus", label_es="Zorro", department="support", tier="secondary", timing="leading"),
    metric("mood", label_es="Ánimo", department="support"),
    metric("hostile", label_en=HOSTILE, label_es=HOSTILE, owner_team=HOSTILE, formula=HOSTILE),
    kpi("gone", lifecycle="retired"),
]
WEIGHT = 200_000


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return write_mart(
        tmp_path_factory.mktemp("catalogue") / "kpi_mart.duckdb",
        kpi_catalog=FIGURES,
        kpi_scorecard=[card("zeal", 12), card("abacus", 3, "off_target")],
        kpi_certifications=[certificate("zeal"), certificate("abacus", certified=False)],
    )


def content(file, say):
    with open_mart(file) as mart:
        (page,) = catalogue.pages(mart, say)
    return page.content


def test_entries_are_in_the_order_of_their_labels_without_regard_to_accents(file):
    assert [entry.figure.kpi for entry in content(file, EN)["entries"]] == ["hostile", "abacus", "mood", "zeal"]
    entries = content(file, ES)["entries"]
    assert [entry.figure.label for entry in entries] == [HOSTILE, "Ábaco", "Ánimo", "Zorro"]
    housed = sorted(entries, key=lambda entry: entry.by_department)
    assert [entry.figure.kpi for entry in housed] == ["hostile", "zeal", "mood", "abacus"]


def test_an_entry_says_what_it_is_and_who_answers_for_it(file):
    entry = next(entry for entry in content(file, ES)["entries"] if entry.figure.kpi == "zeal")
    assert entry.roles == (
        "KPI", "cuadro de la empresa", "Ventas", "Primarios", "confirma", "objetivo del departamento",
        "responsable: Sales team",
    )  # fmt: skip
    assert entry.facts == {
        "Responsable": "Sales team · sales@example.com",
        "Revisión": "mensual",
        "Periodos": "mes, trimestre",
        "Se divide según": "el canal, el país",
    }
    assert entry.also == "Zeal How is zeal?"
    assert (entry.figure.number, entry.figure.status_words, entry.figure.certified) == (12, "en la meta", True)


def test_filters_offer_what_occurs_and_only_where_there_is_a_choice(file):
    found = {each.name: dict(each.options) for each in content(file, EN)["filters"]}
    assert found == {
        "department": {"sales": "Sales", "support": "Customer support"},
        "kind": {"kpi": "KPI", "metric": "tracked metric"},
        "tier": {"primary": "Primary", "secondary": "Secondary", "usage": "Usage"},
        "timing": {"leading": "leading", "lagging": "lagging"},
        "status": {"on_target": "on target", "off_target": "off target"},
        "certified": {"yes": "yes", "no": "no"},
    }


def test_the_page_escapes_its_data_and_gives_scripts_what_they_filter_by(file):
    build(file, file.parent / "site", "Europe/Madrid")
    html = (file.parent / "site" / "en" / "catalogue.html").read_text()
    assert "alert('x')" not in html
    assert "<script>alert" not in html
    filters = [json.loads(markup.unescape(found)) for found in re.findall(r"data-is='([^']*)'", html)]
    assert filters[1] == {
        "department": "support", "kind": "kpi", "tier": "secondary", "timing": "leading",
        "perspective": "department_objective", "status": "off_target", "certified": "no",
    }  # fmt: skip
    assert len(filters) == 4
    assert '<form class="finder" role="search" hidden>' in html  # without scripts it is a plain list


def test_an_empty_catalogue_says_how_to_begin(tmp_path):
    file = write_mart(tmp_path / "kpi_mart.duckdb", kpi_runs=[])
    build(file, tmp_path / "site", "Europe/Madrid")
    for lang, words in (("en", "Nothing is defined yet"), ("es", "Todavía no hay nada definido")):
        html = (tmp_path / "site" / lang / "catalogue.html").read_text()
        assert words in html
        assert "finder" not in html


def test_pages_stay_light_with_sixty_kpis_of_long_names_and_many_failed_checks(tmp_path, monkeypatch, record_property):
    monkeypatch.setattr("dashboards.build.PAGES", (alignment, catalogue, trust))
    long = "A name of eighty characters is what somebody will write one day, and here it is!"
    names = [f"figure_{number}" for number in range(94)]
    made = [(kpi if number < 60 else metric)(name, label_en=long, label_es=long, parents="figure_0")
            for number, name in enumerate(names)]  # fmt: skip
    failed = [
        {"check": f"shop.orders.{number}", "run_id": RUN, "kind": "gx", "severity": "error", "passed": False,
         "observed": "x" * 500, "kpis": names}
        for number in range(60)
    ]  # fmt: skip
    file = write_mart(
        tmp_path / "kpi_mart.duckdb",
        kpi_catalog=made,
        kpi_checks=failed,
        kpi_certifications=[certificate(name, certified=False, reasons_en=long, reasons_es=long) for name in names],
        kpi_runs=[run(), *(run(f"earlier-{number}", rows_in=10) for number in range(60))],
    )
    build(file, tmp_path / "site", "Europe/Madrid")
    for page in ("alignment", "catalogue", "trust"):
        weight = max((tmp_path / "site" / lang / f"{page}.html").stat().st_size for lang in ("en", "es"))
        assert 20_000 < weight <= WEIGHT, page
        record_property("figure", f"{page} {weight / 1000:.0f} kB")
