"""Database tables: what is new in a table or query, kept as one immutable Parquet file a run."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
from pyarrow import parquet

from omni_identity.channels.fetching.database_rows import DatabaseRows, open_database, unreachable
from omni_identity.channels.fetching.database_source import DatabaseSource
from omni_identity.channels.file_faults import FileFault, inaccessible
from omni_identity.model.modes import private_files

STATE = ".state.json"
"""Beside the files: how far they go. A dot hides it from globs."""
MINUTES_AGAIN = 60
"""How far before the last time seen reading begins again: a transaction that was open then may have ended since."""
NUMBERS_AGAIN = 1000
_SEEDS = (17, 71)
_MASK = (1 << 64) - 1


@dataclass(frozen=True)
class _State:
    """How far a folder's files go: of which source, the last value of its cursor, and what was read last.

    It stands with the files, not in the warehouse: whichever of the two is put back from a backup, no row is
    passed over.
    """

    source: str
    number: int = 0
    last: str | None = None
    read: tuple[int, int] = (0, 0)


def fetch_table(source: DatabaseSource, folder: Path) -> FileFault | None:
    """Read what is new since the last run into ``folder``; why it could not be read, or None.

    With a cursor: rows whose value is not before the last one seen, less the overlap, and those without a
    value, but for rows that stand in a file already. Without one: all rows. If these are the same as last
    time no file is made. A file is put in place whole, and only then the state.
    """
    try:
        with private_files(), open_database(source) as rows:
            folder.mkdir(parents=True, exist_ok=True)
            _fetch(source, rows, folder)
    except FileFault as fault:
        return fault
    except OSError as error:
        return inaccessible(error)
    return None


def _fetch(source: DatabaseSource, rows: DatabaseRows, folder: Path) -> None:
    state = _read_state(source, folder)
    schema = rows.schema()
    kind = cursor_kind(schema, source) if source.cursor is not None else None
    if kind is not None and not _is_of(state.last, kind):
        state = replace(state, last=None)
    since = _begin_again(state.last, source, kind)
    known = _Known.of(folder, source.cursor, since) if source.cursor and since else None
    path = folder / f"{state.number + 1:08}.parquet"
    fresh = path.with_name(f".{path.name}.part")
    count, digest, last, written = 0, 0, state.last, 0
    try:
        given, batches = rows.read(schema, source.cursor, since)
        plain = pa.schema([pa.field(field.name, field.type) for field in given])
        with parquet.ParquetWriter(fresh, plain, compression="zstd") as writer:
            for batch in batches:
                table = pa.Table.from_batches([batch]).cast(plain)
                hashes = _hashes(table)
                count += table.num_rows
                digest = (digest + int(hashes[0].cast(pl.Int128).sum() or 0)) & _MASK
                if source.cursor is not None and kind is not None:
                    last = _later(last, _last_of(table, source.cursor), kind)
                if known is not None:
                    table = table.filter(known.lacks(table, hashes))
                written += table.num_rows
                if table.num_rows:
                    writer.write_table(table)
        has_files = any(folder.glob("*.parquet"))
        is_same = (count, digest) == state.read and has_files
        if is_same or (known is not None and not written):
            fresh.unlink()
        else:
            fresh.replace(path)
            state = replace(state, number=state.number + 1)
        _write_state(replace(state, last=last, read=(count, digest)), folder)
    finally:
        fresh.unlink(missing_ok=True)


def _read_state(source: DatabaseSource, folder: Path) -> _State:
    """The folder's state; where the source is another than that of the state, or the files are gone, from the
    beginning."""
    said = repr((source.url_env, source.table, source.query, source.cursor))
    name = hashlib.sha256(said.encode()).hexdigest()[:16]
    numbers = [int(path.stem) for path in folder.glob("*.parquet") if path.stem.isdigit()]
    begun = _State(name, max(numbers, default=0))
    with suppress(FileNotFoundError, ValueError, TypeError, KeyError):
        found = json.loads((folder / STATE).read_text(encoding="utf-8"))
        state = _State(**{**found, "read": tuple(found["read"])})
        begun = replace(begun, number=max(begun.number, state.number))
        if state.source == name and numbers:
            return replace(state, number=begun.number)
    return begun


def _write_state(state: _State, folder: Path) -> None:
    fresh = folder / f"{STATE}.part"
    fresh.write_text(json.dumps(asdict(state), sort_keys=True), encoding="utf-8")
    fresh.replace(folder / STATE)


def cursor_kind(schema: pa.Schema, source: DatabaseSource) -> pa.DataType:
    """The type of the cursor's column; ``FileFault`` for one that does not grow."""
    assert source.cursor is not None, "asked for feeds with a cursor"
    if source.cursor not in schema.names:
        raise unreachable(
            f"it has no column '{source.cursor}', which is to be its cursor",
            f"Name one of its columns: {', '.join(schema.names[:20])}.",
        )
    kind = schema.field(source.cursor).type
    tests = (pa.types.is_timestamp, pa.types.is_date, pa.types.is_integer)
    if not any(test(kind) for test in tests):
        raise unreachable(
            f"the cursor '{source.cursor}' is no time, date or whole number",
            "Name another column, write a query that makes it one, or leave cursor out: all rows are read then.",
        )
    return kind


def _last_of(table: pa.Table, cursor: str) -> Any:
    """The greatest value of the cursor, as Python has it; none that lies in the future, which would hide all
    that comes after."""
    kind = table.schema.field(cursor).type
    column = _polars(table.select([cursor])).to_series()
    if column.dtype == pl.Date:
        column = column.filter(column.is_between(date.min, _now().date()))
    elif column.dtype.is_temporal():
        zone = timezone.utc if pa.types.is_timestamp(kind) and kind.tz else None
        first, last = datetime(1, 1, 1, tzinfo=zone), _now().replace(tzinfo=zone)
        column = column.filter(column.is_between(first, last))
    return column.max()


def _now() -> datetime:
    return datetime.now(timezone.utc)


def _later(former: str | None, found: Any, kind: pa.DataType) -> str | None:
    """The later of a state's value and one that was found, as the state keeps it."""
    if found is None or (former is not None and found <= _value(former, kind)):
        return former
    return str(found) if isinstance(found, int) else str(found.isoformat())


def _is_of(last: str | None, kind: pa.DataType) -> bool:
    """Whether a state's value is of the type that the cursor has now: a column may be given another."""
    if last is None:
        return True
    try:
        value = _value(last, kind)
    except ValueError:
        return False
    has_zone = isinstance(value, datetime) and value.tzinfo is not None
    return has_zone == bool(pa.types.is_timestamp(kind) and kind.tz)


def _value(text: str, kind: pa.DataType) -> Any:
    if pa.types.is_integer(kind):
        return int(text)
    if pa.types.is_date(kind):
        return date.fromisoformat(text)
    return datetime.fromisoformat(text)


def _begin_again(last: str | None, source: DatabaseSource, kind: pa.DataType | None) -> str | None:
    """Where reading begins again, as a literal of SQL without its quotation marks; None for all rows."""
    if last is None or kind is None:
        return None
    value = _value(last, kind)
    if isinstance(value, int):
        return str(value - (NUMBERS_AGAIN if source.overlap is None else source.overlap))
    back = timedelta(minutes=MINUTES_AGAIN if source.overlap is None else source.overlap)
    if not isinstance(value, datetime):
        days = -(-back // timedelta(days=1))
        return str((value - timedelta(days=days)).isoformat())
    return (value - back).isoformat(" ")


class _Known:
    """The rows of a folder's files from some value of the cursor on: reading them again brings nothing."""

    def __init__(self, frame: pl.DataFrame, cursor: str) -> None:
        self._frame = frame
        self._cursor = cursor

    @classmethod
    def of(cls, folder: Path, cursor: str, since: str) -> _Known:
        """Look into all files; what has other columns than a row that is read has other hashes too."""
        found = [pl.DataFrame(schema={"one": pl.UInt64, "other": pl.UInt64})]
        for path in sorted(folder.glob("*.parquet")):
            found += cls._rows_of(path, cursor, since)
        return cls(pl.concat(found).unique(), cursor)

    @staticmethod
    def _rows_of(path: Path, cursor: str, since: str) -> Iterator[pl.DataFrame]:
        file = parquet.ParquetFile(path)
        if cursor not in file.schema_arrow.names:
            return
        kind = file.schema_arrow.field(cursor).type
        first = _value(since, kind) if _is_of(since, kind) else None
        index = file.schema_arrow.get_field_index(cursor)
        for number in range(file.num_row_groups):
            statistics = file.metadata.row_group(number).column(index).statistics
            # infinity is a time in PostgreSQL, and none in Python
            with suppress(OverflowError, ValueError):
                is_told = first is not None and statistics and statistics.has_min_max
                if is_told and statistics.max < first:
                    continue
            one, other = _hashes(file.read_row_group(number))
            yield pl.DataFrame({"one": one, "other": other})

    def lacks(self, table: pa.Table, hashes: tuple[pl.Series, pl.Series]) -> pa.Array:
        """Which rows are not known; one without a value of the cursor never is, as nothing tells when it was."""
        rows = pl.DataFrame({"one": hashes[0], "other": hashes[1]})
        marked = rows.join(
            self._frame.with_columns(pl.lit(True).alias("known")),
            on=["one", "other"],
            how="left",
            maintain_order="left",
        )
        timeless = _polars(table.select([self._cursor])).to_series().is_null()
        return (marked["known"].is_null() | timeless).to_arrow()


def _hashes(table: pa.Table) -> tuple[pl.Series, pl.Series]:
    """Two hashes of each row, columns' names and all."""
    frame = _polars(table)
    lists = [name for name, kind in frame.schema.items() if isinstance(kind, pl.List)]
    texts = frame.with_columns(
        pl.col(name)
        .cast(pl.List(pl.String))
        .list.eval(pl.element().fill_null("\x00"))
        .list.join("\x1f")
        for name in lists
    )
    names = pl.lit("\x1f".join(frame.columns)).alias("columns of")
    named = texts.with_columns(names)
    first, second = _SEEDS
    return named.hash_rows(seed=first), named.hash_rows(seed=second)


def _polars(table: pa.Table) -> pl.DataFrame:
    frame = pl.from_arrow(table)
    assert isinstance(frame, pl.DataFrame)
    return frame
