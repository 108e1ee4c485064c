"""Columns that a file has: a CSV header, a Parquet schema, the keys of JSON lines; and those that it lacks."""

from __future__ import annotations

import gzip
import json
import tempfile
import zlib
from collections import Counter
from collections.abc import Collection
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
from pyarrow import parquet

from omni_identity.channels.byte_stream import ByteStream
from omni_identity.channels.configuration import CatalogueFeed, Feed
from omni_identity.channels.csv_dialect import find_dialect, line_that_names
from omni_identity.channels.delivered_bytes import open_file
from omni_identity.channels.file_faults import FileFault, fault_of, unknown_format
from omni_identity.channels.formats import format_of
from omni_identity.channels.parquet_reader import IN_MEMORY_BYTES, parquet_columns, unzip
from omni_identity.channels.presets.resolution import preset_advice
from omni_identity.channels.reason_codes import EMPTY_FILE, MISSING_COLUMN, UNREADABLE_FILE
from omni_identity.model.errors import nearest

JSON_LINES_LOOKED_AT = 1_000
_SAMPLE_BYTES = 1 << 20


def columns_of(path: Path, feed: Feed, file: BinaryIO | None = None) -> Counter[str]:
    """How often each column occurs in a file's header.

    Of JSON Lines, the keys of the first ``JSON_LINES_LOOKED_AT`` lines (in the first mebibyte) are
    known, nested ones by dotted path too; each counts once. ``file``: the opened file, if it is.
    Raises ``FileFault`` for a file that tells none, whatever the reason.
    """
    try:
        if file is not None:
            return _columns(path, feed, file)
        with open_file(path) as raw:
            return _columns(path, feed, cast(BinaryIO, raw))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - as the guard around readers
        raise fault_of(error) from None


def _columns(path: Path, feed: Feed, file: BinaryIO) -> Counter[str]:
    match format_of(path):
        case "csv":
            return _csv_columns(path, feed, file)
        case "json_lines":
            return _json_columns(path, feed, file)
        case "parquet":
            return _parquet_columns(path, file)
    raise unknown_format(path)


def require_columns(path: Path, feed: Feed, file: BinaryIO) -> None:
    """Raise ``FileFault`` for columns that ``feed`` names and a file lacks, or has twice; rewind the file.

    Of JSON Lines, whose lines may leave out what is empty, only the keys that every line needs are missed.
    """
    columns = columns_of(path, feed, file)
    file.seek(0)
    named = dict.fromkeys(column for _, column in feed.named_columns())
    if format_of(path) == "json_lines":
        named = dict.fromkeys(column for column in named if column in feed.needed_columns())
    missing = feed.missing_columns(columns)
    lacking = [name for name in named if name in missing or columns[name] > 1]
    if not lacking:
        return
    words = [describe_lacking(name, columns, feed) for name in lacking]
    hint = header_hint(path, feed, file) if not any(name in columns for name in named) else ""
    file.seek(0)
    raise FileFault(MISSING_COLUMN, " ".join([*words, hint]).strip())


def describe_lacking(name: str, columns: Counter[str], feed: Feed) -> str:
    """What is wrong with one column, with the nearest spelling that is there."""
    if columns[name]:
        return f"column '{name}' is there {columns[name]} times."
    key = next(key for key, column in feed.named_columns() if column == name)
    advice = preset_advice(feed.preset, key, name)
    return f"column '{name}' is missing.{nearest_column(name, columns, feed)}{advice}"


def nearest_column(column: str, columns: Collection[str], feed: Feed) -> str:
    """As :func:`nearest`, but nothing where none of a feed's columns is there: that is no header, but
    perhaps the first person's data. A catalogue is about nobody."""
    is_header = any(named in columns for _, named in feed.named_columns())
    is_header |= isinstance(feed, CatalogueFeed)
    return nearest(column, columns) if is_header else ""


def header_hint(path: Path, feed: Feed, file: BinaryIO | None = None) -> str:
    """Where the header of a CSV file seems to be when it is not its first line; empty when nowhere."""
    if format_of(path) != "csv":
        return ""
    if file is not None:
        file.seek(0)
    with ByteStream(path, feed.encoding, file) as stream:
        line = line_that_names(stream.read(_SAMPLE_BYTES), feed)
    if line is None:
        return ""
    return f"Line {line} has them: take out the {line - 1} lines above it."


def _csv_columns(path: Path, feed: Feed, file: BinaryIO) -> Counter[str]:
    with ByteStream(path, feed.encoding, file) as stream:
        dialect = find_dialect(stream.read(_SAMPLE_BYTES), feed)
    if dialect is None:
        reason = UNREADABLE_FILE if stream.damage else EMPTY_FILE
        raise FileFault(reason, stream.damage or "it is empty: there is no header")
    return Counter(dialect.header)


def _json_columns(path: Path, feed: Feed, file: BinaryIO) -> Counter[str]:
    with ByteStream(path, feed.encoding, file) as stream:
        sample = stream.read(_SAMPLE_BYTES)
    if not sample.strip():
        reason = UNREADABLE_FILE if stream.damage else EMPTY_FILE
        raise FileFault(reason, stream.damage or "it is empty: there is no line")
    keys: set[str] = set()
    objects = 0
    for line in sample.split(b"\n")[:JSON_LINES_LOOKED_AT]:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        objects += isinstance(value, dict)
        _add_keys(value, "", keys)
    if (what := _one_document(sample)) is not None:
        raise FileFault(UNREADABLE_FILE, what[0], what[1].format(path.name))
    if not objects:
        raise FileFault(
            UNREADABLE_FILE, "none of its first lines is a JSON object, and one a line is needed"
        )
    return Counter(keys)


def _one_document(sample: bytes) -> tuple[str, str] | None:
    """What a file is that holds one JSON value over all its lines, and how to convert it; else None."""
    text = sample.decode("utf-8", "replace").lstrip("\ufeff \t\r\n")
    first, _, rest = text.partition("\n")
    if text.startswith("["):
        return (
            "it is a JSON array, and one object a line (JSON Lines) is needed",
            "Convert it: jq -c '.[]' {} > converted.jsonl",
        )
    if not text.startswith("{") or not rest.strip() or _is_json(first):
        return None
    try:
        _, end = json.JSONDecoder().raw_decode(text)
        is_document = end > len(first)
    except (ValueError, RecursionError):
        is_document = first.strip() == "{"
    if not is_document:
        return None
    return (
        "it is pretty-printed JSON, and one object a line (JSON Lines) is needed",
        "Convert it: jq -c . {} > converted.jsonl, or jq -c '.NAME[]' where NAME holds the list",
    )


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _add_keys(value: Any, prefix: str, keys: set[str]) -> None:
    for key, inner in value.items() if isinstance(value, dict) else ():
        keys.add(prefix + key)
        _add_keys(inner, f"{prefix}{key}.", keys)


def _parquet_columns(path: Path, file: BinaryIO) -> Counter[str]:
    if path.suffix.lower() != ".gz":
        return Counter(_schema(file))
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as plain:
        try:
            unzip(file, cast(BinaryIO, plain))
        except (EOFError, zlib.error, gzip.BadGzipFile):
            what = "the compressed data is damaged or breaks off"
            raise FileFault(UNREADABLE_FILE, what) from None
        return Counter(_schema(cast(BinaryIO, plain)))


def _schema(file: BinaryIO) -> list[str]:
    if not file.read(1):
        raise FileFault(EMPTY_FILE, "it is empty")
    file.seek(0)
    try:
        return parquet_columns(parquet.ParquetFile(file))
    except pa.ArrowException as error:
        raise FileFault(UNREADABLE_FILE, f"Parquet: {type(error).__name__}") from None
