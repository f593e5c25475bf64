"""Names files of the repository that a page links to; they are no part of the site."""

import re
from pathlib import PurePosixPath
from posixpath import normpath
from typing import Any

LINK = re.compile(r"\[([^\]]+)\]\(((?:\.\./)+[^)#\s]+)[^)]*\)")


def on_page_markdown(markdown: str, page: Any, **_: Any) -> str:
    """Turn a link that leaves docs/ into the path that it leads to; MkDocs checks all others."""
    folder = PurePosixPath("docs", page.file.src_uri).parent

    def named(link: re.Match[str]) -> str:
        path = normpath(str(folder / link[2]))
        if path.startswith("docs/"):
            return link[0]
        return f"`{path}`" if link[1].strip("`") in (path, f"{path}/") else f"{link[1]} (`{path}`)"

    return LINK.sub(named, markdown)
