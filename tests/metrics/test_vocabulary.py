"""The words that metrics, reviews and pages share, in both languages."""

import pytest

from metrics.wording import vocabulary

pytestmark = pytest.mark.fast


def test_what_has_words_in_one_language_has_them_in_the_other():
    tables = {name: words for name, words in vars(vocabulary).items() if name.isupper() and "en" in words}
    assert {"STATUSES", "DEPARTMENTS", "TIERS", "UNITS"} <= tables.keys()
    assert {name: words["en"].keys() for name, words in tables.items()} == {
        name: words["es"].keys() for name, words in tables.items()
    }


@pytest.mark.parametrize(
    ("name", "english", "spanish"),
    [
        ("off_target", "■ off target", "■ fuera de la meta"),
        ("small_sample", "sample too small", "muestra insuficiente"),
        ("of_an_older_mart", "of_an_older_mart", "of_an_older_mart"),
    ],
)
def test_a_status_is_said_by_shape_and_words(name, english, spanish):
    assert (vocabulary.status(name, "en"), vocabulary.status(name, "es")) == (english, spanish)
