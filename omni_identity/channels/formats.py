"""Formats of files and how they are packed, by suffix or as ``format`` says."""

from __future__ import annotations

from pathlib import PurePath
from typing import Literal

Format = Literal["csv", "json", "parquet", "workbook", "chat"]
Packing = Literal["gz", "zst", "zip"]
FORMATS: dict[str, Format] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".jsonl": "json",
    ".ndjson": "json",
    ".json": "json",
    ".parquet": "parquet",
    ".pq": "parquet",
    ".xlsx": "workbook",
    ".ods": "workbook",
    ".whatsapp_chat": "chat",
}
FormatName = Literal["csv", "tsv", "jsonl", "json", "xlsx", "ods", "parquet", "whatsapp_chat"]
"""What ``format`` in ``omni.yaml`` may say."""
PACKINGS: dict[str, Packing] = {".gz": "gz", ".zst": "zst", ".zip": "zip"}


def format_of(path: str | PurePath, declared: FormatName | None = None) -> Format | None:
    """The ``declared`` format, else the one that a file's suffix names (before that of its packing).

    Null when it names none; an archive is of no format, its members are.
    """
    if declared is not None:
        return FORMATS[f".{declared}"]
    return FORMATS.get(_unpacked(path).suffix.lower())


def packing_of(path: str | PurePath) -> Packing | None:
    """How a file is packed, by its last suffix; null when it is not."""
    return PACKINGS.get(PurePath(path).suffix.lower())


def is_open_document(path: str | PurePath, declared: FormatName | None = None) -> bool:
    """Whether a workbook is an OpenDocument spreadsheet, not one of Excel."""
    return (declared or _unpacked(path).suffix.lower().removeprefix(".")) == "ods"


def _unpacked(path: str | PurePath) -> PurePath:
    plain = PurePath(path)
    return plain.with_suffix("") if packing_of(plain) else plain
