"""What certificates say of entities: each has a name in both languages, and its event times are columns of it."""

from pathlib import Path

import pytest
import yaml

from metrics.steering.proof.freshness import EVENT_TIMES
from metrics.steering.words import entities
from metrics.wording.vocabulary import ENTITIES
from orchestration.declarations import sources

pytestmark = pytest.mark.fast

MODELS = Path(__file__).parents[2] / "dbt_project" / "models" / "intermediate"


def test_every_entity_has_a_name_in_both_languages():
    assert set(ENTITIES) == set(sources.ENTITIES)
    assert all(words.en and words.es for words in ENTITIES.values())


def test_an_unknown_entity_keeps_its_name():
    assert (entities(["orders", "visits"]).en, entities(["orders", "visits"]).es) == (
        "orders, visits",
        "pedidos, visits",
    )


@pytest.mark.parametrize("entity", EVENT_TIMES)
def test_event_times_are_columns_of_their_entity(entity):
    (model,) = yaml.safe_load((MODELS / f"int_{entity}.yml").read_text())["models"]
    kinds = {column["name"]: column["data_type"] for column in model["columns"]}
    assert {kinds[time] for time in EVENT_TIMES[entity]} == ({"date"} if entity == "ad_spend" else {"timestamp"})
