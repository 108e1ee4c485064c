"""Text as SQL where a statement takes no parameters: literals, for files and comments, and names."""

from __future__ import annotations

from pathlib import Path


def literal(text: Path | str) -> str:
    """``text`` as a SQL string, with its quotation marks."""
    escaped = str(text).replace("'", "''")
    return f"'{escaped}'"


def identifier(name: str) -> str:
    """``name`` as SQL's name of something, quoted."""
    escaped = name.replace('"', '""')
    return f'"{escaped}"'
