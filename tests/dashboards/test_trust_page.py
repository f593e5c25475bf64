"""The trust page: what is certified and what took the certificate, how old the data is, and what changed afterwards."""

from datetime import date, timedelta

import pytest
from written_mart import AS_OF, RUN, STARTED, card, certificate, kpi, metric, run, value, write_mart

from dashboards.build import build
from dashboards.mart import open_mart
from dashboards.pages import trust
from dashboards.speaker import Speaker

pytestmark = pytest.mark.fast

EN, ES = Speaker("en", "Europe/Madrid"), Speaker("es", "Europe/Madrid")
HOUR = timedelta(hours=1)
LATE = {"reasons_en": "tickets are late", "reasons_es": "los tiques llegan tarde", "up_to_date": False}
FIGURES = [
    kpi("sales", sources="shop.orders, shop.products", unit="currency", currency="EUR"),
    kpi("speed", sources="desk.tickets", department="support"),
    kpi("slow", sources="desk.tickets, desk.old", freshness_hours=72, department="support"),
    metric("tickets", sources="desk.tickets", department="support"),
    metric("rate", unit="percent"),
]
RUNS = [
    run("run-0000", STARTED - 48 * HOUR, as_of=AS_OF - 48 * HOUR, finished_at=STARTED - 47 * HOUR, rows_in=5,
        seconds_by_step='{"pull": 30, "dbt": 90}'),
    run("run-half", STARTED - 36 * HOUR, as_of=AS_OF, status="interrupted"),
    run("run-late", STARTED - 24 * HOUR, as_of=AS_OF - 24 * HOUR),
    run(RUN, finished_at=STARTED + timedelta(seconds=75), rows_in=1000, rows_landed=990, rows_quarantined=10,
        seconds_by_step='{"pull": 15, "dbt": 45, "polish": 0}'),
]  # fmt: skip
CERTIFICATES = [
    *(certificate(name) for name in ("sales", "slow", "rate")),
    certificate("speed", run_id="run-0000"),
    certificate("speed", False, run_id="run-late", **LATE),
    certificate("speed", False, **LATE),
    certificate("tickets", False, run_id="run-late", **LATE),
    certificate("tickets", False, **LATE),
]


def restatement(name, old, new, reason="late_data", **columns):
    key = {"kpi": name, "grain": "month", "period_start": date(2026, 8, 1), "slice": "", "slice_value": ""}
    return {
        **key,
        "old_value": old,
        "new_value": new,
        "reason": reason,
        "run_id": RUN,
        "restated_at": STARTED,
        **columns,
    }


def source(system, name, newest, **columns):
    return {"system": system, "table_name": name, "run_id": RUN, "newest_event_at": newest, "pulled_at": STARTED,
            "rows_landed": 5000, "rows_quarantined": 0, **columns}  # fmt: skip


def check(name, severity="warn", passed=False, **columns):
    return {"check": name, "run_id": RUN, "kind": "gx", "severity": severity, "passed": passed, **columns}


def definition(name, version, valid_from, text):
    return {"kpi": name, "version": version, "hash": f"hash {version}", "valid_from": valid_from, "text": text}


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    return write_mart(
        tmp_path_factory.mktemp("trust") / "kpi_mart.duckdb",
        kpi_catalog=FIGURES,
        kpi_runs=RUNS,
        kpi_certifications=CERTIFICATES,
        kpi_scorecard=[
            card("speed", certified=False, last_certified_value=42, last_certified_period_start=date(2026, 8, 1))
        ],
        kpi_values=[
            value("speed", period_start=date(2026, 8, 1), period_end=date(2026, 8, 31)),
            value("sales", period_start=date(2026, 8, 1), period_end=date(2026, 8, 31)),
        ],
        kpi_sources=[
            source("shop", "orders", AS_OF - 2 * HOUR, rows_quarantined=10),
            source("shop", "products", None),
            source("desk", "tickets", AS_OF - 30 * HOUR),
            source("desk", "old", AS_OF - 100 * HOUR),
            source("desk", "tickets", AS_OF, run_id="run-late"),
        ],
        kpi_quarantine=[
            {"rule": "<rule>", "system": "shop", "table_name": "orders", "run_id": RUN, "rows": 9, "example": "<i>row"},
            {"rule": "other", "system": "shop", "table_name": "orders", "run_id": "run-late", "rows": 4},
        ],
        kpi_checks=[
            check("small", kpis=["sales"], observed="2 < 3"),
            check("big", kpis=["sales", "speed", "gone"], failed_rows=1234),
            check("grave", "error", kpis=["sales"]),
            *(check(f"fine_{number}", passed=True) for number in range(4)),
            check("of_another_run", "error", run_id="run-late"),
        ],
        kpi_restatements=[
            restatement("sales", 1000, 1500),
            restatement("sales", 10, 100, "correction", slice="channel", slice_value="web"),
            restatement("rate", 0.50, 0.40, period_start=date(2026, 7, 1)),
            restatement("gone", None, 7),
        ],
        kpi_definitions=[
            definition("sales", 1, STARTED - 48 * HOUR, "all orders\nsum(a)"),
            definition("sales", 2, STARTED, "paid orders\nsum(b)"),
            definition("speed", 1, STARTED, "x"),
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
def english(file):
    return content(file, EN)


def content(file, say):
    with open_mart(file) as mart:
        (page,) = trust.pages(mart, say)
    return page.content


def test_certificates_are_counted_by_department(english):
    assert [(one.name, one.counted, one.share) for one in english["departments"]] == [
        ("Sales", "2 of 2", 100.0),
        ("Customer support", "1 of 3", 33.3),
    ]


def test_what_is_not_certified_stands_under_its_cause_with_since_when_and_what_held_last(english):
    (cause,) = english["causes"]
    assert cause.reason == "tickets are late"
    assert [(one.kpi, one.since, one.last) for one in cause.figures] == [
        ("speed", "30 September 2026", "42 (August 2026)"),
        ("tickets", "30 September 2026, when it was first judged", ""),
    ]


@pytest.mark.parametrize(
    ("say", "sentences"),
    [
        (EN, [
            "3 of 5 figures are certified: measurable, up to date, and by their approved definition.",
            "Speed, Tickets are not certified: tickets are late.",
            "10 of 1,000 rows that came in the last run (1.0%) were set apart. Of 7 checks, 1 that protects "
            "certificates and 2 that only warn failed. 4 values of closed periods changed after they had been "
            "published, the last on 1 October 2026.",
        ]),
        (ES, [
            "3 de 5 cifras están certificadas: medibles, al día y con su definición aprobada.",
            "Speed (es), Tickets (es): sin certificar; los tiques llegan tarde.",
            "10 de las 1.000 filas que llegaron en la última ejecución (1,0 %) quedaron apartadas. De 7 comprobaciones "
            "fallaron 1 que protege certificados y 2 que solo avisan. 4 valores de periodos cerrados cambiaron después "
            "de publicarse, por última vez el 1 de octubre de 2026.",
        ]),
    ],
    ids=["en", "es"],
)  # fmt: skip
def test_the_page_begins_with_the_answer(file, say, sentences):
    found = content(file, say)["sentences"]
    assert ["".join(part.text for part in sentence) for sentence in found] == sentences
    assert [part.kpi for part in found[1] if part.kpi] == ["speed", "tickets"]


def test_a_source_is_late_only_where_it_cost_a_certificate(english):
    assert [(one.name, one.verdict_words, one.age, one.limit) for one in english["sources"]] == [
        ("desk.tickets", "late for 2 figures", "30 h", "24 h"),
        ("desk.old", "older than the limit, but no certificate hangs on it", "4 d 4 h", "3 d"),
        ("shop.orders", "fresh", "2 h", "24 h"),
        ("shop.products", "its rows carry no time", "–", "24 h"),
    ]
    assert [(one.landed, one.apart) for one in english["sources"]][2] == ("5,000", "10")


def test_rows_set_apart_and_checks_are_those_of_the_run_that_published(english):
    assert [(one.rule, one.source, one.rows, one.example) for one in english["apart"]] == [
        ("<rule>", "shop.orders", "9", "<i>row")
    ]
    checks = english["checks"]
    assert (checks.run, checks.errors, checks.warnings, checks.more) == (7, 1, 2, 0)
    assert [(one.name, one.severity_words, one.rows) for one in checks.failed] == [
        ("grave", "protects certificates", ""),
        ("big", "only warns", "1,234"),
        ("small", "only warns", ""),
    ]
    assert [(each.label, each.path) for each in checks.failed[1].figures] == [
        ("Sales", "kpis/sales.html"),
        ("Speed", "kpis/speed.html"),
        ("gone", ""),
    ]


def test_restatements_show_totals_first_and_the_largest_change_of_them(english):
    changed = english["restated"]
    assert (changed.total, changed.more) == (4, 0)
    assert changed.reasons == [("late data", "3 values of 3 figures"), ("correction", "1 value of 1 figure")]
    assert [(one.figure.label, one.period, one.slice, one.old, one.new, one.change) for one in changed.largest] == [
        ("Sales", "August 2026", "", "1,000 EUR", "1,500 EUR", "+50.0%"),
        ("Rate", "1 July 2026", "", "50.0%", "40.0%", "−10.0 pp"),
        ("gone", "1 August 2026", "", "–", "7.0", "–"),
        ("Sales", "August 2026", "channel: web", "10.00 EUR", "100.00 EUR", "+900.0%"),
    ]


def test_a_definition_that_took_the_place_of_another_shows_both(english):
    found, besides = english["definitions"]
    assert besides == 0
    assert [(one.figure.label, one.version, one.when, one.before, one.now) for one in found] == [
        ("Sales", "version 2", "1 October 2026", "all orders", "paid orders")
    ]


def test_runs_show_how_long_they_took_and_in_what(english):
    found, besides = english["runs"]
    assert besides == 0
    assert [(one.id, one.status_words, one.took) for one in found] == [
        ("run-", "published", "1 min 15 s"),
        ("run-", "published", "–"),
        ("run-", "interrupted", "–"),
        ("run-", "published", "1 h"),
    ]
    assert [(step.kind, step.name, step.took, step.share) for step in found[0].steps] == [
        ("pull", "pull", "15 s", 12.5),
        ("dbt", "build", "45 s", 37.5),
        ("other", "polish", "<1 s", 0.0),
    ]
    assert [step.share for step in found[3].steps] == [25.0, 75.0]


def test_a_mart_without_problems_explains_its_empty_tables(tmp_path):
    file = write_mart(
        tmp_path / "kpi_mart.duckdb",
        kpi_catalog=[kpi("sales")],
        kpi_certifications=[certificate("sales")],
        kpi_checks=[check("fine", passed=True)],
        kpi_runs=[run(rows_in=1, rows_quarantined=0)],
    )
    (first, second) = content(file, EN)["sentences"]
    assert first[0].text.startswith("The one figure is certified")
    assert second[0].text == (
        "The one row that came in the last run landed. The one check passed. No published value of a closed period has "
        "changed since."
    )
    build(file, tmp_path / "site", "Europe/Madrid")
    html = (tmp_path / "site" / "es" / "trust.html").read_text()
    assert "No se ha corregido nada: ningún valor publicado de un periodo cerrado ha cambiado." in html
    assert "Todas las comprobaciones de la última ejecución salieron bien." in html


def test_what_engineers_wrote_is_escaped_and_marked_as_english_code(file):
    build(file, file.parent / "site", "Europe/Madrid")
    html = (file.parent / "site" / "es" / "trust.html").read_text()
    for text in ("&lt;rule&gt;", "&lt;i&gt;row", "2 &lt; 3", "paid orders"):
        assert f'<code lang="en" translate="no">{text}</code>' in html
    assert "<rule>" not in html
