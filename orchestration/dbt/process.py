"""The program of a dbt process: imports dbt at once, waits for a command on stdin, and ends when its parent does.

Started early, it has paid dbt's import time by the time it is needed. A parent that is killed closes the pipe; a dbt
that went on writing would keep the warehouse locked for the next run.
"""

import json
import os
import signal
import sys
import threading


def main() -> None:
    """Read one line, a JSON list of dbt's arguments, and run it; no line means that nothing is to be done."""
    import dbt.adapters.duckdb  # noqa: F401
    from dbt.cli.main import cli

    line = sys.stdin.readline()
    if line:
        threading.Thread(target=_end_with_parent, daemon=True).start()
        cli(json.loads(line))


def _end_with_parent() -> None:
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    main()
