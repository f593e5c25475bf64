"""What `kpi show` says of noise and change, and of what moves with a KPI."""

import pytest

from orchestration.cli.mart_reader import kpi
from orchestration.cli.reading.show_signals import movement
from orchestration.cli.reading.show_words import WORDS
from tests.metrics.signals_lab import SignalsLab, alternating

pytestmark = pytest.mark.fast


def said(lab, name="revenue", lang="en"):
    lab.judge().con.execute("use mart")
    return list(movement(lab.con, kpi(lab.con, name), lang))


def test_limits_and_the_newest_signals_are_said_in_both_languages():
    values = [*alternating(40), 80, 80, 80, 80]
    english = said(SignalsLab().kpi().values(values))
    assert english[0] == ("usual", "from 89 to 111 in the week of 2 to 8 March 2026")
    assert [what for what, _ in english[1:]] == ["signal"] * 3
    assert english[1][1].startswith("80 in the week of 2 to 8 March 2026 is below the lower limit of 89")
    spanish = said(SignalsLab().kpi().values(values), lang="es")
    assert spanish[0] == ("usual", "de 89 a 111 en la semana del 2 al 8 de marzo de 2026")
    assert len(spanish) == 4


def test_signals_of_more_than_twelve_periods_ago_are_not_said():
    assert [what for what, _ in said(SignalsLab().kpi().values([*alternating(40), 80, *alternating(12)]))] == ["usual"]


def test_a_kpi_is_said_to_move_with_those_that_it_leads_and_those_that_lead_it():
    for name in ("content", "response"):
        lab = SignalsLab().kpi("content").kpi("response", timing="leading", drives="content")
        ((what, words),) = said(lab, name)
        assert what == "relationship"
        assert "declared, and not to be told yet" in words


def test_of_a_kpi_without_values_nothing_is_said():
    assert said(SignalsLab().kpi()) == []


def test_everything_that_is_said_has_a_heading_in_both_languages():
    assert all({"usual", "signal", "relationship"} <= set(words) for words in WORDS.values())
