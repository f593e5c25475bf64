"""Runs the command as `python -m orchestration.cli`."""

from orchestration.cli import main

main()
