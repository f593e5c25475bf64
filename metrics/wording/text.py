"""A text in both languages."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """A text for leaders, in the two languages of the mart."""

    en: str
    es: str
