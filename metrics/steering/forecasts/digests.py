"""What a forecast follows from, as one hash: where it is that of the mart before, so is the forecast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from metrics.calendar import Grain

if TYPE_CHECKING:
    from metrics.steering.forecasts.series import Series

_LIBRARIES = ("numpy", "scipy", "statsmodels")


def digest(known: Mapping[Grain, Series], *asked: object) -> str:
    """Hash the known values of a KPI, what is asked of them, this package's code and its libraries."""
    found = sha256(_method().encode())
    found.update(repr(asked).encode())
    for text in _texts(known.values()):
        found.update(text.encode())
    return found.hexdigest()[:32]


def _texts(known: Iterable[Series]) -> Iterable[str]:
    for series in known:
        yield series.grain
        yield from (value.text for value in series.values)


@cache
def _method() -> str:
    """The versions of the libraries and the text of this package: other code may say something else."""
    found = sha256(" ".join(f"{name} {version(name)}" for name in _LIBRARIES).encode())
    for file in sorted(Path(__file__).parent.glob("*.py")):
        found.update(file.read_bytes())
    return found.hexdigest()
