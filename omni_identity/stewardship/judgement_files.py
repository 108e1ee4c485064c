"""The verdict files of a home: ``judgements/*.csv``, which people and tools only ever append to."""

from __future__ import annotations

import csv
import fcntl
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, Literal, get_args

import polars as pl

from omni_identity.channels.batches import source_column
from omni_identity.channels.csv_reader import read_csv
from omni_identity.channels.feeds import Feed
from omni_identity.channels.reason_codes import UNREADABLE_FILE
from omni_identity.engines.durable import sync_folder
from omni_identity.model.errors import UsageError
from omni_identity.model.home import Home
from omni_identity.stewardship.erasure_entries import erasure_key
from omni_identity.stewardship.hash_chain import begin_piece, end_piece

Judgement = Literal[
    "same", "different", "household", "not_household", "wrong_data", "shared", "unsure", "withdrawn"
]
JUDGEMENTS: tuple[Judgement, ...] = get_args(Judgement)
"""One person; two; two of one household; two of two households; a value of the first record is wrong; what both have
of an identifier is of several people; nobody can tell yet; no verdict any more."""
ABOUT_VALUES: tuple[Judgement, ...] = ("wrong_data", "shared")
"""Judgements that name the attribute, or identifier, that they are about: ``wrong_data:birth_date``."""

OWN_FILE = "verdicts.csv"
"""The file that ``omni judge`` and ``omni review`` append to; every other is only read."""
ERASURES = "erasure"
"""Files whose names begin so are erasure requests, not verdicts."""

PAIR = ("channel_l", "source_record_id_l", "channel_r", "source_record_id_r")
NEEDED = ("judgement", *PAIR)
COLUMNS = ("judged_at", *NEEDED, "judged_by", "reason")

ROWS = pl.Schema({"file": pl.String, "row_number": pl.Int64, **dict.fromkeys(COLUMNS, pl.String)})
REJECTED = pl.Schema(
    {
        "file": pl.String,
        "row_number": pl.Int64,
        "reason_code": pl.String,
        "detail": pl.String,
    }
)


@dataclass(frozen=True, order=True)
class RecordKey:
    """A source record as people name it: ``channel:record_id``."""

    channel: str
    source_record_id: str

    def __str__(self) -> str:
        return f"{self.channel}:{self.source_record_id}"


@dataclass(frozen=True)
class Verdict:
    """One entry: what was judged of which two records, when (naive UTC), by whom and why.

    ``subject`` is the attribute whose value in ``left`` is wrong, or the identifier of which both have the same.
    """

    judged_at: datetime
    judgement: Judgement
    left: RecordKey
    right: RecordKey
    judged_by: str
    reason: str
    subject: str = ""

    @property
    def words(self) -> str:
        """What was judged, as files and commands have it: ``same``, ``wrong_data:birth_date``."""
        return f"{self.judgement}:{self.subject}" if self.subject else self.judgement


class VerdictColumns(Feed):
    """How verdict files are read: like a channel's, with one column of each name in ``COLUMNS``."""

    files: str = "judgements/*.csv"

    def column_keys(self) -> tuple[str, ...]:
        """None: no column has another name."""
        return ()

    def source_columns(self) -> tuple[str, ...]:
        """The columns of a verdict file."""
        return COLUMNS


def verdict_files(folder: Path) -> list[Path]:
    """The files in ``judgements/`` that hold verdicts, by name; none where there is no folder."""
    return sorted(
        path
        for path in folder.glob("*.csv")
        if path.is_file() and not path.name.startswith((".", ERASURES))
    )


def read_verdict_files(folder: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    """All rows of all verdict files as they stand, and the rows that cannot be read.

    The first frame has ``ROWS``: trimmed text, null where a field is empty or its column is missing;
    ``row_number`` counts a file's rows after the header from 1. The second has ``REJECTED``; a file
    that cannot be read at all is one row of it without a ``row_number``.
    """
    rows, rejected = [ROWS.to_frame()], [REJECTED.to_frame()]
    for path in verdict_files(folder):
        try:
            with _held(path, fcntl.LOCK_SH):
                read, broken = _read_file(path)
        except OSError as error:
            why = error.strerror or type(error).__name__
            read, broken = ROWS.to_frame(), _unreadable(path, why)
        rows.append(read)
        rejected.append(broken)
    return pl.concat(rows), pl.concat(rejected)


def _read_file(path: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    rows, rejected = [ROWS.to_frame()], [REJECTED.to_frame()]
    for batch in read_csv(path, VerdictColumns()):
        found = set(batch.rows.columns)
        missing = [name for name in NEEDED if source_column(name) not in found]
        if missing and batch.rows.width + batch.rows.height > 1:
            return ROWS.to_frame(), _unreadable(path, f"no column '{missing[0]}'")
        fields = [
            _trimmed(source_column(name)).alias(name)
            if source_column(name) in found
            else pl.lit(None, pl.String).alias(name)
            for name in COLUMNS
        ]
        rows.append(batch.rows.select(pl.lit(path.name).alias("file"), "row_number", *fields))
        rejected.append(
            pl.DataFrame(
                [(path.name, b.row_number, b.reason_code, b.detail) for b in batch.broken],
                schema=REJECTED,
                orient="row",
            )
        )
    return pl.concat(rows), pl.concat(rejected)


def _trimmed(column: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars()
    return pl.when(text != "").then(text)


def _unreadable(path: Path, why: str) -> pl.DataFrame:
    return pl.DataFrame([(path.name, None, UNREADABLE_FILE, why)], schema=REJECTED, orient="row")


def append_verdict(folder: Path, verdict: Verdict) -> bool:
    """Append one entry to ``verdicts.csv``; on return it is on the disk.

    Returns whether the file's last line was a half-written one. It stays where it is and does not
    count: every field that is written here is quoted and filled, so what a crash cuts short cannot
    pass for a whole entry. What is written is chained beside the file. Raises ``UsageError``
    when another program has given the file another header, ``RunFailed`` when the chain's key is lost.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / OWN_FILE
    is_new = not path.exists()
    key = erasure_key(Home(folder.parent))
    with _held(path, fcntl.LOCK_EX) as file:
        before = file.read()
        is_headless = b"\n" not in before
        if is_headless:
            file.truncate(0)  # at most a part of the header: nothing that was ever a verdict
        elif not _has_our_header(before):
            raise UsageError(
                f"{path} has another header than {', '.join(COLUMNS)}: another program has "
                "rewritten it. Give it another name that ends in .csv, under which it is still "
                "read, and judge again."
            )
        is_cut = not is_headless and not before.endswith(b"\n")
        text = ("\n" if is_cut else "") + (_line(COLUMNS) if is_headless else "")
        piece = (text + _line(verdict_fields(verdict))).encode()
        begin_piece(path, key, b"" if is_headless else before, piece)
        file.write(piece)
        file.flush()
        os.fsync(file.fileno())
        end_piece(path)
    if is_new:
        sync_folder(folder)
    return is_cut and not _is_whole(before.rpartition(b"\n")[2])


def verdict_fields(verdict: Verdict) -> tuple[str, ...]:
    """The fields of an entry as a file holds them, in the order of ``COLUMNS``."""
    fields = (
        f"{verdict.judged_at.isoformat(timespec='microseconds')}Z",
        verdict.words,
        *(verdict.left.channel, verdict.left.source_record_id),
        *(verdict.right.channel, verdict.right.source_record_id),
        verdict.judged_by,
        verdict.reason,
    )
    return tuple(" ".join(field.split()) if i > 5 else field for i, field in enumerate(fields))


def _line(fields: tuple[str, ...]) -> str:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(fields)
    return text.getvalue()


def _has_our_header(content: bytes) -> bool:
    header = content.partition(b"\n")[0].decode("utf-8-sig", "replace").rstrip("\r")
    return tuple(next(csv.reader([header]), [])) == COLUMNS


def _is_whole(line: bytes) -> bool:
    try:
        fields = next(csv.reader([line.decode()], strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        return False
    return len(fields) == len(COLUMNS) and all(fields)


@contextmanager
def hold_for_change(path: Path) -> Iterator[None]:
    """Keep other processes from reading and appending to an existing file while it is replaced."""
    with _held(path, fcntl.LOCK_EX):
        yield


@contextmanager
def held_for_appending(path: Path) -> Iterator[BinaryIO]:
    """Keep other processes from reading and appending to a file, made if it is not there; lend it, at its start."""
    with _held(path, fcntl.LOCK_EX) as file:
        yield file


@contextmanager
def hold_for_reading(path: Path) -> Iterator[bytes]:
    """Keep other processes from appending to an existing file; lend what it holds."""
    with _held(path, fcntl.LOCK_SH) as file:
        yield file.read()


@contextmanager
def _held(path: Path, kind: int) -> Iterator[BinaryIO]:
    """The open file, held against other processes that read (shared) or append (exclusive)."""
    while True:
        with path.open("a+b" if kind == fcntl.LOCK_EX else "rb") as file:
            fcntl.flock(file.fileno(), kind)
            if not path.exists() or not os.path.samestat(os.fstat(file.fileno()), path.stat()):
                continue  # while this waited, an erasure put another file in its place
            file.seek(0)
            yield file
            return
