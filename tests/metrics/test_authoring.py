"""Where a new KPI goes in the text of a contract file, and that nothing else in it changes."""

import pytest
import yaml

from metrics.authoring.drafts import Draft
from metrics.authoring.insertion import InsertionError, insert_kpi
from metrics.authoring.likeness import best_likeness, tokens

pytestmark = pytest.mark.fast
KPI = {"name": "new", "label": {"en": "New: one", "es": "¿Nuevo?"}}
HEAD = "department: sales   # ours\n"


@pytest.mark.parametrize(
    "text",
    [
        f"{HEAD}kpis:\n  # first\n  - name: old   # kept\n\n# tracked\nmetrics: []\n",
        f"{HEAD}kpis:\n- name: old\nmetrics: []",
        f"{HEAD}kpis:\r\n  - name: old\r\nmetrics: []\r\n",
        f"{HEAD}kpis:\n  - name: old",
        f"{HEAD}kpis:\n",
        f"{HEAD}metrics:\n  - name: seen\n",
    ],
)
def test_a_kpi_is_added_last_and_every_line_that_was_there_stays(text):
    inserted = insert_kpi(text, KPI)
    lines = inserted.text.splitlines()
    assert [line for line in text.splitlines() if line not in lines] == []
    assert yaml.safe_load(inserted.text)["kpis"][-1] == KPI
    assert len(yaml.safe_load(inserted.text)["kpis"]) == text.count("name: old") + 1
    assert lines[inserted.first - 1].strip() == "- name: new"
    assert lines[inserted.last - 1].strip().startswith("label:")
    assert ("\r\n" in inserted.text) == ("\r\n" in text)


def test_an_empty_list_in_brackets_is_filled_and_a_full_one_is_refused():
    assert yaml.safe_load(insert_kpi(f"{HEAD}kpis: []  # none yet\n", KPI).text)["kpis"] == [KPI]
    with pytest.raises(InsertionError, match="write each KPI on lines of its own"):
        insert_kpi(f"{HEAD}kpis: [{{name: old}}]\n", KPI)


def test_a_draft_takes_answers_by_path_and_forgets_them_with_what_held_nothing_else():
    draft = Draft()
    draft.put("targets.0.basis.team", "two")
    draft.put("targets.0.value", 1)
    draft.put("slices", ["channel", "country"])
    assert draft.answered == {"targets.0.basis.team", "targets.0.value", "slices"}
    draft.drop("targets.0.basis.team")
    assert draft.fields == {"targets": [{"value": 1}], "slices": ["channel", "country"]}
    draft.drop("targets.0.value")
    assert draft.fields == {"slices": ["channel", "country"]}


def test_words_are_alike_whatever_their_accents_and_endings():
    assert tokens("¿Cuántas devoluciones hay?") == ("devoluciones", "hay")
    assert best_likeness("lead", ("orders", "leads")) > 0.8
    assert best_likeness("cat", ("cart",)) == 0
