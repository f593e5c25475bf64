"""A process that dies by SIGKILL in the middle of its work."""

import os
import signal
import sys


def die_at_rename(number: int) -> None:
    """Die before the n-th rename from now on; a negative number lets it live."""
    left = number

    def die(event: str, _: tuple) -> None:
        nonlocal left
        if event == "os.rename":
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(die)
