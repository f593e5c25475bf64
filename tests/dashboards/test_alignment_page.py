"""The alignment page: each figure once, under what it serves, and nothing hidden that serves nothing."""

import re

import pytest
from written_mart import card, kpi, metric, value, write_mart

from dashboards.alignment_tree import branches
from dashboards.build import build
from dashboards.mart import open_mart
from dashboards.pages import alignment
from dashboards.speaker import Speaker

pytestmark = pytest.mark.fast

EN, ES = Speaker("en", "Europe/Madrid"), Speaker("es", "Europe/Madrid")
OBJECTIVES = [
    {"id": "grow", "label_en": "Grow <fast>", "label_es": "Crecer <ya>", "owner_team": "Board", "status": "at_risk",
     "progress": 0.4, "expected_progress": 0.5},
    {"id": "keep", "label_en": "Keep them", "label_es": "Conservarlos", "owner_team": "Board", "status": "no_target"},
]  # fmt: skip
STEPS = [{"id": "more_calls", "objective": "grow", "metric": "calls", "label_en": "More calls", "label_es": "Más"}]
FIGURES = [
    kpi("revenue", objective="grow", company_level=True),
    kpi("conversion", objective="grow", parents="revenue", department="ecommerce"),
    kpi("basket", objective="grow", parents="revenue"),
    kpi("retention", objective="keep", company_level=True),
    kpi("repurchase", objective="keep", parents="revenue, retention"),
    metric("visits", parents="conversion, basket"),
    metric("calls"),
    metric("loose", parents="nobody"),
    kpi("stray", objective="unwritten"),
    metric("of_stray", parents="stray"),
]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("alignment")
    return write_mart(
        folder / "kpi_mart.duckdb",
        kpi_catalog=FIGURES,
        objectives=OBJECTIVES,
        key_results=STEPS,
        kpi_scorecard=[card("revenue", 1200, "off_target"), card("basket", None, "no_data")],
        kpi_values=[value("visits", 4321)],
    )


@pytest.fixture(scope="module")
def site(file):
    build(file, file.parent / "site", "Europe/Madrid")
    return file.parent / "site"


def shape(tree):
    return {branch.kpi["kpi"]: shape(branch.below) for branch in tree}


def grown(file, objectives=("grow", "keep")):
    with open_mart(file) as mart:
        return {name: shape(tree) for name, tree in branches(mart, EN, objectives).items()}


def content(file, say):
    with open_mart(file) as mart:
        (page,) = alignment.pages(mart, say)
    return page.content


def test_each_figure_stands_once_under_the_first_parent_of_its_own_objective(file):
    assert grown(file) == {
        "grow": {"revenue": {"basket": {}, "conversion": {"visits": {}}}, "calls": {}},
        "keep": {"retention": {"repurchase": {}}},
        None: {"stray": {"of_stray": {}}, "loose": {}},
    }


def test_the_company_comes_before_departments_and_these_before_what_is_tracked(file):
    tree = grown(file, ())[None]
    assert list(tree) == ["retention", "revenue", "stray", "calls", "loose"]
    assert list(tree["revenue"]) == ["basket", "conversion", "repurchase"]


def test_further_parents_are_named_on_both_sides(file):
    nodes = {}

    def walk(found):
        for node in found:
            nodes[node.figure.kpi] = node
            walk(node.nodes)

    for purpose in content(file, EN)["purposes"]:
        walk(purpose.nodes)
    assert {name: node.serves for name, node in nodes.items() if node.serves} == {
        "repurchase": ("revenue",),
        "visits": ("basket",),
    }
    assert {name: node.served_by for name, node in nodes.items() if node.served_by} == {
        "revenue": ("repurchase",),
        "basket": ("visits",),
    }
    assert nodes["revenue"].nodes_words == "2 KPIs below"
    assert (nodes["revenue"].figure.number, nodes["revenue"].figure.status_words) == (1200, "off target")
    assert (nodes["visits"].figure.value, nodes["visits"].figure.status_words) == ("4,321", "tracked")
    assert (nodes["basket"].figure.value, nodes["basket"].figure.status) == ("no data yet", "no_data")


def test_a_circle_is_opened_and_hides_nobody(tmp_path):
    ring = [kpi("one", objective="grow", parents="two"), kpi("two", objective="grow", parents="three, one"),
            kpi("three", objective="grow", parents="one"), metric("self", parents="self")]  # fmt: skip
    file = write_mart(tmp_path / "kpi_mart.duckdb", kpi_catalog=ring, objectives=OBJECTIVES)
    with open_mart(file) as mart:
        found = branches(mart, EN, ["grow"])
        names = [name for tree in found.values() for branch in tree for name in branch.names()]
    assert sorted(names) == ["one", "self", "three", "two"]
    assert list(found) == ["grow", None]


@pytest.mark.parametrize(
    ("say", "sentences"),
    [
        (EN, [
            "2 objectives, and 5 KPIs and 2 tracked metrics that serve them; each figure stands once, under what it "
            "serves first.",
            "Of 1 objective with key results, 1 is at risk.",
            "3 figures serve no objective yet; they stand at the end.",
        ]),
        (ES, [
            "2 objetivos, y 5 KPI y 2 métricas en seguimiento a su servicio; cada cifra aparece una sola vez, bajo lo "
            "primero a lo que contribuye.",
            "De 1 objetivo con resultados clave, 1 está en riesgo.",
            "3 cifras no contribuyen todavía a ningún objetivo; están al final.",
        ]),
    ],
    ids=["en", "es"],
)  # fmt: skip
def test_the_page_begins_with_how_much_serves_what(file, say, sentences):
    assert content(file, say)["sentences"] == sentences


def test_without_objectives_the_page_says_where_they_would_live(tmp_path):
    file = write_mart(tmp_path / "kpi_mart.duckdb", kpi_catalog=[kpi("alone")])
    found = content(file, ES)
    assert found["sentences"][0].startswith("Todavía no hay objetivos escritos")
    assert [node.figure.kpi for node in found["unserved"]] == ["alone"]


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_figure_can_be_linked_to_and_what_comes_from_data_is_escaped(site, lang):
    html = (site / lang / "alignment.html").read_text()
    assert sorted(re.findall(r'id="kpi-(\w+)"', html)) == sorted(row["kpi"] for row in FIGURES)
    assert set(re.findall(r'href="#kpi-(\w+)"', html)) == {"revenue", "repurchase", "basket", "visits", "calls"}
    assert 'id="grow"' in html
    assert ("Grow &lt;fast&gt;" if lang == "en" else "Crecer &lt;ya&gt;") in html
    assert "<fast>" not in html
    assert "<ya>" not in html
