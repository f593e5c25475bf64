"""Gives dbt's connections the salt of personal data, so that no SQL text, log or manifest ever holds it."""

import hashlib
import os

from dbt.adapters.duckdb.plugins import BasePlugin

BLOCK = 64  # bytes that SHA-256 takes at a time (RFC 2104)


class Plugin(BasePlugin):
    """Sets the two keys of HMAC-SHA256 as variables of every cursor; without a salt both are NULL."""

    def configure_cursor(self, cursor) -> None:
        """Set ``pii_inner`` and ``pii_outer`` (64 bytes each) from the environment variable KPI_PII_SALT."""
        salt = os.environ.get("KPI_PII_SALT", "").encode()
        for name, byte in (("pii_inner", 0x36), ("pii_outer", 0x5C)):
            cursor.execute(f"set variable {name} = ?", [_padded(salt, byte) if salt else None])


def _padded(salt: bytes, byte: int) -> bytes:
    key = hashlib.sha256(salt).digest() if len(salt) > BLOCK else salt
    return bytes(each ^ byte for each in key.ljust(BLOCK, b"\0"))
