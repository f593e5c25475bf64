"""dbt as a subprocess: it must not share the run's process, or the warehouse stays locked after it."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from orchestration.errors import BuildError

PROGRAM = Path(__file__).with_name("process.py")


class DbtCommand:
    """One dbt command in an assembled project; starting it early hides the time that dbt takes to import."""

    def __init__(self, folder: Path, data: Path) -> None:
        """Start the process in the project ``folder``; ``data`` is the run-time folder that its profiles read."""
        environment = {
            **os.environ,
            "KPI_DATA_DIR": str(data),
            "DBT_PROFILES_DIR": str(folder),
            "DBT_PROJECT_DIR": str(folder),
            "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
            "PYTHONUNBUFFERED": "1",
        }
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-P", str(PROGRAM)],
            cwd=folder,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def lines(self, arguments: Sequence[str]) -> Iterator[str]:
        """Run dbt and yield its output line by line as it appears; ``exit_code`` is there when it ends."""
        assert self.process.stdin
        assert self.process.stdout
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(json.dumps(list(arguments)) + "\n")
            self.process.stdin.flush()
        for line in self.process.stdout:
            yield line.rstrip("\n")
        self.process.wait()
        self.close()

    @property
    def exit_code(self) -> int | None:
        """The exit code of dbt: 0 done, 1 a node failed, 2 dbt itself failed; None while it runs."""
        return self.process.returncode

    def close(self) -> None:
        """End the process if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe:
                with contextlib.suppress(BrokenPipeError):
                    pipe.close()


def parse(folder: Path, data: Path, variables: str) -> None:
    """Parse a project, which writes its manifests to ``target/``.

    Raises:
        BuildError: dbt's own message, without its banner.
    """
    command = DbtCommand(folder, data)
    flags = ["--quiet", "--no-use-colors", "--log-format", "text"]
    output = list(command.lines([*flags, "parse", "--target", "warehouse", "--vars", variables]))
    if command.exit_code != 0:
        raise BuildError(_message(output))


def _message(output: list[str]) -> str:
    output = output[: next((i for i, line in enumerate(output) if line.startswith("Traceback")), None)]
    lines = [line.partition("  ")[2] if line[:2].isdigit() and line[2:3] == ":" else line for line in output]
    lines = [line.rstrip() for line in lines if line.strip() and "Encountered an error" not in line]
    return "\n".join(lines) or "dbt parse failed without a message"
