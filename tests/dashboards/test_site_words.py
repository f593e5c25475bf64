"""The site's own words: the same in both languages, and with the same blanks to fill."""

import re

import pytest
import yaml

from dashboards.speaker import WORDS

pytestmark = pytest.mark.fast
AREAS = {file.stem: yaml.safe_load(file.read_text(encoding="utf-8")) for file in WORDS.glob("*.yml")}


def test_there_are_words_for_the_whole_site():
    assert {"site", "company", "kpi"} <= set(AREAS)


@pytest.mark.parametrize("area", AREAS)
def test_every_word_is_in_both_languages(area):
    words = AREAS[area]
    assert set(words) == {"en", "es"}
    assert list(words["en"]) == list(words["es"])
    assert all(isinstance(said, str) and said for lang in words.values() for said in lang.values())


@pytest.mark.parametrize("area", AREAS)
def test_a_word_has_the_same_blanks_in_both_languages(area):
    english, spanish = (
        {name: set(re.findall(r"{(\w+)}", said)) for name, said in AREAS[area][lang].items()} for lang in ("en", "es")
    )
    assert english == spanish
