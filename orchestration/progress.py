"""What a run in this process has done so far, told to whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass
class Progress:
    """A run's steps as they happen: ``on_done`` per finished asset, ``on_message`` per sentence for a person."""

    on_done: list[Callable[[str], None]] = field(default_factory=list)
    on_message: list[Callable[[str], None]] = field(default_factory=list)

    def done(self, asset: str) -> None:
        """Tell that an asset is finished."""
        for listener in self.on_done:
            listener(asset)

    def say(self, message: str) -> None:
        """Tell a sentence."""
        for listener in self.on_message:
            listener(message)


PROGRESS = Progress()
