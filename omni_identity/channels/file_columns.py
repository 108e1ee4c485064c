"""Columns that a file has: a CSV header, a Parquet schema, the keys of JSON lines."""

from __future__ import annotations

import gzip
import json
import zlib
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
from pyarrow import parquet

from omni_identity.channels.byte_stream import ByteStream
from omni_identity.channels.configuration import Feed
from omni_identity.channels.csv_dialect import find_dialect
from omni_identity.channels.formats import format_of
from omni_identity.channels.parquet_reader import parquet_columns

JSON_LINES_LOOKED_AT = 1_000
_SAMPLE_BYTES = 1 << 20


def columns_of(path: Path, feed: Feed) -> Counter[str] | None:
    """How often each column occurs in a file's header; null when the file tells none.

    A file that is empty, damaged, or of another format tells none: reading it says why. Of JSON
    Lines, the keys of the first ``JSON_LINES_LOOKED_AT`` lines (in the first mebibyte) are known,
    nested ones by dotted path too; each counts once.
    """
    kind = format_of(path)
    try:
        if kind == "csv":
            return _csv_columns(path, feed)
        if kind == "json_lines":
            return _json_columns(path, feed)
        if kind == "parquet":
            return _parquet_columns(path)
    except (OSError, EOFError, zlib.error, pa.ArrowException):
        return None
    return None


def _csv_columns(path: Path, feed: Feed) -> Counter[str] | None:
    with ByteStream(path, feed.encoding) as stream:
        dialect = find_dialect(stream.read(_SAMPLE_BYTES), feed)
    return Counter(dialect.header) if dialect else None


def _json_columns(path: Path, feed: Feed) -> Counter[str] | None:
    with ByteStream(path, feed.encoding) as stream:
        lines = stream.read(_SAMPLE_BYTES).split(b"\n")
    keys: set[str] = set()
    for line in lines[:JSON_LINES_LOOKED_AT]:
        try:
            _add_keys(json.loads(line), "", keys)
        except (ValueError, RecursionError):
            continue
    return Counter(keys) if keys else None


def _add_keys(value: Any, prefix: str, keys: set[str]) -> None:
    for key, inner in value.items() if isinstance(value, dict) else ():
        keys.add(prefix + key)
        _add_keys(inner, f"{prefix}{key}.", keys)


def _parquet_columns(path: Path) -> Counter[str]:
    if path.suffix.lower() == ".gz":
        with gzip.open(path) as zipped:
            return Counter(parquet_columns(parquet.ParquetFile(zipped)))
    with path.open("rb") as file:
        return Counter(parquet_columns(parquet.ParquetFile(file)))
