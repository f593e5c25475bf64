"""Figures that tests measured, shown below their results: a test tells one by ``record_property("figure", …)``."""

from __future__ import annotations

from typing import Any


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Print the figures of all tests that passed, whichever process ran them."""
    told = [
        f"{report.nodeid.rpartition('::')[2]}: {text}"
        for report in terminalreporter.stats.get("passed", [])
        if report.when == "call"
        for name, text in report.user_properties
        if name == "figure"
    ]
    if told:
        terminalreporter.section("figures")
    for line in told:
        terminalreporter.line(line)
