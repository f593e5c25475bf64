"""Run as a process: pulls in tiny chunks and batches, and dies by SIGKILL before its n-th rename."""

import sys
from datetime import UTC, datetime

from sudden_death import die_at_rename

from orchestration.company import load_company
from orchestration.connectors import formats
from orchestration.pulling import batches, spool
from orchestration.pulling.pull import pull_table

CHUNK_ROWS, BATCH_ROWS = 7, 20


def main(folder: str, renames: int) -> None:
    """Pull ``shop.orders``; a negative number lets it live."""
    formats.CHUNK_ROWS, formats.BLOCK_BYTES, batches.BATCH_ROWS, batches.GROUP_ROWS = CHUNK_ROWS, 64, BATCH_ROWS, 10
    spool.HELD_BYTES = 200
    die_at_rename(renames)
    pull_table(load_company(folder), "shop", "orders", datetime(2026, 1, 1, tzinfo=UTC))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
