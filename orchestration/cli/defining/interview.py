"""Asks the author of a KPI on a terminal, question by question, until every answer is one that the loader takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import typer

from orchestration.cli.defining.suggestions import suggest
from orchestration.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

    from metrics.authoring.contract_files import ContractFiles
    from metrics.authoring.drafts import Draft
    from metrics.authoring.gaps import Gap, Gaps
    from metrics.authoring.proposals import Proposal, Proposals
    from metrics.authoring.questions import Question
    from metrics.contracts import Objective
    from metrics.problems import Problem


class NothingFitsError(Exception):
    """No metric measures what the author wants; ``gap`` says what is missing."""

    def __init__(self, gap: Gap) -> None:
        """Keep the gap."""
        self.gap = gap
        super().__init__(gap.missing)


@dataclass
class Interview:
    """One conversation; it changes ``draft`` and nothing else."""

    console: Console
    draft: Draft
    files: ContractFiles
    proposals: Proposals
    objectives: Sequence[Objective]
    gaps: Gaps
    letter: str | None = None
    proposal: Proposal | None = None

    def hold(self) -> None:
        """Ask everything that the draft does not say yet.

        Raises:
            NothingFitsError: the author found no metric that fits.
            UsageError: what is wrong is not among what is asked.
        """
        from metrics.authoring.questions import OBJECTIVE, QUESTIONS_AFTER, QUESTIONS_BEFORE

        self._ask_objective(OBJECTIVE)
        self._ask_department()
        for question in QUESTIONS_BEFORE:
            self._ask_if_open(question)
        self._ask_metric()
        for question in QUESTIONS_AFTER:
            self._ask_if_open(question)
        self._mend([OBJECTIVE, *QUESTIONS_BEFORE, *QUESTIONS_AFTER])

    def _ask_objective(self, question: Question) -> None:
        if self.draft.get("objective") is None:
            self._head(question)
            for objective in self.objectives:
                self._say(f"{objective.id}: {objective.label.en} / {objective.label.es}")
            self._until_right(question, "")

    def _ask_department(self) -> None:
        from metrics.contracts.models import Department

        allowed = get_args(Department)
        while self.draft.department not in allowed:
            self.console.print("Which department answers for it?", style="bold")
            self._say(f"allowed: {', '.join(allowed)}")
            self.draft.department = _read("")
            if self.draft.department not in allowed:
                self._wrong(f"{self.draft.department!r} is not allowed; use one of {', '.join(allowed)}")

    def _ask_metric(self) -> None:
        from metrics.authoring.questions import METRIC

        if self.draft.get("metric") is None:
            self._head(METRIC)
            wanted = _read(self.draft.get("question.en") or "")
            while self.draft.get("metric") is None:
                wanted = self._choose_metric(wanted)
        self.proposal = self.proposals.proposal(self.draft.get("metric"))

    def _choose_metric(self, wanted: str) -> str:
        """Offer what fits, and take a choice or other words to look for, which are returned."""
        found = self.proposals.search(wanted)
        for number, proposal in enumerate(found, 1):
            self._offer(number, proposal)
        if not found:
            self._say(f"no metric speaks of {wanted!r}")
        self._say("number or name of the one that fits, other words to look for, or none")
        answer = _read("1" if found and not found[0].refusal else "none")
        if answer == "none":
            raise NothingFitsError(self.gaps.find(wanted, self._entity(wanted)))
        by_number = {str(number): proposal.metric for number, proposal in enumerate(found, 1)}
        name = by_number.get(answer, answer)
        if name not in self.proposals.names:
            return answer
        self.draft.put("metric", name)
        self._drop_if_wrong("metric", self.files.problems(self.draft))
        return wanted

    def _offer(self, number: int, proposal: Proposal) -> None:
        self.console.print(f"{number}  {proposal.metric}: {proposal.description}", style="bold")
        if proposal.refusal:
            self._say(f"cannot be computed: {proposal.refusal}")
            return
        self._say(f"= {proposal.formula}")
        self._say(f"slices: {', '.join(proposal.slices) or 'none'}; grains: {', '.join(proposal.grains)}")
        if proposal.contracts:
            self._say(f"already measured by {', '.join(proposal.contracts)}")

    def _entity(self, wanted: str) -> str:
        """The entity that holds what is wanted, from its words or else from the author."""
        entity = self.gaps.entity_in(wanted)
        while entity not in self.gaps.entities:
            self.console.print("Which entity holds the rows that would be counted?", style="bold")
            self._say(f"allowed: {', '.join(self.gaps.entities)}")
            entity = _read("")
        return entity

    def _ask_if_open(self, question: Question) -> None:
        if self.draft.get(question.field) is None and question.when(self.draft):
            self._head(question)
            self._until_right(question, suggest(question.field, self.draft, self.proposal, self.files))

    def _until_right(self, question: Question, suggestion: str) -> None:
        """Ask until there is nothing to say against the answer; earlier ones that it contradicts are asked again."""
        while True:
            answer = question.parse(_read(suggestion))
            if answer is None:
                return
            self.draft.put(question.field, answer)
            problems = self.files.problems(self.draft)
            if not self._drop_if_wrong(question.field, problems):
                return
            if self._ask_again([problem.field for problem in problems]):
                self._head(question)

    def _ask_again(self, fields: Sequence[str]) -> bool:
        """Ask anew what has an answer and is about one of the fields; tell whether there was any."""
        from metrics.authoring.questions import QUESTIONS

        again = [q for q in QUESTIONS if any(_is_about(field, q.field) for field in fields)]
        again = [question for question in again if self.draft.get(question.field) is not None]
        for question in again:
            self.draft.drop(question.field)
        for question in again:
            self._ask_if_open(question)
        return bool(again)

    def _drop_if_wrong(self, field: str, problems: Sequence[Problem]) -> bool:
        for problem in problems:
            self._wrong(f"{problem.field}: {problem.message}")
        if problems:
            self.draft.drop(field)
        return bool(problems)

    def _mend(self, questions: Sequence[Question]) -> None:
        """Ask again for what only the whole contract shows to be wrong."""
        while problems := self.files.problems(self.draft, whole=True):
            for problem in problems:
                self._wrong(f"{problem.field}: {problem.message}")
            again = [question for question in questions if _is_about(problems[0].field, question.field)]
            if not again:
                raise UsageError(f"{problems[0].field}: {problems[0].message}")
            for question in again:
                if self.draft.get(question.field) is not None:
                    self.draft.drop(question.field)
            for question in again:
                self._ask_if_open(question)

    def _head(self, question: Question) -> None:
        from metrics.authoring.questions import SMART

        if question.letter != self.letter:
            self.letter = question.letter
            self.console.rule(SMART[question.letter], align="left")
        self.console.print(question.ask, style="bold")
        self._say(f"{question.why} Example: {question.example}")
        if allowed := self._allowed(question):
            self._say(f"allowed: {', '.join(allowed)}")
        if question.optional:
            self._say("Enter leaves it out")

    def _allowed(self, question: Question) -> Sequence[str]:
        return self.proposal.slices if question.field == "slices" and self.proposal else question.allowed

    def _say(self, text: str) -> None:
        self._print_indented(text, "dim")

    def _wrong(self, text: str) -> None:
        self._print_indented(text, "red")

    def _print_indented(self, text: str, style: str) -> None:
        from rich.padding import Padding
        from rich.text import Text

        self.console.print(Padding(Text(text, style), (0, 0, 0, 2)))


def _read(suggestion: str) -> str:
    shown = f"[{suggestion}]" if suggestion else ""
    answer: Any = typer.prompt(shown, default=suggestion, show_default=False, prompt_suffix="> ")
    return str(answer).strip()


def _is_about(problem: str, field: str) -> bool:
    """Whether a field is what a problem is about, holds it, or is a part of it."""
    return problem == field or problem.startswith(f"{field}.") or field.startswith(f"{problem}.")
