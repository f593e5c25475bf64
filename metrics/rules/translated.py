"""Texts that are the same in both languages."""

from collections.abc import Iterator

from pydantic import BaseModel

from metrics.contracts.models import Text
from metrics.lint.definitions import Definitions
from metrics.lint.rule import Rule
from metrics.problems import Problem


def _check(definitions: Definitions) -> Iterator[Problem]:
    for contract in definitions.contracts:
        for field, text in _texts(contract.body):
            if text.en.casefold() == text.es.casefold() and not _is_proper_name(text.en):
                message = f"{text.es!r} is the English text; translate it, unless it is a proper name in capitals"
                yield contract.problem(f"{field}.es", message)


def _texts(part: BaseModel, prefix: str = "") -> Iterator[tuple[str, Text]]:
    for name in type(part).model_fields:
        value = getattr(part, name)
        if isinstance(value, Text):
            yield f"{prefix}{name}", value
        elif isinstance(value, BaseModel):
            yield from _texts(value, f"{prefix}{name}.")


def _is_proper_name(text: str) -> bool:
    """``Net Promoter Score`` and ``ROAS``, but not ``Headcount``, which only starts a sentence."""
    words = text.split()
    return text.isupper() or (len(words) > 1 and all(word[0].isupper() for word in words))


RULE = Rule(
    code="KPI101",
    severity="error",
    says="Specific: every text is there in English and in Spanish, and the one is no copy of the other.",
    fix="translate the text",
    check=_check,
)
