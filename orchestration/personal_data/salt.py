"""The salt of personal data: the secret key of its hashes, known from the environment only."""

from __future__ import annotations

import hashlib
import os
from functools import cache

VARIABLE = "KPI_PII_SALT"
# Slow, so that a weak salt cannot be found by trying out what its fingerprint is of.
ROUNDS = 200_000
PURPOSE = b"kpi-mart: fingerprint of the salt of personal data"


def salt() -> bytes:
    """The salt as bytes; empty where none is set, and personal data is dropped."""
    return os.environ.get(VARIABLE, "").encode()


def salt_fingerprint() -> str | None:
    """Tell one salt from another without revealing it; None without a salt."""
    return _fingerprint(salt()) if salt() else None


@cache
def _fingerprint(secret: bytes) -> str:
    return hashlib.pbkdf2_hmac("sha256", secret, PURPOSE, ROUNDS).hex()[:16]
