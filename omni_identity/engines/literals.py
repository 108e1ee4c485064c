"""Text as a SQL literal, for statements that take no parameters: files to attach, read and write, comments."""

from __future__ import annotations

from pathlib import Path


def literal(text: Path | str) -> str:
    """``text`` as a SQL string, with its quotation marks."""
    escaped = str(text).replace("'", "''")
    return f"'{escaped}'"
