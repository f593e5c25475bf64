"""Where an action plan stands on a day, judged by what its file says and by the values since."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from metrics.periods import Period
from metrics.planning import ActionPlan, CheckIn, Step
from metrics.steering.rounding import at_least, at_most

Status = Literal["open", "overdue", "recovered", "done"]
OPEN: tuple[Status, ...] = ("open", "overdue", "recovered")


@dataclass(frozen=True)
class Point:
    """A complete period of a KPI at the grain of a plan: its total, and how it stands to its target."""

    start: date
    end: date
    value: float | None
    target: float | None
    status: str | None


@dataclass(frozen=True)
class Standing:
    """How a plan stands on the day ``today``.

    ``back`` is the first period since in which the goal was reached, ``latest`` the newest that can be judged.
    """

    plan: ActionPlan
    period: Period
    today: date
    back: Point | None
    latest: Point | None
    current: Point | None
    is_recovered: bool

    @property
    def is_closed(self) -> bool:
        """Whether its owner had closed it."""
        return self.plan.closed is not None and self.plan.closed.date <= self.today

    @property
    def status(self) -> Status:
        """Done if closed; else recovered if the KPI is back; else overdue if anything is late."""
        if self.is_closed:
            return "done"
        if self.is_recovered:
            return "recovered"
        return "overdue" if self.is_past_due or self.late or self.checkin_overdue else "open"

    @property
    def is_past_due(self) -> bool:
        """Whether the plan's own due date passed; on that day it is still on time."""
        return self.plan.due < self.today

    @property
    def pending(self) -> tuple[Step, ...]:
        """Actions not done yet, the next one due first."""
        left = (step for step in self.plan.actions if step.done is None or step.done > self.today)
        return tuple(sorted(left, key=lambda step: step.due))

    @property
    def late(self) -> tuple[Step, ...]:
        """Actions whose due date passed."""
        return tuple(step for step in self.pending if step.due < self.today)

    @property
    def last_checkin(self) -> CheckIn | None:
        """The newest check-in by today."""
        made = [check_in for check_in in self.plan.check_ins if check_in.date <= self.today]
        return max(made, key=lambda check_in: check_in.date, default=None)

    @property
    def next_checkin(self) -> date | None:
        """When the next check-in is due; None of a closed plan."""
        if self.is_closed:
            return None
        last = self.last_checkin.date if self.last_checkin else self.plan.opened
        return last + timedelta(days=self.plan.check_in_days)

    @property
    def checkin_overdue(self) -> bool:
        """Whether a check-in was missed."""
        return self.next_checkin is not None and self.next_checkin < self.today


def stand(plan: ActionPlan, period: Period, today: date, course: Sequence[Point], direction: str | None) -> Standing:
    """Judge a plan that was opened by ``today``.

    Args:
        plan: what its file says.
        period: the one that it answers.
        today: the company's day; what happened later does not count.
        course: the KPI's complete periods at that grain from the answered one on, the oldest first.
        direction: of the KPI, which tells on which side of a goal it has to be.
    """
    judged = [(point, reached) for point in course if (reached := _reaches(plan, point, direction)) is not None]
    # a period that was over before the plan began owes nothing to it
    since = [(point, reached) for point, reached in judged if point.start > period.start and point.end >= plan.opened]
    back = next((point for point, reached in since if reached), None)
    return Standing(
        plan=plan,
        period=period,
        today=today,
        back=back,
        latest=judged[-1][0] if judged else None,
        current=course[-1] if course else None,
        is_recovered=bool(since) and since[-1][1],
    )


def _reaches(plan: ActionPlan, point: Point, direction: str | None) -> bool | None:
    """Whether a period reached the plan's goal; None for one that cannot be judged."""
    if isinstance(plan.goal, str):
        return None if point.status not in ("on_target", "at_risk", "off_target") else point.status == "on_target"
    if point.value is None:
        return None
    reaches = at_most if direction in ("decrease", "at_most") else at_least
    return reaches(point.value, plan.goal)
