"""dbt's own documentation as one page: every model, column, metric and scorecard, and what leads to what.

``python -m orchestration.dbt.docs FOLDER`` writes ``FOLDER/index.html`` of the sample company or ``--company DIR``.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

from orchestration.company import Company, load_company
from orchestration.dbt.command import DbtCommand
from orchestration.dbt.project import prepare
from orchestration.errors import BuildError

# Nothing is compiled and no warehouse is asked: the page is made from the definitions alone, and needs no run. As
# target and variables are those of a run, dbt need not parse anew.
GENERATE = ("docs", "generate", "--static", "--no-compile", "--empty-catalog", "--target", "warehouse")


def write_docs(company: Company, folder: Path) -> Path:
    """Write the page to ``folder`` and return it.

    Raises:
        UsageError: sources.yml is wrong.
        BuildError: a definition is wrong, or dbt's own message.
    """
    project = prepare(company)
    with project.in_use():
        command = DbtCommand(project.folder, project.data)
        said = list(command.lines(["--quiet", *GENERATE, "--vars", project.variables]))
        if command.exit_code != 0:
            raise BuildError("\n".join(said) or "dbt docs generate failed without a message")
        folder.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copy(project.folder / "target" / "static_index.html", folder / "index.html"))


def main() -> None:
    """Read the command's arguments, write the page and print where it is."""
    parser = argparse.ArgumentParser(
        prog="python -m orchestration.dbt.docs", description="Write dbt's documentation as one page."
    )
    parser.add_argument("folder", type=Path, help="where index.html goes")
    parser.add_argument("--company", type=Path, metavar="DIR", help="default: the sample company")
    given = parser.parse_args()
    print(write_docs(load_company(given.company), given.folder))


if __name__ == "__main__":
    main()
