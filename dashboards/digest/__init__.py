"""The weekly digest: what a department or the company must know in two minutes, as a mail and as plain text."""

from dashboards.digest.compose import Digest, compose, scopes
from dashboards.digest.render import as_html, as_text

__all__ = ["Digest", "as_html", "as_text", "compose", "scopes"]
