"""The weekly digest: what it says, that it equals the mart, and that mail services show it whole."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from html.parser import HTMLParser

import pytest
from written_mart import card, kpi, value, write_mart

from dashboards.digest import as_html, as_text, compose, scopes
from dashboards.digest.bars import bars
from dashboards.mart import open_mart
from dashboards.speaker import Speaker

pytestmark = pytest.mark.fast
SITE = "https://kpi.example.com/site/"
MARKUP = '<script src=//evil.example></script> & "quoted" <b>'
GMAIL_CLIPS_AT = 102 * 1024
ALL_OF_SEPTEMBER = [date(2026, 9, 1) + timedelta(days=day) for day in range(35)]
CALENDAR = [{"day": day, "week": day - timedelta(days=day.weekday())} for day in ALL_OF_SEPTEMBER]
KPIS = [
    kpi("revenue", unit="currency", currency="EUR", company_level=True, objective="grow"),
    kpi("win_rate", unit="percent", objective="grow"),
    kpi("deals"),
    kpi("sick_days", department="people", unit="days"),
]
CARDS = [
    card("revenue", 1234568.4, "off_target", target=2000000, previous_value=1000000, company_level=True),
    card(
        "win_rate", 0.412, certified=False, target=0.4, reasons_en="data is missing", reasons_es="faltan datos",
        last_certified_value=0.375, last_certified_period_start=date(2026, 8, 1), year_ago_value=0.4,
    ),
    card("deals", None, "no_data"),
    card("sick_days", 3, department="people"),
]  # fmt: skip
VALUES = [
    value("win_rate", 0.375, period_start=date(2026, 8, 1), period_end=date(2026, 8, 31)),
    *(value("revenue", 100 * month, period_start=date(2026, month, 1)) for month in range(1, 10)),
]
CHANGED = {"grain": "month", "period_start": date(2026, 9, 1), "compare": "previous", "is_notable": True}
EXPLANATIONS = [
    {
        **CHANGED, "kpi": "revenue", "change": 1, "value_before": 9, "sentence_en": "Revenue rose, mostly in Spain.",
        "sentence_es": "Revenue (es): subió, sobre todo en España.",
    },
    {
        **CHANGED, "kpi": "win_rate", "change": 0.1, "value_before": 9, "sentence_en": "Win rate rose a little.",
        "sentence_es": "Win rate (es): subió un poco.",
    },
]  # fmt: skip
AIM = {"status": "at_risk", "expected_progress": 0.5, "due": date(2026, 12, 31)}
OBJECTIVES = [
    {**AIM, "id": "grow", "label_en": "Grow sales", "label_es": "Vender más", "progress": 0.25},
    {**AIM, "id": "stay", "label_en": "A place to stay", "label_es": "Un sitio donde quedarse", "progress": 0.5},
]
KEY_RESULTS = [
    {
        **AIM, "id": "more_deals", "objective": "grow", "metric": "deals", "label_en": "More deals",
        "label_es": "Más tratos", "progress": 0.125,
    },
]  # fmt: skip
ACTIONS = [
    {"id": "late", "kpi": "revenue", "status": "overdue", "owner": "ann@example.com", "due": date(2026, 9, 1)},
    {"id": "asked:deals", "kpi": "deals", "status": "asked"},
    {"id": "theirs", "kpi": "sick_days", "status": "overdue", "owner": "bob@example.com"},
]
OPENED = {"opened_at": datetime(2026, 9, 20)}
ALERTS = [
    {**OPENED, "id": "a", "kpi": "win_rate", "severity": "warning"},
    {**OPENED, "id": "b", "kpi": "revenue", "severity": "critical"},
    {**OPENED, "id": "c", "kpi": "deals", "severity": "critical", "resolved_at": datetime(2026, 9, 21)},
]
TABLES = {
    "calendar": CALENDAR, "kpi_catalog": KPIS, "kpi_scorecard": CARDS, "kpi_values": VALUES,
    "kpi_explanations": EXPLANATIONS, "objectives": OBJECTIVES, "key_results": KEY_RESULTS, "kpi_actions": ACTIONS,
    "kpi_alerts": ALERTS,
}  # fmt: skip


class Mail(HTMLParser):
    """What a reader of mails makes of a text: its elements, their attributes, and its words."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.words = ""
        self.feed(html)
        self.words = " ".join(self.words.split())

    def handle_starttag(self, tag, attrs):
        self.elements.append(tag)
        self.attributes += attrs
        self.words += " "

    def handle_data(self, data):
        self.words += data

    @property
    def links(self) -> list[str]:
        return [value for name, value in self.attributes if name == "href"]


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return write_mart(tmp_path_factory.mktemp("mart") / "kpi_mart.duckdb", **TABLES)


def digest(file, scope: str = "sales", lang: str = "en"):
    with open_mart(file) as mart:
        return compose(mart, Speaker(lang, "Europe/Madrid"), scope)


def mail(file, scope: str = "sales", lang: str = "en", site: str | None = SITE) -> Mail:
    return Mail(as_html(digest(file, scope, lang), site))


@pytest.fixture(scope="module")
def crowded(tmp_path_factory):
    """A mart of 63 KPIs of sales with long names, long reasons and a course each."""
    names, reason = [f"kpi_{number}" for number in range(63)], "r" * 200
    return write_mart(
        tmp_path_factory.mktemp("crowded") / "kpi_mart.duckdb",
        kpi_catalog=[kpi(name, label_en="n" * 80, label_es="n" * 80) for name in names],
        kpi_scorecard=[
            card(name, 1e12, target=2e12, previous_value=1e9, reasons_en=reason, reasons_es=reason, certified=False)
            for name in names
        ],
        kpi_values=[value(name, month, period_start=date(2026, month, 1)) for name in names for month in range(1, 6)],
    )


@pytest.mark.parametrize(
    ("scope", "lang", "subject"),
    [
        ("sales", "en", "Weekly KPIs · Sales · week of 21 to 27 September 2026: 0 of 3 on target"),
        ("company", "en", "Weekly KPIs · Company · week of 21 to 27 September 2026: 0 of 1 on target"),
        ("people", "es", "KPI semanales · Personas · semana del 21 al 27 de septiembre de 2026: 1 de 1 en la meta"),
    ],
)
def test_the_subject_says_whose_kpis_of_which_week_and_how_many_are_on_target(file, scope, lang, subject):
    assert digest(file, scope, lang).subject == subject


def test_there_is_one_of_the_company_and_of_each_department_with_a_kpi(file):
    with open_mart(file) as mart:
        assert scopes(mart) == {
            "company": ["revenue"],
            "sales": ["deals", "revenue", "win_rate"],
            "people": ["sick_days"],
        }


@pytest.mark.parametrize(
    ("lang", "said"),
    [
        (
            "en",
            [
                "0 of 3 KPIs are on target; 1 is off target; 1 has no data yet; 1 cannot be trusted now.",
                "Revenue rose, mostly in Spain.",
                "Revenue ■ off target target 2,000,000 EUR · 765,432 EUR below September 2026 · ✓ Certified "
                "1,234,568 EUR",
                "previous +23.5%",
                "Win rate ● on target target 40.0% · 1.2 pp above September 2026 · ! Not certified: data is missing. "
                "Last certified: 37.5% (August 2026) 41.2%",
                "year ago +1.2 pp",
                "Deals ○ no data",
                "What else changed, and why Win rate rose a little.",
                "Grow sales · due 31 December 2026 ▲ at risk · 25% reached, 50% expected by now",
                "▲ at risk · More deals: 12% reached",
                "Action plans overdue (1): Revenue (ann@example.com).",
                "Alerts open (2, 1 critical): Revenue, Win rate.",
                "As of 1 October 2026, 00:00 · run run-",
            ],
        ),
        (
            "es",
            [
                "0 de 3 KPI están en la meta; 1 está fuera de la meta; 1 no tiene datos todavía; "
                "de 1 no nos podemos fiar ahora.",
                "Revenue (es): subió, sobre todo en España.",
                "■ fuera de la meta meta 2.000.000 EUR · 765.432 EUR por debajo septiembre de 2026 · ✓ Certificado "
                "1.234.568 EUR",
                "! Sin certificar: faltan datos. Último certificado: 37,5 % (agosto de 2026) 41,2 %",
                "Qué más ha cambiado y por qué Win rate (es): subió un poco.",
                "Vender más · vence el 31 de diciembre de 2026 ▲ en riesgo · 25 % conseguido, 50 % esperado a hoy",
                "Planes de acción vencidos (1): Revenue (es) (ann@example.com).",
                "Alertas abiertas (2; críticas: 1): Revenue (es), Win rate (es).",
                "A 1 de octubre de 2026, 00:00 · ejecución run-",
            ],
        ),
    ],
)
def test_a_mail_says_what_the_mart_holds_in_its_language(file, lang, said):
    words = mail(file, lang=lang).words.replace("\u00a0", " ")
    assert [one for one in said if one not in words] == []


def test_a_department_hears_of_the_objectives_that_its_kpis_serve_and_of_its_own_plans_only(file):
    words = mail(file).words
    assert "A place to stay" not in words
    assert "bob@example.com" not in words
    company = mail(file, "company").words
    assert "A place to stay" in company
    assert "Alerts open (1, 1 critical): Revenue." in company
    people = mail(file, "people").words
    assert "Objectives" not in people
    assert "No alert is open." in people


def test_every_link_leads_into_the_site_in_the_mails_language(file):
    links = mail(file, lang="es").links
    assert f"{SITE}es/departments/sales.html" in links
    assert f"{SITE}es/kpis/win_rate.html" in links
    assert [link for link in links if not link.startswith(f"{SITE}es/")] == []
    assert f"{SITE}en/index.html" in mail(file, "company").links


def test_without_an_address_of_the_site_there_is_no_link(file):
    html = as_html(digest(file))
    assert Mail(html).links == []
    assert "http" not in html
    assert "http" not in as_text(digest(file))


def test_it_is_what_mail_services_show(file):
    html = as_html(digest(file, lang="es"), SITE)
    shown = Mail(html)
    assert set(shown.elements) <= {
        "html", "head", "meta", "title", "body", "table", "tr", "td", "th", "h1", "h2", "p", "a", "b", "br", "span",
    }  # fmt: skip
    assert ("lang", "es") in shown.attributes
    assert "max-width:600px" in html
    assert "url(" not in html
    assert "data:" not in html


def test_what_comes_from_data_is_never_markup(tmp_path):
    file = write_mart(
        tmp_path / "kpi_mart.duckdb",
        kpi_catalog=[kpi("deals", label_en=MARKUP, label_es=MARKUP, company_level=True)],
        kpi_scorecard=[card("deals", reasons_en=MARKUP, certified=False, company_level=True)],
        objectives=[{**OBJECTIVES[0], "label_en": MARKUP}],
        kpi_actions=[{"id": "late", "kpi": "deals", "status": "overdue", "owner": MARKUP}],
    )
    shown = mail(file, "company")
    assert shown.words.count(MARKUP) == 7
    assert "script" not in shown.elements
    assert [value for name, value in shown.attributes if name == "src"] == []
    assert MARKUP in as_text(digest(file))


@pytest.mark.parametrize(
    ("lang", "more"),
    [("en", "3 more KPIs are on the dashboard."), ("es", "Hay 3 KPI más en el cuadro de mando.")],
)
def test_sixty_kpis_with_long_names_fit_into_what_gmail_shows_and_the_rest_is_counted(crowded, lang, more):
    html = as_html(digest(crowded, lang=lang), f"https://{'kpi.' * 8}example.com")
    assert Mail(html).elements.count("th") == 2 + 60
    assert more in Mail(html).words
    assert len(html.encode()) < GMAIL_CLIPS_AT - 2048


def test_plain_text_says_the_same(file):
    english, spanish = as_text(digest(file), SITE), as_text(digest(file, lang="es"), SITE)
    assert (
        "Revenue: 1,234,568 EUR (September 2026)\n  ■ off target · target 2,000,000 EUR · 765,432 EUR below\n"
        in english
    )
    assert "  ! Not certified: data is missing. Last certified: 37.5% (August 2026)\n" in english
    assert f"Open the dashboard: {SITE}en/departments/sales.html" in english
    assert "Revenue (es): 1.234.568 EUR (septiembre de 2026)" in spanish
    assert not re.search(r"\n{3}|[ \t]\n", english), "no stray blanks"


def test_before_the_first_whole_week_the_subject_names_none(tmp_path):
    tables = {**TABLES, "calendar": [{"day": date(2026, 9, 30), "week": date(2026, 9, 28)}]}
    file = write_mart(tmp_path / "kpi_mart.duckdb", **tables)
    assert digest(file).subject == "Weekly KPIs · Sales: 0 of 3 on target"


def test_where_no_kpi_is_judged_the_subject_says_so(tmp_path):
    file = write_mart(
        tmp_path / "kpi_mart.duckdb", kpi_catalog=[kpi("deals")], kpi_scorecard=[card("deals", status="no_target")]
    )
    assert digest(file).subject == "Weekly KPIs · Sales: none judged by a target yet"


@pytest.mark.parametrize(
    ("values", "drawn"),
    [
        ([0, 7, None, 3.4], "▁█·▄"),
        ([5, 5], "▅▅"),
        ([1], ""),
        ([None, None], ""),
        ([-2, -1], "▁█"),
    ],
)
def test_a_course_is_drawn_from_its_lowest_to_its_highest_value(values, drawn):
    assert bars(values) == drawn
