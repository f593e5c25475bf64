"""Random histories with years from April and weeks from Sunday, around a new year: increments equal a full refresh."""

import pytest

from tests.histories.definitions import SETS
from tests.histories.histories import FISCAL_APRIL, HISTORIES_EACH, run_histories

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("definitions", SETS)
def test_after_every_batch_states_and_values_are_those_of_a_full_refresh(definitions, record_property):
    histories = run_histories(FISCAL_APRIL, definitions)
    record_property("histories", histories)
    assert histories == HISTORIES_EACH
