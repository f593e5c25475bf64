"""What an action plan may say (pydantic models); the loader adds where it says it."""

import datetime
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from metrics.contracts.models import Email
from metrics.contracts.part import Part
from metrics.contracts.targets import named_period
from metrics.contracts.words import Days, Identifier, Note, duration_hours

CauseKind = Literal["process", "training", "market", "data"]


def _goal(value: object) -> object:
    if isinstance(value, bool) or not (isinstance(value, int | float) or value == "target"):
        raise ValueError(f"{value!r} is not a goal; use 'target', or a number in the KPI's unit")
    return value


Goal = Annotated[float | Literal["target"], BeforeValidator(_goal)]


class Cause(Part):
    """Why the KPI was missed: its kind, and what happened in the words of whoever found it."""

    kind: CauseKind
    text: Note


class Step(Part):
    """One action of a plan, with who does it until when, and when it was done."""

    what: Note
    owner: Email
    due: datetime.date
    done: datetime.date | None = None


class CheckIn(Part):
    """What was said of a plan on a day, by its owner if ``by`` names nobody else."""

    date: datetime.date
    note: Note
    by: Email | None = None


class Closing(Part):
    """The day on which its owner closed a plan, and what came of it."""

    date: datetime.date
    outcome: Note


class ActionPlan(Part):
    """What is done about a KPI that was missed in ``period`` (a named one, ``2026-W36``).

    ``goal`` is the KPI's own target or a number in its unit; ``due`` the last day on which the plan is still on time;
    ``check_in_every`` how often its owner says where it stands. Texts are free, in any language.
    """

    id: Identifier
    kpi: Identifier
    period: Annotated[str, BeforeValidator(lambda value: named_period(str(value)))]
    opened: datetime.date
    cause: Cause
    actions: Annotated[tuple[Step, ...], Field(min_length=1)]
    owner: Email
    goal: Goal = "target"
    due: datetime.date
    check_in_every: Days = "1w"
    check_ins: tuple[CheckIn, ...] = ()
    closed: Closing | None = None

    @property
    def check_in_days(self) -> int:
        """Days between two check-ins."""
        return duration_hours(self.check_in_every) // 24

    def rules(self) -> Iterator[tuple[str, str]]:
        """(field, what is wrong) for what a single field cannot tell: days that do not follow each other."""
        if self.due < self.opened:
            yield "due", f"{self.due} is before the plan was opened ({self.opened}); use a later day"
        for index, step in enumerate(self.actions):
            yield from self._step_rules(f"actions.{index}", step)
        yield from self._check_in_rules()
        if self.closed and self.closed.date < self.opened:
            yield "closed.date", f"{self.closed.date} is before the plan was opened ({self.opened}); use a later day"

    def _step_rules(self, field: str, step: Step) -> Iterator[tuple[str, str]]:
        if not self.opened <= step.due <= self.due:
            yield f"{field}.due", f"{step.due} is outside the plan; use a day from {self.opened} to {self.due}"
        if step.done and step.done < self.opened:
            yield f"{field}.done", f"{step.done} is before the plan was opened ({self.opened}); use a later day"

    def _check_in_rules(self) -> Iterator[tuple[str, str]]:
        seen: set[datetime.date] = set()
        for index, check_in in enumerate(self.check_ins):
            day, field = check_in.date, f"check_ins.{index}.date"
            if day < self.opened:
                yield field, f"{day} is before the plan was opened ({self.opened}); use a later day"
            if self.closed and day > self.closed.date:
                yield field, f"{day} is after the plan was closed ({self.closed.date}); use an earlier day"
            if day in seen:
                yield field, f"{day} has a check-in already; keep one a day"
            seen.add(day)


class PlanFile(Part):
    """A file with several plans, such as those of a department."""

    plans: tuple[ActionPlan, ...]
