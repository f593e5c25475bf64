"""`kpi explain` on a small published mart, in both languages."""

import json
from functools import partial

import pytest

from tests.orchestration.small_mart import asking, publish_company

pytestmark = pytest.mark.fast
# Twenty weeks from Monday 20 October 2025; in the last one nearly nothing is bought in the app.
BUILD = """
create table kpi.kpi_catalog as
select
    name as kpi, 1::bigint as version, kind, 'Conversion rate' as label_en, 'Tasa de conversión' as label_es,
    'percent' as unit, 'device' as slices, 'weekly' as review, 'week' as review_grain, lifecycle
from (values
    ('conversion', 'kpi', 'active'), ('drafted', 'kpi', 'draft'), ('views', 'metric', 'active'),
    ('begun', 'kpi', 'active')
) as kpis (name, kind, lifecycle);

create table kpi.kpi_values as
with parts as (
    select
        i, device as slice_value, (usual + (7 * i + usual) % 4) * 1.0 as bought, 1000.0 as visits
    from range(20) as weeks (i)
    cross join (values ('app', 60), ('web', 40), ('[/kiosk] :warning:', 50), ('phone', 45)) as devices (device, usual)
),

happened as (select * replace (if(i = 19 and slice_value = 'app', 9, bought) as bought) from parts),

summed as (
    select i, 'device' as slice, slice_value, bought, visits from happened
    union all
    select i, '', '', sum(bought), sum(visits) from happened group by i
)

select
    'conversion' as kpi, 'week' as grain, date '2025-10-20' + (7 * i)::integer as period_start,
    date '2025-10-26' + (7 * i)::integer as period_end, slice, slice_value, bought / visits as value,
    bought as numerator, visits as denominator, visits::bigint as sample_size, true as is_complete
from summed;

create table kpi.kpi_scorecard as
select 'conversion' as kpi, 'week' as grain, date '2026-03-02' as period_start;
"""


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    return publish_company(tmp_path_factory.mktemp("company"), BUILD)


@pytest.fixture
def explain(company, monkeypatch, capfd):
    return partial(asking(company, monkeypatch, capfd), "explain")


def test_the_scorecards_period_is_explained_by_a_sentence_and_a_table_of_each_slice(explain):
    output = explain("conversion")
    sentence = " ".join(output.split("\n\n")[0].split())
    assert sentence.startswith("Conversion rate fell 1.3 pp to 3.8% in the week of 2 to 8 March 2026")
    assert "mostly on device app (−1.3 pp): its own rate fell." in sentence
    (header,) = (line.split() for line in output.splitlines() if "Contribution" in line)
    assert header == ["device", "Before", "Value", "Contribution", "Mix", "Rate", "Of", "change"]
    (app,) = (line.split() for line in output.splitlines() if "app" in line and "●" in line)
    assert app == ["●", "app", "6.2%", "0.9%", "−1.3", "pp", "0.0", "pp", "−1.3", "pp", "101.9%"]
    assert output.index(" app ") < output.index(" web ")
    assert " [/kiosk] :warning: " in output, "what data says is no markup of a terminal"


def test_it_speaks_spanish(explain):
    output = explain("conversion", "--lang", "es")
    assert "sobre todo por el dispositivo app (−1,3 pp): bajó su propia tasa." in " ".join(output.split())
    for words in ("Antes", "Valor", "Contribución", "Peso", "Tasa", "Del cambio", "señalado"):
        assert words in output


@pytest.mark.parametrize("period", ["2026-W10", "2026-03-05"])
def test_a_period_can_be_named_by_its_week_or_by_a_day_of_it(explain, period):
    found = json.loads(explain("conversion", "--period", period, "--format", "json"))
    assert (found["grain"], found["period_start"]) == ("week", "2026-03-02")
    assert found["change"] == pytest.approx(sum(row["contribution"] for row in found["drivers"]), abs=1e-9)
    assert [row["slice_value"] for row in found["drivers"] if row["is_named"]] == found["slice_values"] == ["app"]


def test_another_period_is_explained_when_asked(explain):
    assert "in the week of 23 February to 1 March 2026" in " ".join(
        explain("conversion", "--period", "2026-W09").split()
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("conversoin",), "conversoin: is not a KPI; did you mean conversion?"),
        (("conversion", "--compare", "yesterday"), "use one of previous, year_ago"),
        (("conversion", "--lang", "fr"), "use one of en, es"),
        (("conversion", "--format", "csv"), "use one of table, json"),
        (("conversion", "--period", "9999-12-31"), "--period 9999-12-31: is no period of the calendar; use a day"),
        (("conversion", "--period", "March"), "--period March: is no period of the calendar; use a day"),
        (
            ("conversion", "--period", "2026-03"),
            "--period 2026-03: is not explained against previous; of conversion there are weeks from 2025-10-27 to "
            "2026-03-02",
        ),
        (
            ("conversion", "--compare", "year_ago"),
            "against year_ago; no complete period of it has one to be compared with",
        ),
        (("drafted",), "it is draft, and only active KPIs are explained"),
        (("views",), "it is a tracked metric, and only KPIs are explained"),
        (("begun",), "no complete period of it has one to be compared with"),
    ],
)
def test_what_is_not_there_is_refused_with_what_is(explain, arguments, message):
    assert message in explain(*arguments, code=2)


@pytest.mark.parametrize(
    "arguments", [["explain", "conversion", "--period", "2026-W10"], ["alerts", "list"], ["review", "--cadence=weekly"]]
)
def test_a_calendar_that_cannot_be_used_is_told_with_file_line_and_what_is_allowed(
    company, monkeypatch, capfd, arguments
):
    calendar = company / "calendar.yml"
    calendar.write_text("first_day: 2024-01-01\ncurrency: EUR\ntime_zone: Mars/Base\n")
    try:
        told = asking(company, monkeypatch, capfd)(*arguments, code=2)
    finally:
        calendar.unlink()
    assert told.startswith(f"error: {calendar}:3: time_zone: ")
    assert "use an IANA name such as Europe/Madrid" in told
