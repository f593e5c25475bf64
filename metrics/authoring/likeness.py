"""How alike words are, whatever their case, accents and endings."""

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from functools import lru_cache

_IGNORED = frozenset(
    re.findall(
        r"\w+",
        "a an and are by do does for from how in is it many much of on or our the their they this to us was we what "
        "when which who with al como con cuanto cuanta cuantos cuantas cual de del el en es esta la las los lo nos "
        "para por que se sin su sus un una y",
    )
)
_ALIKE = 0.8


def tokens(text: str) -> tuple[str, ...]:
    """Lower-case words without accents, in order; words that say nothing about what is measured are left out."""
    plain = unicodedata.normalize("NFKD", text.lower())
    found = re.findall(r"[a-z0-9]+", "".join(c for c in plain if not unicodedata.combining(c)))
    return tuple(word for word in found if word not in _IGNORED)


@lru_cache(maxsize=100_000)
def likeness(one: str, other: str) -> float:
    """1 for the same word, at least 0.8 for another form of it, else 0."""
    if one == other:
        return 1.0
    if min(len(one), len(other)) < 4:
        return 0.0
    alike = SequenceMatcher(None, one, other).ratio()
    return alike if alike >= _ALIKE else 0.0


def best_likeness(word: str, others: Iterable[str]) -> float:
    """How alike a word is to the one of others that it is most alike."""
    return max((likeness(word, other) for other in others), default=0.0)
