"""Text files that are there whole or not at all, whatever dies."""

from pathlib import Path


def write_atomically(file: Path, text: str) -> None:
    """Put ``text`` (UTF-8, its line ends as they are) in the place of a file by one rename."""
    aside = file.with_name(f".{file.name}.part")
    try:
        aside.write_bytes(text.encode())
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
