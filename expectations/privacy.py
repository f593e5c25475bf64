"""What may be said of a value in messages that people read: nothing by which a person can be told."""

from __future__ import annotations

import re

# One plain word, a number of few digits, a day or a time: what a wrong value of another column looks like.
_WORD = r"[^\W\d]{0,30}(?:-[^\W\d]{1,30})?"
_NUMBER = r"[+-]?\d{0,6}(?:[.,]\d{0,6})?"
_TIME = r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T ][\d:.]*Z?)?"
_HARMLESS = re.compile(rf"\s*(?:{_WORD}|{_NUMBER}|{_TIME})\s*")


def tells_nobody(value: object) -> bool:
    """Whether a value may be shown though its table has personal data; where columns are swapped, names are anywhere.

    Text with several words, an address or more digits than an amount has may tell a person; a value with a type of its
    own may not, since personal data is text.
    """
    return not isinstance(value, str) or _HARMLESS.fullmatch(value) is not None


def without_values(message: str) -> str:
    """An error message of a library without the quoted values that may tell a person."""
    return re.sub(r"'([^']*)'", lambda quoted: quoted[0] if tells_nobody(quoted[1]) else "'…'", message)
