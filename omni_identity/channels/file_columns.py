"""Columns that a file has: a header, a Parquet schema, the keys of JSON documents; and those that it lacks."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
from pyarrow import parquet

from omni_identity.channels.byte_stream import ByteStream
from omni_identity.channels.chat_reader import CHAT_COLUMNS
from omni_identity.channels.csv_dialect import find_dialect
from omni_identity.channels.delivered_bytes import open_file
from omni_identity.channels.encoding_guess import is_utf_8_after_all
from omni_identity.channels.feeds import CatalogueFeed, Feed
from omni_identity.channels.file_faults import FileFault, fault_of
from omni_identity.channels.formats import packing_of
from omni_identity.channels.header_names import count_columns, plain_name, told_apart
from omni_identity.channels.json_documents import read_documents
from omni_identity.channels.packing import Content, unpacked
from omni_identity.channels.parquet_reader import parquet_columns
from omni_identity.channels.parts import Part, parts_of
from omni_identity.channels.presets.resolution import preset_advice
from omni_identity.channels.reason_codes import EMPTY_FILE, MISSING_COLUMN, UNREADABLE_FILE
from omni_identity.channels.row_paths import (
    CLIMB,
    child,
    enclosing_objects,
    place_of,
    rows_within,
)
from omni_identity.channels.workbook import read_sheet
from omni_identity.model.errors import nearest

DOCUMENTS_LOOKED_AT = 1_000
ELEMENTS_LOOKED_AT = 20
"""Of a list: so many have paths of their own, by their position."""
ROWS_LOOKED_AT = 100
_SAMPLE_BYTES = 1 << 20


@dataclass(frozen=True)
class FileColumns:
    """How often each column occurs in a file; of JSON, as far as its first documents tell (``may_have_more``).

    Names are plain ones. ``advice``: what else to say where one is missing.
    """

    counts: Counter[str]
    may_have_more: bool = False
    advice: str | None = None

    def present(self, feed: Feed) -> set[str]:
        """Those names of the feed's columns that are there."""
        return {name for name in feed.source_columns() if self.count(name)}

    def count(self, name: str) -> int:
        """How often a column that ``omni.yaml`` names is there."""
        return self.counts[name] if self.may_have_more else self.counts[plain_name(name)]


def columns_of(path: Path, feed: Feed, file: BinaryIO | None = None) -> FileColumns:
    """The columns of a file; of an archive those that all of its members have.

    Of JSON, the keys of the first ``DOCUMENTS_LOOKED_AT`` documents are known, or of as many as show all that
    ``feed`` names; nested ones by dotted path too; each counts once. ``file``: the opened file, if it is.
    Raises ``FileFault`` for a file that tells none, whatever the reason.
    """
    try:
        if file is not None:
            return _of_all(path, feed, file)
        with open_file(path) as raw:
            return _of_all(path, feed, cast(BinaryIO, raw))
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - as the guard around readers
        raise fault_of(error) from None


def _of_all(path: Path, feed: Feed, file: BinaryIO) -> FileColumns:
    found = [_columns(part, feed) for part in parts_of(path, feed, file)]
    if len(found) == 1:
        return found[0]
    if all(columns.may_have_more for columns in found):
        names = {name for columns in found for name in columns.counts}
        return FileColumns(Counter(names), True)
    closed = [columns for columns in found if not columns.may_have_more]
    names = set.intersection(*(set(columns.counts) for columns in closed))
    counts = Counter({n: max(columns.counts[n] for columns in closed) for n in names})
    return FileColumns(counts, advice=next((c.advice for c in closed if c.advice), None))


def _columns(part: Part, feed: Feed) -> FileColumns:
    if part.format in ("csv", "json"):
        _require_encoding(part, feed)
    match part.format:
        case "csv":
            return _csv_columns(part, feed)
        case "json":
            return _json_columns(part, feed)
        case "parquet":
            return FileColumns(_parquet_columns(part))
        case "chat":
            return FileColumns(Counter(CHAT_COLUMNS))
        case "workbook":
            return FileColumns(count_columns(read_sheet(part.path, feed, part.file).header))


def _require_encoding(part: Part, feed: Feed) -> None:
    """Raise ``FileFault`` for a file in UTF-8 of which ``omni.yaml`` says otherwise: it would read as ``MÃ¼ller``."""
    beginning = Content(part.file, packing_of(part.path)).read(_SAMPLE_BYTES)
    part.file.seek(0)
    if is_utf_8_after_all(feed.encoding, beginning):
        what = f"it is UTF-8, and not {feed.encoding} as omni.yaml says"
        raise FileFault(UNREADABLE_FILE, what, "Take `encoding` out of omni.yaml.")


def require_columns(part: Part, feed: Feed) -> None:
    """Raise ``FileFault`` for columns that ``feed`` names and a file lacks, or has twice; rewind it.

    Of JSON, whose documents may leave out what is empty, only the keys that every row needs are missed.
    """
    try:
        columns = _columns(part, feed)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - as the guard around readers
        raise fault_of(error) from None
    part.file.seek(0)
    named = dict.fromkeys(column for _, column in feed.named_columns())
    if columns.may_have_more:
        # an object that has no row of the feed lacks what leads to one
        named = dict.fromkeys(
            column
            for column in named
            if column in feed.needed_columns() and "." not in column and feed.rows is None
        )
    missing = feed.missing_columns(columns.present(feed))
    lacking = [name for name in named if name in missing or columns.count(name) > 1]
    if not lacking:
        return
    words = [describe_lacking(name, columns, feed) for name in lacking]
    where = f"In '{part.path.name}':" if part.info is not None else ""
    detail = " ".join([where, *words, columns.advice or ""]).strip()
    raise FileFault(MISSING_COLUMN, detail)


def describe_lacking(name: str, columns: FileColumns, feed: Feed) -> str:
    """What is wrong with one column, with the nearest spelling that is there."""
    count = columns.count(name)
    if count:
        return f"column '{name}' is there {count} times. {told_apart(plain_name(name), count)}"
    key = next(key for key, column in feed.named_columns() if column == name)
    advice = preset_advice(feed.preset, key, name)
    return f"column '{name}' is missing.{nearest_column(name, columns, feed)}{advice}"


def nearest_column(column: str, columns: FileColumns, feed: Feed) -> str:
    """As :func:`nearest`, but nothing where none of a feed's columns is there: that is no header, but
    perhaps the first person's data. A catalogue is about nobody."""
    is_header = any(columns.count(named) for _, named in feed.named_columns())
    is_header |= isinstance(feed, CatalogueFeed)
    return nearest(column, columns.counts) if is_header else ""


def _csv_columns(part: Part, feed: Feed) -> FileColumns:
    with ByteStream(part.path, feed.encoding, part.file) as stream:
        dialect = find_dialect(stream.read(_SAMPLE_BYTES), feed)
    if dialect is None:
        reason = UNREADABLE_FILE if stream.damage else EMPTY_FILE
        raise FileFault(reason, stream.damage or "it is empty: there is no header")
    return FileColumns(count_columns(dialect.header), advice=dialect.advice)


def _json_columns(part: Part, feed: Feed) -> FileColumns:
    keys: set[str] = set()
    lists: list[str] = []
    count = 0
    is_empty = True
    with ByteStream(part.path, feed.encoding, part.file) as stream:
        for documents in read_documents(stream):
            if documents.fault is not None and is_empty:
                raise FileFault(UNREADABLE_FILE, documents.fault)
            is_empty &= documents.raw.is_empty() and not documents.is_too_long
            for document in documents.raw.head(DOCUMENTS_LOOKED_AT - count):
                try:
                    value = json.loads(document)
                except (ValueError, RecursionError):
                    continue
                if isinstance(value, dict):
                    count += 1
                    known = len(keys)
                    _add_named_keys(value, feed, keys)
                    if len(keys) > known and not feed.missing_columns(keys):
                        return FileColumns(Counter(keys), may_have_more=True)
                    lists = [key for key, inner in value.items() if _holds_objects(inner)]
            if count >= DOCUMENTS_LOOKED_AT or documents.position > _SAMPLE_BYTES:
                break
    if is_empty:
        reason = UNREADABLE_FILE if stream.damage else EMPTY_FILE
        raise FileFault(reason, stream.damage or "it is empty: there is no object in it")
    if not count:
        raise FileFault(
            UNREADABLE_FILE, "none of its first values is a JSON object, and a row is one"
        )
    advice = None
    if feed.rows is not None and not keys:
        advice = f"None of its first objects has a list with a row at '{feed.rows}'."
    if count == 1 and lists and feed.rows is None:
        advice = f"It is one JSON object with the list '{lists[0]}' in it: `rows: {lists[0]}.*` reads that."
    return FileColumns(Counter(keys), may_have_more=True, advice=advice)


def _holds_objects(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(inner, dict) for inner in value)


def _add_named_keys(document: Any, feed: Feed, keys: set[str]) -> None:
    """Add the paths by which columns of the document's rows may be named."""
    if feed.rows is None:
        _add_keys(document, "", keys)
        return
    most_climbs = len(enclosing_objects(feed.rows))
    for levels, _ in islice(rows_within(document, feed.rows), ROWS_LOOKED_AT):
        _add_keys(levels[-1], "", keys)
        for climbs in range(1, most_climbs + 1):
            place = place_of(feed.rows, f"{CLIMB * climbs}x")
            value = levels[place.level]
            for key in place.keys:
                value = child(value, key)
            _add_keys(value, CLIMB * climbs, keys)


def _add_keys(value: Any, prefix: str, keys: set[str]) -> None:
    if isinstance(value, dict):
        inside = list(value.items())
    else:
        listed = value[:ELEMENTS_LOOKED_AT] if isinstance(value, list) else []
        inside = [(str(n), inner) for n, inner in enumerate(listed)]
    for key, inner in inside:
        keys.add(prefix + key)
        _add_keys(inner, f"{prefix}{key}.", keys)


def _parquet_columns(part: Part) -> Counter[str]:
    with unpacked(part.path, part.file) as plain:
        return Counter(plain_name(name) for name in _schema(plain))


def _schema(file: BinaryIO) -> list[str]:
    if not file.read(1):
        raise FileFault(EMPTY_FILE, "it is empty")
    file.seek(0)
    try:
        return parquet_columns(parquet.ParquetFile(file))
    except pa.ArrowException as error:
        raise FileFault(UNREADABLE_FILE, f"Parquet: {type(error).__name__}") from None
