"""The command's entry point: which commands there are, and what their errors look like and exit with."""

from __future__ import annotations

import sys

import typer

from orchestration.cli.defining import definitions, new
from orchestration.cli.reading import read
from orchestration.cli.running import publish, quarantine, run
from orchestration.cli.steering import actions, alerts, digest, objectives, review
from orchestration.errors import BuildError, UsageError

app = typer.Typer(
    name="kpi",
    help="Build, read and check the KPI mart.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
for part in (run, publish, read, objectives, actions, review, digest, alerts, definitions, new, quarantine):
    part.register(app)


def main() -> None:
    """Run the command: exit 0 done, 1 nothing could be built or published, 2 it was asked for wrongly."""
    try:
        app(prog_name="kpi")
    except UsageError as error:
        _fail(error, 2)
    except BuildError as error:
        _fail(error, 1)


def _fail(error: Exception, code: int) -> None:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(code)
