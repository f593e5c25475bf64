"""YAML with lines: names stay as they are written, and every value knows where it stands."""

from pathlib import Path

import pytest

from metrics.located_yaml import LocatedYaml, read_yaml
from metrics.problems import DefinitionError

pytestmark = pytest.mark.fast


def read(tmp_path: Path, text: str) -> LocatedYaml:
    path = tmp_path / "file.yml"
    path.write_text(text)
    return read_yaml(path)


def test_keys_are_the_text_that_is_written_and_values_what_yaml_makes_of_them(tmp_path):
    document = read(tmp_path, "on: yes\nno: 1\n2026: 2026\n'0x1f': ~\n1_000: 1_000\n2026-07-01: text\n")
    assert document.data == {"on": True, "no": 1, "2026": 2026, "0x1f": None, "1_000": 1000, "2026-07-01": "text"}
    assert [document.line((key,)) for key in document.data] == [1, 2, 3, 4, 5, 6]


def test_a_day_that_its_month_does_not_have_is_text_for_whoever_wants_a_day_to_refuse(tmp_path):
    assert read(tmp_path, "set_at: 2026-02-30\n").data == {"set_at": "2026-02-30"}


def test_every_key_and_item_has_its_line_and_what_is_absent_that_of_what_would_hold_it(tmp_path):
    document = read(tmp_path, "# head\na:\n  - b: 1\n    c:\n      {d: 2}\n  - 3\n")
    assert document.data == {"a": [{"b": 1, "c": {"d": 2}}, 3]}
    paths = [(), ("a",), ("a", 0, "b"), ("a", 0, "c"), ("a", 0, "c", "d"), ("a", 1), ("a", 0, "absent"), ("absent",)]
    assert [document.line(path) for path in paths] == [2, 2, 3, 4, 5, 6, 3, 2]


def test_a_key_written_twice_is_told_with_its_path(tmp_path):
    document = read(tmp_path, "a:\n  - {b: 1}\n  - b: 1\n    c: 2\n    b: 3\non: 1\non: 2\n")
    assert document.repeated == ((("a", 1, "b"), 5), (("on",), 7))
    assert [f"{problem.line}: {problem.field}: {problem.message}" for problem in document.problems] == [
        "5: b: is written twice; keep one",
        "7: on: is written twice; keep one",
    ]
    assert document.data == {"a": [{"b": 1}, {"b": 3, "c": 2}], "on": 2}


def test_a_merged_key_may_be_given_anew_wherever_it_is_used(tmp_path):
    document = read(tmp_path, "base: &base {a: 1, b: 1}\nx: &x\n  <<: *base\n  b: 2\ny: *x\n")
    assert document.data == {"base": {"a": 1, "b": 1}, "x": {"a": 1, "b": 2}, "y": {"a": 1, "b": 2}}
    assert document.repeated == ()
    assert document.line(("x", "b")) == 4


def test_an_empty_file_holds_nothing(tmp_path):
    assert read(tmp_path, "# nothing\n").data is None


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a: b: c\n", "1: file: is not YAML: mapping values are not allowed here; indent evenly"),
        (b"a: !!python/name:os.system x\n", "1: file: is not YAML: could not determine a constructor"),
        (b"a: \xff\n", "1: file: cannot be read: 'utf-8' codec can't decode"),
        (b"a: \x07\n", "1: file: is not YAML: "),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path, content, message):
    path = tmp_path / "file.yml"
    path.write_bytes(content)
    with pytest.raises(DefinitionError) as caught:
        read_yaml(path)
    assert f"{path}:{message}" in str(caught.value)
