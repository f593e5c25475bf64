"""What the author of a KPI is asked, in the order of a conversation that starts from the objective."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

from metrics.authoring.drafts import Draft
from metrics.calendar import GRAINS
from metrics.contracts.models import Direction, Level, Perspective, Review, Tier, Timing, Unit

SMART = {
    "S": "Specific",
    "M": "Measurable",
    "A": "Attainable",
    "R": "Relevant",
    "T": "Time-bound",
    "": "Who answers for it, and how",
}


@dataclass(frozen=True)
class Question:
    """One question: the ``field`` that its answer fills, why it is asked, an example, and what is allowed.

    ``many`` answers are separated by commas; ``numeric`` ones are numbers where they look like one; without an answer
    an ``optional`` field is left out. ``when`` tells from the draft whether it is asked at all.
    """

    field: str
    letter: str
    ask: str
    why: str
    example: str
    allowed: tuple[str, ...] = ()
    many: bool = False
    numeric: bool = False
    optional: bool = False
    when: Callable[[Draft], bool] = lambda draft: True

    def parse(self, text: str) -> Any:
        """The answer as a contract holds it; None for no answer to an optional question."""
        text = text.strip()
        if not text and self.optional:
            return None
        if self.many:
            return [part.strip() for part in text.split(",") if part.strip()]
        return _number(text) if self.numeric else text


def _number(text: str) -> int | float | str:
    for number in (int, float):
        try:
            return number(text)
        except ValueError:
            continue
    return text


def _within(draft: Draft) -> bool:
    return draft.get("direction") == "within"


def _change(draft: Draft) -> bool:
    return isinstance(draft.get("targets.0.value"), str)


def _needs_baseline(draft: Draft) -> bool:
    return draft.get("direction") in {"increase", "decrease"} and not _change(draft)


OBJECTIVE = Question(
    "objective", "R", "Which objective does it serve?", "A KPI that serves no objective is only a metric.", "grow_sales"
)
QUESTIONS_BEFORE = (
    Question("question.en", "S", "What does it answer, in English?", "One question that anybody understands.",
             "Do we solve it the first time they ask?"),
    Question("question.es", "S", "What does it answer, in Spanish?", "The mart speaks both.",
             "¿Lo resolvemos la primera vez que preguntan?"),
)  # fmt: skip
METRIC = Question(
    "metric", "M", "What do you want to measure, in your words?",
    "A KPI rests on a metric of the semantic layer, so that everybody computes the same number.",
    "customers who come back",
)  # fmt: skip
QUESTIONS_AFTER = (
    Question("name", "M", "What is its name?", "Lower case letters, digits and single underscores; it is never reused.",
             "first_contact_resolution"),
    Question("label.en", "M", "Its label in English?", "What people see on a scorecard.", "First contact resolution"),
    Question("label.es", "M", "Its label in Spanish?", "What people see on a scorecard.",
             "Resolución en el primer contacto"),
    Question("description.en", "M", "How is it computed, in English?",
             "So exact that two people who read it compute the same number.",
             "Tickets resolved with one contact, divided by tickets closed, on the day they closed."),
    Question("description.es", "M", "How is it computed, in Spanish?", "The mart speaks both.",
             "Tiques resueltos con un contacto divididos entre tiques cerrados, en el día de cierre."),
    Question("unit", "M", "In which unit?", "A percent is stored as a fraction: 0.75 is 75 %.", "percent",
             get_args(Unit)),
    Question("quality.needs.en", "M", "What must exist in the data for it, in English?",
             "It is said where the KPI cannot be measured.", "closed tickets with an answered contact"),
    Question("quality.needs.es", "M", "What must exist in the data for it, in Spanish?", "The mart speaks both.",
             "tiques cerrados con un contacto atendido"),
    Question("slices", "M", "By which slices is it broken down?", "Each is a way to find out why it moved.",
             "channel, country", many=True, optional=True),
    Question("review", "T", "How often is it reviewed?", "The scorecard shows the last complete period of this length.",
             "weekly", get_args(Review)),
    Question("grains", "T", "For which periods has it values?", "A period too short for enough data misleads.",
             "week, month, quarter, year", GRAINS, many=True),
    Question("matures_after", "T", "How long after a period can its value still mature?",
             "Where an outcome follows later; a period is complete only after that.", "30d", optional=True),
    Question("quality.freshness", "M", "How old may its newest data be?", "Older than that, it loses its certificate.",
             "24h"),
    Question("quality.min_sample", "M", "How many cases must a value rest on?",
             "Fewer say nothing; leave it empty for sums.", "30", numeric=True, optional=True),
    Question("direction", "A", "Which way is better?", "increase and decrease start from a baseline.", "increase",
             get_args(Direction)),
    Question("targets.0.period", "A", "For which period is the target?",
             "'each' week, month or quarter does not run out; 2026-Q3 is one quarter.", "each quarter"),
    Question("targets.0.low", "A", "The lowest good value?", "In the KPI's unit; 0.6 is 60 %.", "0.6", numeric=True,
             when=_within),
    Question("targets.0.high", "A", "The highest good value?", "In the KPI's unit; 0.8 is 80 %.", "0.8", numeric=True,
             when=_within),
    Question("targets.0.value", "A", "What is the target?",
             "A number in the KPI's unit (0.75 is 75 %), or a change over another period.", "+5%", numeric=True,
             when=lambda draft: not _within(draft)),
    Question("targets.0.over", "A", "A change over which period?", "+10 % of a rate multiplies it by 1.10.",
             "previous_year", ("previous_year", "previous_period"), when=_change),
    Question("targets.0.baseline", "A", "Where does it start from?", "A number, or the period that it is read from.",
             "0.68", numeric=True, when=_needs_baseline),
    Question("targets.0.at_risk", "A", "From which share of the target on is a miss only at risk?",
             "Below it, the KPI is off target.", "0.95", numeric=True, optional=True),
    Question("targets.0.horizon", "A", "How far ahead is it?", "Short is weeks, medium quarters, long years.", "medium",
             ("short", "medium", "long"), optional=True),
    Question("targets.0.basis.team", "A", "Which people make it attainable?", "A target without means is a wish.",
             "2 agents trained", optional=True),
    Question("targets.0.basis.budget", "A", "With which budget?", "In the company's currency.", "4000", numeric=True,
             optional=True),
    Question("targets.0.basis.time", "A", "In how much time?", "In words.", "10 weeks", optional=True),
    Question("tier", "R", "How much does it matter?", "Primary steers, secondary explains, usage informs.", "primary",
             get_args(Tier)),
    Question("level", "R", "On which scorecards is it?", "The company's holds 10 to 15.", "department", get_args(Level),
             many=True),
    Question("perspective", "R", "Whose success is it?", "Each department has one for its customers or its objective.",
             "customer_satisfaction", get_args(Perspective)),
    Question("timing", "R", "Does it lead or lag?", "A leading one moves before the result, a lagging one is it.",
             "leading", get_args(Timing)),
    Question("owner.team", "", "Which team answers for it?", "Somebody must.", "Customer Support"),
    Question("owner.email", "", "How is that team reached?", "Where alerts go.", "support@example.com"),
    Question("playbook.en", "", "What is done when it is off target, in English?", "The first steps, for anybody.",
             "Compare channels in the drivers; see what the one that fell has changed."),
    Question("playbook.es", "", "What is done when it is off target, in Spanish?", "The mart speaks both.",
             "Compara canales en los factores; mira qué ha cambiado en el que cayó."),
)  # fmt: skip
QUESTIONS = (OBJECTIVE, *QUESTIONS_BEFORE, *QUESTIONS_AFTER)
