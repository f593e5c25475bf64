"""Run as a process: replays the quarantine of ``shop.orders`` and dies by SIGKILL before its n-th rename."""

import sys
from datetime import UTC, datetime

from sudden_death import die_at_rename

from orchestration.company import load_company
from orchestration.declarations.sources import load_sources
from orchestration.quarantine.replay import replay_rows


def main(folder: str, renames: int) -> None:
    """A negative number lets it live."""
    die_at_rename(renames)
    company = load_company(folder)
    sources = load_sources(company.sources_path)
    replay_rows(company, sources, sources.table("shop", "orders"), "", datetime(2026, 3, 1, tzinfo=UTC))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
