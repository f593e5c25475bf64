"""Run as a process: replays the quarantine of ``shop.orders`` and dies by SIGKILL before its n-th rename."""

import os
import signal
import sys
from datetime import UTC, datetime

from orchestration.company import load_company
from orchestration.declarations.sources import load_sources
from orchestration.quarantine.replay import replay_rows


def main(folder: str, renames: int) -> None:
    """A negative number lets it live."""
    left = renames

    def die(event: str, _: tuple) -> None:
        nonlocal left
        if event == "os.rename":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(die)
    company = load_company(folder)
    sources = load_sources(company.sources_path)
    replay_rows(company, sources, sources.table("shop", "orders"), "", datetime(2026, 3, 1, tzinfo=UTC))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
