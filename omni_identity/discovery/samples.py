"""Samples: the tables that a file holds, each with its columns and a bounded number of rows, as a run reads them."""

from __future__ import annotations

import codecs
import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, cast

import polars as pl

from omni_identity.channels.batches import source_column
from omni_identity.channels.byte_stream import ByteStream
from omni_identity.channels.csv_fields import split_fields
from omni_identity.channels.delivered_bytes import open_file
from omni_identity.channels.encoding_guess import guess_encoding
from omni_identity.channels.feeds import Feed
from omni_identity.channels.file_columns import columns_of
from omni_identity.channels.file_faults import FileFault, guarded, unknown_format
from omni_identity.channels.formats import format_of, packing_of
from omni_identity.channels.header_names import plain_name
from omni_identity.channels.json_documents import read_documents
from omni_identity.channels.presets.recognition import document_paths
from omni_identity.channels.raw_rows import read_parts
from omni_identity.channels.reason_codes import EMPTY_FILE, UNREADABLE_FILE
from omni_identity.channels.row_paths import rows_within
from omni_identity.channels.texts import show
from omni_identity.channels.workbook import read_sheets, text_of
from omni_identity.discovery.column_names import meaning_of_name
from omni_identity.discovery.header_guess import MOST_LINES, guess_header

MOST_ROWS = 20_000
"""Rows of a file that are looked at for its keys."""
MOST_COLUMNS = 300
_SAMPLE_BYTES = 1 << 18
_DOCUMENTS = 200
_DELIMITERS = (b",", b";", b"\t", b"|")
_LETTERS_A_DAMAGE = 4
"""Letters that are read as UTF-8 for each damaged place of a file that is UTF-8 for all that."""
_FALLBACK = "cp1252"


class SampleFeed(Feed):
    """A feed of a file of which only the columns are known: ``mapping`` has each under its own name."""

    def column_keys(self) -> tuple[str, ...]:
        """None: all its columns stand in ``mapping``."""
        return ()


@dataclass(frozen=True)
class TableSource:
    """The table of a database that a sample is of.

    ``variable``: the environment variable with the database's address. ``settings``: ``table`` or ``query``, as
    ``source`` of a feed takes them. ``name``: with its schema. ``growing``: columns that may be a cursor by
    their type, and whether an index begins with each. ``key``: the column that the database lets no two rows
    have alike. ``references``: by column, the table and its key that a foreign key names. ``shows``: of a view, the
    tables that it is made of.
    """

    variable: str
    settings: Mapping[str, str]
    name: str
    growing: Mapping[str, bool] = field(default_factory=dict)
    key: str | None = None
    references: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    shows: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """What it is called in messages."""
        return f"{self.variable}: {self.name}"


@dataclass(frozen=True)
class Sample:
    """One table of a file, or of a database.

    ``rows``: text, one column for each of ``columns``, at most ``MOST_ROWS``; lists are joined with a blank.
    ``paths``: of JSON, the paths of all its values, by which presets are known; else the columns.
    ``settings``: the keys of a feed that are needed to read it (``encoding``, ``sheet``, ``rows``).
    ``header_line``: the line of its header, from 1, where that is not the first one.
    ``sheet_name``: of a workbook, also where it is the only sheet. ``first_lines``: of a text file.
    ``broken_rows``: how many of those looked at could not be read. ``source``: of a database; ``path`` is then
    where a file of it would lie, by which it is named.
    """

    path: Path
    columns: tuple[str, ...]
    rows: pl.DataFrame
    paths: tuple[str, ...] = ()
    settings: Mapping[str, str] = field(default_factory=dict)
    header_line: int | None = None
    first_lines: tuple[str, ...] = ()
    broken_rows: int = 0
    is_whole: bool = True
    sheet_name: str | None = None
    source: TableSource | None = None

    @property
    def sheet(self) -> str | None:
        """The sheet of a workbook that it is, where that has several."""
        return self.settings.get("sheet")


def read_samples(path: Path) -> list[Sample]:
    """The tables of a file: one, or one for each sheet of a workbook that holds any.

    ``FileFault`` for a file that cannot be read, is empty, or is of no format that is read (an archive is
    of none: its members are).
    """
    kind = None if packing_of(path) == "zip" else format_of(path)
    if kind is None:
        raise unknown_format(path)
    with open_file(path) as raw:
        file = cast(BinaryIO, io.BufferedReader(raw))
        match kind:
            case "csv" | "chat":
                return [_read_text(path, file)]
            case "json":
                return [_read_json(path, file)]
            case "workbook":
                return _read_workbook(path, file)
            case "parquet":
                names = tuple(columns_of(path, SampleFeed(files=path.name)).counts)
                return [_sample(path, file, names, {}, None)]


def _read_text(path: Path, file: BinaryIO) -> Sample:
    encoding = encoding_of(path, file)
    with ByteStream(path, encoding, file) as stream:
        data = stream.read(_SAMPLE_BYTES)
        damage = stream.damage
    file.seek(0)
    if not data.strip():
        raise FileFault(UNREADABLE_FILE if damage else EMPTY_FILE, damage or "it is empty")
    delimiter, records = _records(data)
    place = guess_header([fields for fields, _ in records])
    header, starts = records[place]
    line = data[:starts].count(b"\n") + 1
    settings = {} if encoding == "utf-8" else {"encoding": encoding}
    first_lines = tuple(show(text) for text in data.splitlines()[:40])
    reading = {**settings, "delimiter": delimiter.decode(), "header_row": line}
    sample = _sample(path, file, _told_apart(header), reading, line)
    return Sample(
        path=path,
        columns=sample.columns,
        rows=sample.rows,
        paths=sample.columns,
        settings=settings,
        header_line=line if line > 1 else None,
        first_lines=first_lines,
        broken_rows=sample.broken_rows,
        is_whole=sample.is_whole,
    )


def encoding_of(path: Path, file: BinaryIO) -> str:
    """The encoding of a text file, as ``omni.yaml`` is to name it; the file is rewound.

    A byte order mark speaks for itself and needs no name, so ``utf-8`` it is then. So it is where a few rows are
    damaged: a run holds those back. What is no UTF-8 is what reads as words; where nothing does, the encoding of
    Western Windows, in which most bytes are some letter.
    """
    with ByteStream(path, "utf-8", file) as stream:
        has_mark = bool(stream.mark)
        data = stream.read(_SAMPLE_BYTES * 4)
    file.seek(0)
    if has_mark or _is_utf_8(data):
        return "utf-8"
    if b"\0" in data[:1000]:
        return "utf-16-le" if data[1:2] == b"\0" else "utf-16-be"
    # the first piece may be pure ASCII
    first = next(i for i, byte in enumerate(data) if byte > 127)
    return guess_encoding(data[max(0, first - 2000) :]) or _FALLBACK


def _is_utf_8(data: bytes) -> bool:
    """Whether a text is UTF-8 but for a few damaged places; in other encodings most letters are such places."""
    text = codecs.getincrementaldecoder("utf-8")("replace").decode(data, final=False)
    damaged = text.count("\ufffd") - data.count("\ufffd".encode())
    letters = len(text) - len(text.encode("ascii", "ignore")) - damaged
    return damaged * _LETTERS_A_DAMAGE <= letters


def _records(data: bytes) -> tuple[bytes, list[tuple[list[str], int]]]:
    """The delimiter of a text, and its first records: the fields of each, and where it starts."""
    found = {delimiter: _split(data, delimiter) for delimiter in _DELIMITERS}
    best = max(_DELIMITERS, key=lambda d: (_regularity(found[d]), -_DELIMITERS.index(d)))
    return best, found[best]


def _split(data: bytes, delimiter: bytes) -> list[tuple[list[str], int]]:
    records: list[tuple[list[str], int]] = []
    start = 0
    if data[:4].lower() == b"sep=":
        start = data.find(b"\n") + 1
    while start < len(data) and len(records) < MOST_LINES * 2:
        fields = split_fields(data, start, delimiter)
        values, end = fields.values, fields.end
        if fields.unclosed or fields.swallowed:
            line = data[start:].splitlines(keepends=True)[0]
            values, end = line.replace(b'"', b"").strip(b"\r\n").split(delimiter), start + len(line)
        if any(value.strip() for value in values):
            records.append(([plain_name(show(value)) for value in values], start))
        start = max(end, start + 1)
    return records


def _regularity(records: Sequence[tuple[list[str], int]]) -> tuple[float, int]:
    """How many records are as wide as most are, in fields; a text without the delimiter is not regular at all."""
    widths = Counter(len(fields) for fields, _ in records)
    width, count = max(
        widths.items(), key=lambda item: (item[0] > 1, item[1], item[0]), default=(0, 0)
    )
    if width < 2:
        return 0.0, 0
    return round(count / len(records), 1), width


def _told_apart(header: Sequence[str]) -> tuple[str, ...]:
    """The columns by the names under which they can be mapped; nameless ones left out."""
    counts = Counter(header)
    seen: Counter[str] = Counter()
    names = []
    for name in header:
        seen[name] += 1
        if name:
            names.append(name if counts[name] == 1 else f"{name} ({seen[name]})")
    return tuple(names[:MOST_COLUMNS])


def _read_workbook(path: Path, file: BinaryIO) -> list[Sample]:
    sheets = read_sheets(path, SampleFeed(files=path.name), file)
    filled = [(n, rows) for n, rows in sheets if sum(any(c != "" for c in row) for row in rows) > 1]
    if not filled:
        raise FileFault(EMPTY_FILE, "it has no sheet with rows")
    samples = []
    for name, rows in filled:
        lines = [[plain_name(text_of(cell)) for cell in row] for row in rows[:MOST_LINES]]
        line = guess_header(lines) + 1
        file.seek(0)
        settings = {"sheet": name} if len(sheets) > 1 and name != sheets[0][0] else {}
        reading: dict[str, Any] = {"sheet": name, "header_row": line}
        sample = _sample(path, file, _told_apart(lines[line - 1]), reading, line)
        samples.append(
            Sample(
                path=path,
                columns=sample.columns,
                rows=sample.rows,
                paths=sample.columns,
                settings=settings,
                header_line=line if line > 1 else None,
                broken_rows=sample.broken_rows,
                is_whole=sample.is_whole,
                sheet_name=name,
            )
        )
    return samples


def _read_json(path: Path, file: BinaryIO) -> Sample:
    encoding = encoding_of(path, file)
    settings = {} if encoding == "utf-8" else {"encoding": encoding}
    documents = list(islice(_documents(path, encoding, file), _DOCUMENTS))
    file.seek(0)
    if not documents:
        raise FileFault(UNREADABLE_FILE, "it has no JSON object in it")
    rows_path = find_rows(documents)
    rows: list[Any] = documents
    if rows_path is not None:
        settings["rows"] = rows_path
        within = (levels[-1] for d in documents for levels, _ in rows_within(d, rows_path))
        rows = list(islice(within, _DOCUMENTS))
    names = tuple(dict.fromkeys(name for row in rows for name in leaves(row)))[:MOST_COLUMNS]
    sample = _sample(path, file, names, settings, None)
    paths = sorted({path for document in documents for path in document_paths(document)})
    return Sample(
        path=path,
        columns=names,
        rows=sample.rows,
        paths=tuple(paths),
        settings=settings,
        broken_rows=sample.broken_rows,
        is_whole=sample.is_whole,
    )


def _documents(path: Path, encoding: str, file: BinaryIO) -> Iterator[dict[str, Any]]:
    with ByteStream(path, encoding, file) as stream:
        for documents in read_documents(stream):
            for raw in documents.raw:
                try:
                    value = json.loads(raw)
                except (ValueError, RecursionError):
                    continue
                if isinstance(value, dict):
                    yield value


def find_rows(documents: Sequence[Mapping[str, Any]]) -> str | None:
    """The path to the list in documents whose elements are the rows; None where the documents themselves are.

    They are where their own values, outside of lists, have names that mean something.
    """
    best: tuple[int, int, str] | None = None
    for path in sorted({path for document in documents for path in _lists(document)}):
        elements = [levels[-1] for d in documents for levels, _ in rows_within(d, path)]
        telling = _telling({name for element in elements[:_DOCUMENTS] for name in leaves(element)})
        if len(elements) >= len(documents) and (
            best is None or (telling, len(elements)) > best[:2]
        ):
            best = (telling, len(elements), path)
    own = _telling({name for d in documents for name in leaves(d) if ".0." not in name})
    if best is None or own >= 3 or best[0] <= own:
        return None
    return best[2]


def _telling(names: set[str]) -> int:
    return sum(bool(meaning_of_name(name).meanings) for name in names)


def _lists(value: Any, path: str = "", depth: int = 0) -> Iterator[str]:
    """The paths of lists of objects."""
    if depth > 5:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            if key and "." not in key and "*" not in key:
                yield from _lists(inner, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list) and any(isinstance(inner, dict) for inner in value):
        here = f"{path}.*"
        yield here
        for inner in value[:20]:
            yield from _lists(inner, here, depth + 1)


def leaves(value: Any, prefix: str = "") -> Iterator[str]:
    """The paths of the values in an object; of a list of objects those of its first element (``addresses.0.city``)."""
    for key, inner in value.items() if isinstance(value, dict) else ():
        path = f"{prefix}{key}"
        if isinstance(inner, dict):
            yield from leaves(inner, f"{path}.")
        elif isinstance(inner, list) and inner and isinstance(inner[0], dict):
            yield from leaves(inner[0], f"{path}.0.")
        else:
            yield path


def _sample(
    path: Path, file: BinaryIO, names: Sequence[str], reading: Mapping[str, Any], line: int | None
) -> Sample:
    """The rows of these columns, read as a run reads them."""
    unique = tuple(dict.fromkeys(names))
    if not unique:
        raise FileFault(UNREADABLE_FILE, "it has no column with a name")
    feed = SampleFeed(files=path.name, mapping={name: (name,) for name in unique}, **dict(reading))
    frames: list[pl.DataFrame] = []
    count, broken, is_whole = 0, 0, True
    for _, raw in guarded(read_parts(path, feed, file)):
        frames.append(_texts(raw.rows, unique))
        count += len(raw.rows)
        broken += sum(fault.row_number is not None for fault in raw.broken)
        if count >= MOST_ROWS:
            is_whole = False
            break
    rows = pl.concat(frames) if frames else pl.DataFrame(schema=dict.fromkeys(unique, pl.String))
    rows = rows.head(MOST_ROWS)
    return Sample(path, unique, rows, header_line=line, broken_rows=broken, is_whole=is_whole)


def _texts(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    return rows.select(_text(rows, name).alias(name) for name in names)


def _text(rows: pl.DataFrame, name: str) -> pl.Expr:
    column = source_column(name)
    if column not in rows.columns:
        return pl.lit(None, dtype=pl.String)
    if isinstance(rows.schema[column], pl.List):
        return pl.col(column).cast(pl.List(pl.String)).list.join(" ", ignore_nulls=True)
    return pl.col(column).cast(pl.String)
