"""Which segments an explanation names, and what it says: what stands out, and never noise."""

import pytest

from tests.metrics.drivers_lab import DriversLab

pytestmark = pytest.mark.fast
# A little less and a little more in turn, out of step with one another, so that no week is like the one before.
WOBBLES = {
    "app": (0, 2, 1, 3), "web": (3, 0, 2, 1), "tablet": (1, 3, 0, 2), "kiosk": (2, 1, 3, 0), "phone": (3, 1, 0, 2),
    "fax": (0, 1, 3, 2),
}  # fmt: skip
RATES = {"app": 60, "web": 40, "tablet": 50, "kiosk": 55, "phone": 45, "fax": 50}


def steady(weeks_ago, **changed):
    """The parts of a week: usual rates per 1,000 that wobble, or what is given instead."""
    usual = {name: (rate + WOBBLES[name][weeks_ago % 4], 1000) for name, rate in RATES.items()}
    return usual | changed


def lab_of(weeks=20, unit="percent", **changed) -> DriversLab:
    """Weeks that wobble, of which the latest has segments that changed."""
    lab = DriversLab().kpi(unit=unit)
    for weeks_ago in range(1, weeks):
        lab.ratio(steady(weeks_ago), weeks_ago)
    return lab.ratio(steady(0, **changed))


def named(lab: DriversLab, weeks_ago=0, compare="previous"):
    found = lab.explanation(weeks_ago, compare)
    return found["slice"], found["slice_values"], found["effect"]


def test_a_segment_whose_own_rate_broke_down_is_named():
    lab = lab_of(app=(10, 1000)).explain()
    assert named(lab) == ("device", ["app"], "rate")
    found = lab.explanation()
    assert found["sentence_en"] == (
        "Conversion fell 0.8 pp to 4.3% in the week of 2 to 8 March 2026 against the week before, "
        "mostly on device app (−0.9 pp): its own rate fell."
    )
    assert found["sentence_es"] == (
        "Conversión: bajó 0,8 pp, hasta 4,3 %, en la semana del 2 al 8 de marzo de 2026 frente a la semana anterior, "
        "sobre todo por el dispositivo app (−0,9 pp): bajó su propia tasa."
    )
    assert found["is_notable"]
    assert found["explained"] == pytest.approx(lab.drivers()["app"]["contribution"] / found["change"])
    assert [name for name, row in lab.drivers().items() if row["is_named"]] == ["app"]


def test_a_segment_that_grew_and_is_low_is_named_for_its_share_and_not_for_its_rate():
    lab = lab_of(web=(200, 5000)).explain()
    slice_name, (first, *others), effect = named(lab)
    assert (slice_name, first, effect) == ("device", "web", "mix")
    # the more there is of one, the less there is of those above the mean: it is their weight too
    assert set(others) <= {"app", "kiosk"}
    assert "of the whole changed." in lab.explanation()["sentence_en"]
    assert "cambiaron sus pesos en el total." in lab.explanation()["sentence_es"]


def test_what_is_within_its_usual_variation_names_nothing():
    lab = lab_of().explain()
    assert named(lab) == (None, [], None)
    assert not lab.explanation()["is_notable"]
    assert lab.explanation()["sentence_en"].endswith("against the week before, within its usual variation.")
    assert lab.explanation()["sentence_es"].endswith("dentro de su variación habitual.")


def test_a_change_of_all_segments_alike_is_notable_and_names_none():
    doubled = {name: (2 * above, below) for name, (above, below) in steady(1).items()}
    lab = lab_of(**doubled).explain()
    assert (lab.explanation()["is_notable"], named(lab)) == (True, (None, [], None))
    assert lab.explanation()["sentence_en"].endswith("more than it usually does: no segment of it stands out.")
    assert lab.explanation()["sentence_es"].endswith("más de lo habitual: no destaca ningún segmento.")


def test_a_kpi_without_slices_says_only_that_it_changed():
    lab = DriversLab().kpi(slices="")
    for weeks_ago in range(20):
        lab.ratio({}, weeks_ago, total=(50 + weeks_ago % 3 if weeks_ago else 99, 1000))
    lab.explain()
    assert lab.drivers() == {}
    assert lab.explanation()["sentence_en"].endswith("against the week before, more than it usually does.")


def test_with_a_short_past_nothing_is_called_usual_or_unusual():
    lab = lab_of(weeks=8, app=(10, 1000)).explain()
    assert (lab.explanation()["is_notable"], named(lab)) == (False, (None, [], None))
    assert "too few earlier periods" in lab.explanation()["sentence_en"]
    assert "muy pocos periodos anteriores" in lab.explanation()["sentence_es"]


def test_a_segment_that_is_back_to_usual_is_named_for_that_too():
    lab = DriversLab().kpi()
    for weeks_ago in range(20):
        lab.ratio(steady(weeks_ago, **({"app": (10, 1000)} if weeks_ago == 1 else {})), weeks_ago)
    lab.explain()
    assert named(lab, weeks_ago=1) == named(lab) == ("device", ["app"], "rate")
    assert "its own rate rose" in lab.explanation()["sentence_en"]


def test_a_segment_that_went_the_other_way_is_not_named_beside_one_that_went_with_the_kpi():
    lab = lab_of(app=(10, 1000), web=(150, 1000)).explain()
    assert lab.explanation()["change"] > 0
    assert named(lab)[1] == ["web"]


def test_a_clear_cause_that_the_others_made_up_for_is_told_as_such():
    risen = {name: (above + 10, below) for name, (above, below) in steady(1).items()}
    lab = lab_of(**risen | {"app": (12, 1000)}).explain()
    assert named(lab) == ("device", ["app"], "rate")
    told = lab.explanation()
    assert (told["change"], told["explained"], told["is_notable"]) == (0, None, True)
    assert told["sentence_en"].startswith("Conversion stayed at 5.1% in the week of 2 to 8 March 2026")
    assert "while the others made up for device app (−0.8 pp): its own rate fell." in told["sentence_en"]
    assert "y lo demás compensó el dispositivo app (−0,8 pp): bajó su propia tasa." in told["sentence_es"]


def test_a_segment_too_small_to_move_the_whole_is_not_named():
    lab = DriversLab().kpi()
    for weeks_ago in range(20):
        watch = (weeks_ago % 2, 10) if weeks_ago else (10, 10)
        lab.ratio({**steady(weeks_ago), "watch": watch, "shop": (500 + 30 * (weeks_ago % 3), 9000)}, weeks_ago)
    assert named(lab.explain()) == (None, [], None)


def test_as_few_segments_are_named_as_explain_two_thirds():
    lab = lab_of(app=(10, 1000), web=(8, 1000), tablet=(40, 1000)).explain()
    assert named(lab)[1] == ["app", "web"]
    assert "mostly on device app (−0.9 pp) and web (−0.5 pp): their own rates fell." in lab.explanation()["sentence_en"]
    assert "app (−0,9 pp) y web (−0,5 pp): bajaron sus propias tasas." in lab.explanation()["sentence_es"]


def test_of_several_slices_the_one_in_which_the_cause_is_clearest_is_chosen():
    lab = lab_of(app=(10, 1000))
    # half of the fall is seen in either country
    lab.con.execute("""
        insert into mart.kpi_values by name
        select * replace ('country' as slice, unnest(['ES', 'FR']) as slice_value, numerator / 2 as numerator,
            denominator / 2 as denominator)
        from mart.kpi_values where slice = ''
    """)
    assert named(lab.explain()) == ("device", ["app"], "rate")


def test_a_sample_that_is_too_small_for_a_status_names_nothing():
    lab = lab_of(app=(10, 1000))
    lab.con.execute("update mart.kpi_catalog set min_sample = 7000")
    assert named(lab.explain()) == (None, [], None)


def test_a_sum_is_told_without_effects_in_its_currency():
    lab = DriversLab().kpi(unit="currency", currency="EUR", slices="channel")
    for weeks_ago in range(20):
        fallen = {"app": 1000.0} if weeks_ago == 0 else {}
        usual = {name: 6000.0 + 20 * WOBBLES[name][weeks_ago % 4] for name in WOBBLES}
        lab.values(usual | fallen, weeks_ago, slice="channel")
    lab.con.execute("update mart.kpi_values set slice = '' where slice_value = ''")
    assert named(lab.explain()) == ("channel", ["app"], None)
    assert "fell 4,980 EUR to 31,180 EUR" in lab.explanation()["sentence_en"]
    assert lab.explanation()["sentence_en"].endswith("mostly on channel app (−5,040 EUR).")
    assert "bajó 4.980 EUR, hasta 31.180 EUR," in lab.explanation()["sentence_es"]


def test_a_value_that_did_not_change_stayed():
    lab = DriversLab().kpi().ratio({"app": (5, 100)}, 1).ratio({"app": (5, 100)}).explain()
    assert lab.explanation()["sentence_en"].startswith("Conversion stayed at 5.0% in the week of")
    assert lab.explanation()["sentence_es"].startswith("Conversión: se mantuvo en 5,0 % en la semana del")


def test_a_change_too_small_to_be_written_is_none():
    lab = DriversLab().kpi(unit="currency", currency="EUR")
    lab.values({"app": 74.25}, weeks_ago=1).values({"app": 74.251}).explain()
    said = lab.explanation()
    assert "stayed at 74.25 EUR" in said["sentence_en"]
    assert "se mantuvo en 74,25 EUR" in said["sentence_es"]


def test_a_later_week_does_not_change_what_was_said_of_an_earlier_one():
    earlier, later = DriversLab().kpi(), DriversLab().kpi()
    for weeks_ago in range(1, 20):
        parts = steady(weeks_ago, **({"app": (10, 1000)} if weeks_ago == 1 else {}))
        earlier.ratio(parts, weeks_ago)
        later.ratio(parts, weeks_ago)
    later.ratio(steady(0, web=(200, 5000))).explain()
    said = earlier.explain().explanation(weeks_ago=1)
    assert "mostly on device app" in said["sentence_en"]
    assert later.explanation(weeks_ago=1) == said
    assert later.drivers(weeks_ago=1) == earlier.drivers(weeks_ago=1)


def test_a_week_whose_data_is_missing_is_no_cause_and_no_measure_of_others():
    gaps = "create temp table gaps (kpi text, topic text, first_day date, last_day date, rows int, expected int)"
    lab = lab_of(app=(10, 1000))
    lab.con.execute(gaps)
    lab.con.execute("insert into gaps values ('conversion', 'sessions', '2026-03-04', '2026-03-04', 0, 900)")
    assert named(lab.explain()) == (None, [], None)
    assert "data of one of the periods is missing" in lab.explanation()["sentence_en"]
    assert "faltan datos de uno de los periodos" in lab.explanation()["sentence_es"]


def test_a_segment_whose_own_sample_is_too_small_is_named_for_its_weight_alone():
    def lab_with(kiosk):
        lab = DriversLab().kpi(min_sample=30)
        for weeks_ago in range(20):
            usual = {name: (above * 0.02, 20) for name, (above, _) in steady(weeks_ago).items()}
            lab.ratio(usual | ({"kiosk": kiosk} if weeks_ago == 0 else {}), weeks_ago)
        return lab.explain()

    assert named(lab_with(kiosk=(12, 20))) == (None, [], None)
    assert named(lab_with(kiosk=(12, 29)))[1:] == (["kiosk"], "rate")
