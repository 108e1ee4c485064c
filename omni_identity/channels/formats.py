"""Formats of files, by suffix."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal

Format = Literal["csv", "json_lines", "parquet"]
FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "json_lines",
    ".ndjson": "json_lines",
    ".json": "json_lines",
    ".parquet": "parquet",
    ".pq": "parquet",
}


def format_of(path: str | PurePath) -> Format | None:
    """The format that a file's suffix names (before a final ``.gz``); null when it names none."""
    plain = PurePath(path)
    if plain.suffix.lower() == ".gz":
        plain = plain.with_suffix("")
    return FORMATS.get(plain.suffix.lower())
