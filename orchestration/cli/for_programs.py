"""Results for programs: the same columns as CSV and as JSON, with all digits."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from orchestration.querying.rows import Row

FORMATS = ("table", "csv", "json")


def print_rows(output: str, columns: Sequence[str], found: Sequence[Row]) -> None:
    """Print some columns of rows as ``csv`` or ``json``; those that a row lacks are empty, or null."""
    import csv
    import json

    listed = [{column: row.get(column) for column in columns} for row in found]
    if output == "json":
        print(json.dumps(listed, indent=1, ensure_ascii=False, default=str))
        return
    writer = csv.DictWriter(sys.stdout, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
