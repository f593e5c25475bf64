"""Run as a process: copies a company's mart to PostgreSQL, and dies by SIGKILL before its n-th statement.

With 0 it lives, and prints which statement the commit was.
"""

import os
import signal
import sys

from orchestration.company import load_company
from orchestration.postgres.publish import publish
from orchestration.postgres.session import Session
from orchestration.postgres.target import Target

STATEMENTS = ("run", "rows", "copy", "commit")


def die_at(number: int) -> None:
    """Die before the n-th statement from now on; the commit is one, too."""
    count = 0

    def counted(kind, work):
        def count_and_work(*arguments):
            nonlocal count
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)
            if kind == "commit":
                print(count)
            return work(*arguments)

        return count_and_work

    for kind in STATEMENTS:
        setattr(Session, kind, counted(kind, getattr(Session, kind)))


if __name__ == "__main__":
    die_at(int(sys.argv[2]))
    publish(load_company(sys.argv[1]), Target(), lambda rows, total: None)
