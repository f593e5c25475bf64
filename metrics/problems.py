"""What is wrong in a definition file, said so that its author can find and mend it."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong: ``file:line: field: what is wrong, what is allowed``."""

    file: str
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.field}: {self.message}"


class DefinitionError(ValueError):
    """Definition files that cannot be used; its text is every problem, a line each."""

    def __init__(self, problems: Sequence[Problem]):
        self.problems = tuple(sorted(set(problems)))
        super().__init__("\n".join(str(problem) for problem in self.problems))
