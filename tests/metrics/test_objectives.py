"""Objective files: what is read, and what every mistake says (file, line, field, what is allowed)."""

from pathlib import Path

import pytest

from metrics.contracts import load_objectives
from metrics.problems import DefinitionError

pytestmark = pytest.mark.fast

GOOD = """\
id: grow_sales
label: {en: Grow sales, es: Aumentar las ventas}
description: {en: Sell more., es: Vender más.}
owner: {team: Sales, email: sales@example.com}
"""


def problems(folder: Path) -> list[str]:
    with pytest.raises(DefinitionError) as caught:
        load_objectives(folder)
    return str(caught.value).replace(f"{folder}/", "").splitlines()


def test_a_folder_gives_one_objective_a_file_in_the_order_of_the_files(tmp_path):
    (tmp_path / "sales.yml").write_text(GOOD)
    (tmp_path / "people.yml").write_text(GOOD.replace("grow_sales", "keep_people"))
    people, sales = load_objectives(tmp_path)
    assert (people.id, sales.id) == ("keep_people", "grow_sales")
    assert (sales.label.es, sales.description.en, sales.owner.team) == ("Aumentar las ventas", "Sell more.", "Sales")


def test_all_mistakes_of_all_files_are_told_at_once(tmp_path):
    (tmp_path / "a.yml").write_text(GOOD.replace("id: grow_sales", "id: Grow Sales").replace("es: Vender más.", ""))
    (tmp_path / "b.yml").write_text(f"{GOOD}metric: total_revenue\n".replace("sales@example.com", "nobody"))
    (tmp_path / "c.yml").write_text("id: [\n")
    (tmp_path / "d.yml").write_text(f"{GOOD}label: {{en: Sales, es: Ventas}}\n")
    assert problems(tmp_path) == [
        "a.yml:1: id: 'Grow Sales' is not a name; use lower case letters, digits and single underscores",
        "a.yml:3: description.es: is missing; it must be given",
        "b.yml:4: owner.email: 'nobody' is no e-mail address; use one such as team@example.com",
        "b.yml:5: metric: is not a field; use one of id, label, description, owner, goal, key_results",
        "c.yml:2: file: is not YAML: expected the node content, but found '<stream end>'; "
        "indent evenly, and quote text that holds any of , ? : #",
        "d.yml:5: label: is written twice; keep one",
    ]


def test_an_id_is_given_once(tmp_path):
    (tmp_path / "a.yml").write_text(GOOD)
    (tmp_path / "b.yml").write_text(f"# the same again\n{GOOD}")
    assert problems(tmp_path) == ["b.yml:2: id: 'grow_sales' is already defined at a.yml:1; ids are unique"]


def test_a_missing_folder_is_one_clear_message(tmp_path):
    with pytest.raises(DefinitionError, match="nowhere:1: folder: does not exist; give a folder of objective files"):
        load_objectives(tmp_path / "nowhere")
