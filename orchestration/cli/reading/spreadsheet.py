"""Tables for spreadsheets: CSV in which no text is taken for a formula.

A spreadsheet runs what begins with = + - @ (also full-width, and after spaces, quotes, tab or return), and text of a
mart comes from other systems: names, causes, reasons. As OWASP advises, such a text gets an apostrophe in front, and
every text that holds a separator or a quote is quoted. So does what follows a semicolon, tab or line's end within a
text: a spreadsheet in Spanish parts cells at semicolons, where quotes that begin after a comma do not hold. Numbers,
days and yes or no are no texts, and stay as they are.
https://owasp.org/www-community/attacks/CSV_Injection
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration.errors import UsageError

BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# what a spreadsheet may pass over before it looks for a formula
PASSED_OVER = " \u00a0\u3000\ufeff\"'"
# what may begin a cell within a text
PARTED = re.compile(rf"(?<=[;\t\r\n])(?=[{PASSED_OVER}]*[=+\-@＝＋－＠])")


def write_csv(file: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write columns of rows, with a header.

    The file is UTF-8 with a byte-order mark, without which Excel takes accents for other signs; fields are separated by
    commas and lines end as RFC 4180 says. Raises UsageError for a path that cannot be written.
    """
    import csv
    import io

    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([harmless(column) for column in columns])
    writer.writerows([harmless(row[column]) for column in columns] for row in rows)
    write_bytes(file, text.getvalue().encode("utf-8-sig"))


def write_bytes(file: Path, content: bytes) -> None:
    """Write a file; raises UsageError for a path that cannot be written."""
    try:
        file.write_bytes(content)
    except OSError as error:
        raise UsageError(f"--out {file}: {error.strerror}; name a file in a folder that can be written") from error


def harmless(cell: Any) -> Any:
    """Return a cell that no spreadsheet runs; the values of a list are one text."""
    if isinstance(cell, list | tuple):
        cell = ", ".join(str(value) for value in cell)
    if not isinstance(cell, str):
        return cell
    begins = cell.startswith(BEGINNINGS) or cell.lstrip(PASSED_OVER).startswith(BEGINNINGS)
    return PARTED.sub("'", f"'{cell}" if begins else cell)
