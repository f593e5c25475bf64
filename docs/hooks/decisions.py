"""Puts every decision of docs/adr into the site's navigation, in the order of their numbers."""

from pathlib import Path
from typing import Any


def on_config(config: Any) -> Any:
    """Add the group Decisions to the navigation that mkdocs.yml lists; a new decision needs no line there."""
    decisions = sorted((Path(config["docs_dir"]) / "adr").glob("*.md"))
    config["nav"].append({"Decisions": [f"adr/{decision.name}" for decision in decisions]})
    return config
