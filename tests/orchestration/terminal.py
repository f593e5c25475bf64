"""A person at a real terminal: reads what a command asks, and types."""

from __future__ import annotations

import fcntl
import os
import re
import select
import signal
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).parents[2]
PROMPT = re.compile(r"(> |\]: )$")
CONTROL_C = "\x03"
MOST_QUESTIONS = 100
PATIENCE_SECONDS = 60


def _sit_down() -> None:
    """Make the pseudo-terminal the one that a process hears; what runs in the background ignores Ctrl-C."""
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A command on a pseudo-terminal of its own."""

    def __init__(self, *arguments: str) -> None:
        self._master, slave = os.openpty()
        dropped = ("KPI_DATA_DIR", "DAGSTER_HOME")
        environment = {key: value for key, value in os.environ.items() if key not in dropped}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "orchestration.cli", *arguments],
            cwd=ROOT,
            env={**environment, "TERM": "dumb", "COLUMNS": "100"},
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=_sit_down,
        )
        os.close(slave)
        self._bytes = b""

    @property
    def text(self) -> str:
        """Everything on the screen so far."""
        return self._bytes.decode(errors="replace").replace("\r\n", "\n")

    def converse(self, answers: Mapping[str, Sequence[str]]) -> int:
        """Answer questions by their words, each time with the next answer (then Enter alone); return the exit code."""
        left = {question: list(given) for question, given in answers.items()}
        asked = 0
        while self._read_to_prompt():
            asked += 1
            assert asked < MOST_QUESTIONS, f"asked without end:\n{self.text}"
            question = max(left, key=self.text.rfind)
            self._type(left[question].pop(0) if left[question] else "")
        assert not any(left.values()), f"never asked: {left}\n{self.text}"
        return self._process.wait(PATIENCE_SECONDS)

    def _type(self, answer: str) -> None:
        if answer == CONTROL_C:
            self._interrupt()
        else:
            os.write(self._master, f"{answer}\n".encode())

    def _interrupt(self) -> None:
        """Press Ctrl-C until it is heard: one between a prompt and the reading of its answer would wait for Enter."""
        for _ in range(PATIENCE_SECONDS // 5):
            os.write(self._master, CONTROL_C.encode())
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(5)
                return

    def _read_to_prompt(self) -> bool:
        """Read on until something is asked; False at the command's end."""
        start = len(self._bytes)
        while not PROMPT.search(self._bytes[start:].decode(errors="replace")):
            ready, _, _ = select.select([self._master], [], [], PATIENCE_SECONDS)
            assert ready, f"nothing happens:\n{self.text}"
            try:
                read = os.read(self._master, 65536)
            except OSError:  # Linux: the other end is closed
                return False
            if not read:
                return False
            self._bytes += read
        return True
