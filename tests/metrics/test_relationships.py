"""Which KPI moves before which: planted lags are found, chance, trend and season are not."""

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate, pairwise
from math import cos, pi
from random import Random

import pytest

from metrics.steering.correlation import chance, correlation
from metrics.steering.relationships import sentences
from metrics.steering.relationships.changes import changes
from metrics.steering.relationships.evidence import discovery_rates
from metrics.steering.relationships.judgement import Kpi, judge

pytestmark = pytest.mark.fast

MONDAY = date(2023, 1, 2)
WEEKS = 104
RESPONSE = Kpi("first_response_time", "First response time", "Tiempo de respuesta", "leading", "decrease", "day")
RESOLUTION = Kpi("resolution", "Resolution", "Resolución", "leading", "increase", "week")
CONTENT = Kpi("satisfaction", "Satisfaction", "Satisfacción", "lagging", "increase", "week")
MAKES_A_CLAIM = re.compile(
    r"\bcaus\w*|\bbecause\b|\bporque\b|\bpor eso\b|\bdebido\b|\bdue to\b|\bdrives?\b|\bprovoca\w*", re.I
)


def noise(number, seed, spread=1.0):
    random = Random(seed)
    return [random.gauss(0, spread) for _ in range(number)]


def weeks(values):
    return {MONDAY + timedelta(days=7 * index): value for index, value in enumerate(values)}


def months(values, first_year=2020):
    return {date(first_year + index // 12, index % 12 + 1, 1): value for index, value in enumerate(values)}


def weigh(leading, lagging, values_of_one, values_of_other, grain="week", declared=True):
    leading = replace(leading, drives=(lagging.name,) if declared else ())
    values = {(leading.name, grain): values_of_one, (lagging.name, grain): values_of_other}
    return judge({leading.name: leading, lagging.name: lagging}, values)


def follows(values, lag, strength, seed):
    """A series that moves with another one ``lag`` periods later, among noise of the same size."""
    rest = noise(len(values), seed)
    return [strength * values[max(index - lag, 0)] + rest[index] for index in range(len(values))]


@pytest.mark.parametrize("lag", [0, 1, 4, 9, 12])
def test_a_planted_lag_and_sign_are_found(lag):
    one = list(accumulate(noise(WEEKS, 1)))
    (found,) = weigh(RESPONSE, CONTENT, weeks(one), weeks(follows(one, lag, -2, seed=2)))
    assert (found.verdict, found.evidence.lag, found.grain) == ("confirmed", lag, "week")
    assert found.evidence.correlation < -0.5
    assert found.evidence.n == WEEKS - 1 - lag


def test_correlation_and_pairs_are_those_of_differences():
    one, other = noise(40, 3), noise(40, 4)
    (found,) = weigh(RESPONSE, CONTENT, weeks(one), weeks(other))
    lag = found.evidence.lag
    before = [one[t - lag] - one[t - lag - 1] for t in range(lag + 1, 40)]
    after = [other[t] - other[t - 1] for t in range(lag + 1, 40)]
    assert found.evidence.correlation == pytest.approx(correlation(before, after))
    assert found.evidence.n == 39 - lag


def test_what_was_declared_and_goes_the_other_way_is_doubted():
    one = list(accumulate(noise(WEEKS, 1)))
    (found,) = weigh(RESPONSE, CONTENT, weeks(one), weeks(follows(one, 2, 2, seed=2)))
    assert (found.verdict, found.is_sure, found.is_against) == ("doubted", True, True)
    assert "the opposite of what is declared" in sentences.relationship(found).en


def test_a_kpi_that_stays_within_a_band_is_confirmed_either_way():
    one = list(accumulate(noise(WEEKS, 1)))
    for strength in (2, -2):
        (found,) = weigh(
            replace(RESPONSE, direction="within"), CONTENT, weeks(one), weeks(follows(one, 2, strength, 2))
        )
        assert found.verdict == "confirmed"


def test_what_nobody_declared_is_found_but_only_if_it_leads():
    one = list(accumulate(noise(WEEKS, 1)))
    (found,) = weigh(RESOLUTION, CONTENT, weeks(one), weeks(follows(one, 3, 2, seed=2)), declared=False)
    assert (found.verdict, found.evidence.lag, found.is_declared) == ("found", 3, False)
    at_once = weeks(follows(one, 0, 2, seed=2))
    (declared,) = weigh(RESOLUTION, CONTENT, weeks(one), at_once)
    assert (declared.verdict, declared.evidence.lag) == ("confirmed", 0)
    assert weigh(RESOLUTION, CONTENT, weeks(one), at_once, declared=False) == []


def test_a_pair_that_goes_together_by_chance_is_doubted_if_declared_and_not_told_if_not():
    one, other = weeks(noise(WEEKS, 11)), weeks(noise(WEEKS, 12))
    (found,) = weigh(RESOLUTION, CONTENT, one, other)
    assert found.verdict == "doubted"
    assert weigh(RESOLUTION, CONTENT, one, other, declared=False) == []


def test_a_declared_pair_with_few_values_is_too_short_to_tell():
    (found,) = weigh(RESOLUTION, CONTENT, weeks(noise(15, 1)), weeks(noise(15, 2)))
    assert (found.verdict, found.evidence, found.changes) == ("too_short", None, 14)
    assert "there are 14" in sentences.relationship(found).en
    (found,) = weigh(RESOLUTION, CONTENT, {}, {})
    assert (found.verdict, found.changes) == ("too_short", 0)


def test_a_period_without_a_value_costs_the_two_changes_beside_it():
    values = weeks(noise(40, 1))
    del values[MONDAY + timedelta(days=70)]
    assert len(changes(values, "week").by_period) == 37


def test_reviews_by_week_and_month_are_weighed_by_month():
    one = list(accumulate(noise(48, 1)))
    other = months(follows(one, 2, 2, seed=2))
    (found,) = weigh(RESOLUTION, replace(CONTENT, review_grain="month"), months(one), other, grain="month")
    assert (found.grain, found.evidence.lag, found.verdict) == ("month", 2, "confirmed")


def test_independent_series_are_hardly_ever_found():
    """At most one in twenty of what is found may be chance: where nothing is there, one mart in twenty finds something.

    Half of the series are noise, half wander; both echo when they are differenced.
    """
    worlds = 60
    found = sum(bool(_nothing_planted(seed)) for seed in range(worlds))
    print(f"{found} of {worlds} marts of 16 independent pairs find a relationship")
    assert found <= 0.1 * worlds


def _nothing_planted(seed):
    kpis, values = {}, {}
    for number in range(8):
        series = noise(WEEKS, seed * 100 + number)
        kpi = replace(RESOLUTION if number < 4 else CONTENT, name=f"kpi_{number}")
        kpis[kpi.name] = kpi
        values[kpi.name, "week"] = weeks(accumulate(series) if number % 2 else series)
    return judge(kpis, values)


def test_a_shared_trend_is_no_relationship():
    """Both grow by a half in two years: their levels go together nearly perfectly, their changes do not."""
    one = [100 + index / 2 + value for index, value in enumerate(noise(WEEKS, 21))]
    other = [200 + index + value for index, value in enumerate(noise(WEEKS, 22))]
    assert correlation(one, other) > 0.98
    (found,) = weigh(RESOLUTION, CONTENT, weeks(one), weeks(other))
    assert found.verdict == "doubted"


def test_a_shared_season_is_no_relationship():
    """Both peak every December: the changes of their levels go together, those against last year do not."""
    season = [20 * cos(2 * pi * (month - 11) / 12) for month in range(60)]
    one, other = ([100 + s + value for s, value in zip(season, noise(60, seed), strict=True)] for seed in (31, 32))
    assert correlation(*([b - a for a, b in pairwise(each)] for each in (one, other))) > 0.9
    monthly = replace(CONTENT, review_grain="month")
    (found,) = weigh(RESOLUTION, monthly, months(one), months(other), grain="month")
    assert (found.verdict, found.changes) == ("doubted", 47)


def test_one_odd_period_makes_no_relationship():
    """A promotion that lifts both KPIs once: Pearson alone would be nearly sure of it."""
    one, other = noise(40, 41), noise(40, 42)
    one[20] += 30
    other[21] += 30
    before, after = ([b - a for a, b in pairwise(each)] for each in (one, other))
    r = correlation(before[:-1], after[1:])
    assert r > 0.9
    assert chance(r, 38) < 1e-9
    (found,) = weigh(RESOLUTION, CONTENT, weeks(one), weeks(other))
    assert found.verdict == "doubted"


@pytest.mark.parametrize("values", [[1.0] * WEEKS, [float(index) for index in range(WEEKS)]])
def test_a_kpi_that_does_not_change_or_changes_evenly_tells_nothing(values):
    (found,) = weigh(RESOLUTION, CONTENT, weeks(values), weeks(noise(WEEKS, 1)))
    assert found.verdict in ("too_short", "doubted")


def test_discovery_rates_are_benjamini_and_hochbergs():
    """The fifteen p-values of their paper (1995, section 3.2): four are rejected at 0.05, and three by Bonferroni."""
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1.0,
    ]
    rates = discovery_rates(p)
    assert sum(rate <= 0.05 for rate in rates) == 4
    assert rates[3] == pytest.approx(0.0095 * 15 / 4)
    assert rates == sorted(rates)


def test_chance_is_fishers():
    """r = 0.5 between 28 pairs: z = atanh(0.5) × 5 = 2.7465, which 0.6 % of pairs reach."""
    assert chance(0.5, 28) == pytest.approx(0.00602, abs=1e-5)
    assert chance(-0.5, 28) == chance(0.5, 28)
    assert chance(0.9, 3) == 1
    assert chance(1.0, 20) == 0


def test_a_relationship_says_when_and_how_strongly_in_both_languages():
    one = list(accumulate(noise(WEEKS, 1)))
    (found,) = weigh(RESPONSE, CONTENT, weeks(one), weeks(follows(one, 2, -2, seed=2)))
    said, r = sentences.relationship(found), f"{abs(found.evidence.correlation):.2f}"
    assert said.en == (
        f"When First response time rises, Satisfaction mostly falls (2 weeks later, correlation −{r} over 101 weeks):"
        " as is declared"
    )
    assert said.es == (
        f"Cuando sube Tiempo de respuesta, Satisfacción suele bajar (2 semanas después, correlación"
        f" −{r.replace('.', ',')} en 101 semanas): como se declara"
    )


def test_no_sentence_ever_says_what_makes_what():
    one = list(accumulate(noise(WEEKS, 1)))
    worlds = [
        weigh(RESPONSE, CONTENT, weeks(one), weeks(follows(one, lag, strength, 2)), declared=declared)
        for lag in (0, 1, 2) for strength in (-2, 0, 2) for declared in (True, False)
    ]  # fmt: skip
    worlds.append(weigh(RESPONSE, CONTENT, {}, {}))
    said = [sentences.relationship(found) for world in worlds for found in world]
    assert {found.verdict for world in worlds for found in world} == {"confirmed", "doubted", "found", "too_short"}
    assert [text for words in said for text in (words.en, words.es) if MAKES_A_CLAIM.search(text)] == []
