"""Determinism, and what the command does with good and bad requests."""

import fcntl
import os
import subprocess
import sys
from datetime import date

import pytest

from data.sample_company.__main__ import main
from data.sample_company.faults import NAMES
from data.sample_company.plan import Plan
from tests.data.generated_company import Company, make

pytestmark = pytest.mark.fast

SMALL = 0.01


def contents(folder):
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_the_same_seed_gives_the_same_bytes_in_another_process(tmp_path):
    make(tmp_path / "here", scale=SMALL)
    command = [sys.executable, "-m", "data.sample_company", "--scale", str(SMALL), "--out", str(tmp_path / "there")]
    subprocess.run(command, check=True, capture_output=True)
    assert contents(tmp_path / "here") == contents(tmp_path / "there")


def test_another_seed_gives_another_company(tmp_path):
    one, other = contents(make(tmp_path / "one", scale=SMALL)), contents(make(tmp_path / "other", scale=SMALL, seed=8))
    assert one["shop/orders/2026-05.csv"] != other["shop/orders/2026-05.csv"]


@pytest.mark.parametrize("end", [date(2026, 2, 28), date(2026, 3, 14), date(2024, 2, 28)])
def test_any_day_can_be_the_end(tmp_path, end):
    company = Company(make(tmp_path / "out", scale=SMALL, end=end))
    assert company.value("select max(day) from ads_spend") == end
    assert company.value("select max(created) from shop_orders").date() <= end
    assert set(company.truth["faults"]) == set(NAMES)


def test_larger_companies_are_made_in_shorter_spans():
    def longest(scale):
        return max(span.last - span.first + 1 for span in Plan(scale=scale).spans())

    assert [longest(scale) for scale in (0.01, 1, 10, 100)] == [31, 31, 3, 1]
    days = [day for span in Plan(scale=7).spans() for day in span.days]
    assert days == list(Plan(scale=7).days)


def test_an_earlier_generation_is_replaced_whole(tmp_path):
    out = make(tmp_path / "out", scale=SMALL)
    (out / "web" / "1999-01-01.parquet").touch()
    assert main(["--scale", str(SMALL), "--faults", "none", "--out", str(out)]) == 0
    assert not (out / "web" / "1999-01-01.parquet").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_what_a_killed_run_left_is_not_taken_over(tmp_path):
    (tmp_path / "out.partial" / "web").mkdir(parents=True)
    (tmp_path / "out.partial" / "web" / "1999-01-01.parquet").touch()
    out = make(tmp_path / "out", scale=SMALL)
    assert not (out / "web" / "1999-01-01.parquet").exists()


def test_a_second_generation_of_the_same_folder_says_so_and_leaves_the_first_alone(tmp_path, capsys):
    (tmp_path / "out.partial").mkdir()
    (tmp_path / "out.partial" / "products.csv").touch()
    first = os.open(tmp_path / "out.partial", os.O_RDONLY)
    fcntl.flock(first, fcntl.LOCK_EX)
    assert main(["--scale", str(SMALL), "--out", str(tmp_path / "out")]) == 1
    assert "another process is generating this company" in capsys.readouterr().err
    assert (tmp_path / "out.partial" / "products.csv").exists()
    os.close(first)


def test_a_folder_with_other_things_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine.txt").write_text("keep")
    assert main(["--scale", str(SMALL), "--out", str(tmp_path)]) == 1
    assert "holds something that was not generated" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--faults", "checkout,dst"], "checkout is not allowed; use all, none, checkout_fault"),
        (["--faults", ""], "an empty list is not allowed"),
        (["--scale", "0"], "use a number from 0.001 to 1000"),
        (["--scale", "nan"], "use a number from 0.001 to 1000"),
        (["--end", "2026-13-01"], "use a day such as 2026-09-30"),
        (["--seed", "-1"], "use a whole number"),
    ],
)
def test_a_bad_option_is_one_clear_message(capsys, arguments, message):
    with pytest.raises(SystemExit) as exit_:
        main(arguments)
    assert exit_.value.code == 2
    assert message in capsys.readouterr().err


def test_help_shows_examples_without_heavy_imports():
    code = "import sys; from data.sample_company.__main__ import main\ntry: main(['--help'])\nexcept SystemExit: pass\n"
    code += "assert 'pyarrow' not in sys.modules, 'pyarrow loaded'"
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout
    assert "examples:" in shown
    assert "renamed_column" in shown
