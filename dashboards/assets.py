"""Scripts and styles of the site, named for what they hold, so that a browser may keep them for good."""

from __future__ import annotations

import shutil
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

STATIC = Path(__file__).parent / "static"
CHARTS = "vega.js"


class Assets:
    """The assets folder of a site; an asset is written when a page first asks for it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[str, str] = {}
        folder.mkdir(exist_ok=True)

    def path(self, name: str) -> str:
        """Return where an asset lies in the site, ``assets/<name>.<version>.<ending>``."""
        if name not in self._names:
            self._names[name] = self._chart_bundle() if name == CHARTS else self._copied(STATIC / name)
        return f"assets/{self._names[name]}"

    def _copied(self, file: Path) -> str:
        content = file.read_bytes()
        name = f"{file.stem}.{sha256(content).hexdigest()[:10]}{file.suffix}"
        (self._folder / name).write_bytes(content)
        return name

    def _chart_bundle(self) -> str:
        """Vega, Vega-Lite and vega-embed as one script (0.9 MB)."""
        name = f"vega.{version('vl-convert-python')}.js"
        try:
            shutil.copyfile(_kept(name), self._folder / name)
        except OSError:  # a service may have no home, or one that it cannot write to
            (self._folder / name).write_text(_made(), encoding="utf-8")
        return name


def _kept(name: str) -> Path:
    """Return the bundle in the user's cache; it takes a second to make, and only another version makes another."""
    from platformdirs import user_cache_path

    file = user_cache_path("kpi-mart", ensure_exists=True) / name
    if not file.is_file():
        with NamedTemporaryFile("w", encoding="utf-8", dir=file.parent, delete=False) as aside:
            aside.write(_made())
        Path(aside.name).replace(file)
    return file


def _made() -> str:
    """The bundle, whose names stay its own: it shows ``vegaEmbed``, ``vega`` and ``vegaLite`` only."""
    import vl_convert

    return f"(() => {{{vl_convert.javascript_bundle()}}})();\n"
