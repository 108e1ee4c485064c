"""Database rows: a table or query read as Arrow batches through ADBC, within bounds, its values never in words."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import pyarrow as pa

from omni_identity.channels.fetching.database_source import DatabaseSource
from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.parquet_values import is_plain
from omni_identity.channels.reason_codes import UNREACHABLE_SOURCE
from omni_identity.model.postgres_addresses import SCHEMES, bounded, words_of

NEXT_RUN = "What was fetched before stays; the next run tries again."
"""Ends the advice of what a run could not read."""
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_OID = re.compile(r"oid:(\d+)")
_TYPE = b"POSTGRESQL:type"
_WORDS = {
    "42501": "the user may not read it",
    "42": "it does not understand the query",
    "22": "a value does not allow what the query does with it",
    "57014": "reading took longer than timeout_minutes",
}
"""By SQLSTATE, or its class: what it means to whoever reads."""


class DatabaseRows:
    """An open database; what it reads is one moment's, and it changes nothing."""

    def __init__(self, connection: Any, source: DatabaseSource, is_postgres: bool) -> None:
        self._cursor = connection.cursor()
        self._is_postgres = is_postgres
        self._rows = f"(\n{source.query.rstrip().rstrip(';')}\n)" if source.query else source.table
        if is_postgres:
            self._cursor.execute("set transaction isolation level repeatable read, read only")
            self._cursor.execute(f"set local statement_timeout = '{source.timeout_minutes}min'")

    def schema(self) -> pa.Schema:
        """The columns, with the types that the driver gives them."""
        self._cursor.execute(f"select * from {self._rows} as omni_source where 1 = 0")
        return self._cursor.fetch_arrow_table().schema

    def read(
        self, schema: pa.Schema, cursor: str | None, since: str | None
    ) -> tuple[pa.Schema, Iterator[pa.RecordBatch]]:
        """The rows, of ``schema``, whose ``cursor`` is not before ``since``; all of them where that is null.

        Returned with the schema that they come with: what the driver has no right type for is text.
        """
        named = ", ".join(self._columns(schema)) if self._is_postgres else "*"
        sql = f"select {named} from {self._rows} as omni_source"
        if cursor is not None and since is not None:
            column = self._quoted(cursor)
            sql += f" where {column} >= '{since}' or {column} is null"
        self._cursor.execute(sql)
        reader = self._cursor.fetch_record_batch()
        return reader.schema, _batches(reader)

    def _columns(self, schema: pa.Schema) -> Iterator[str]:
        arrays = self._unknown_arrays(schema)
        for field in schema:
            column = self._quoted(field.name)
            if (field.metadata or {}).get(_TYPE) == b"money":
                yield f"{column}::numeric::text as {column}"  # the driver gives the cents
            elif is_kept(field.type):
                yield column
            elif _is_list(field.type) or field.name in arrays:
                yield f"{column}::text[] as {column}"
            else:
                yield f"{column}::text as {column}"

    def _unknown_arrays(self, schema: pa.Schema) -> set[str]:
        """The columns of types that the driver does not know, and which are arrays of such."""
        oids = {
            field.name: int(found.group(1))
            for field in schema
            if (found := _OID.search(str(field.type))) is not None
        }
        if not oids:
            return set()
        listed = ", ".join(str(oid) for oid in sorted(set(oids.values())))
        self._cursor.execute(
            f"select oid::bigint from pg_type where typcategory = 'A' and oid in ({listed})"
        )
        arrays = set(self._cursor.fetch_arrow_table().column(0).to_pylist())
        return {name for name, oid in oids.items() if oid in arrays}

    def _quoted(self, column: str) -> str:
        if self._is_postgres:
            return '"' + column.replace('"', '""') + '"'
        return column


def _batches(reader: pa.RecordBatchReader) -> Iterator[pa.RecordBatch]:
    """The batches; what breaks off meanwhile is Arrow's error, and has no SQLSTATE."""
    try:
        yield from reader
    except (pa.ArrowException, OSError) as error:
        state = "57014" if "statement timeout" in str(error) else ""
        words = _WORDS.get(state, "reading broke off")
        raise unreachable(
            f"the database does not give it out: {words} ({type(error).__name__})",
            f"Try the same with the database's own client. {NEXT_RUN}",
        ) from None


def is_kept(kind: pa.DataType) -> bool:
    """Whether a type of the driver's is right as it is; else the database writes its values as text."""
    if isinstance(kind, pa.BaseExtensionType):
        return False
    if _is_list(kind):
        return is_kept(kind.value_type) and not _is_list(kind.value_type)
    return is_plain(kind) or any(
        test(kind) for test in (pa.types.is_timestamp, pa.types.is_date, pa.types.is_time)
    )


def _is_list(kind: pa.DataType) -> bool:
    return bool(pa.types.is_list(kind) or pa.types.is_large_list(kind))


@contextmanager
def open_database(source: DatabaseSource, address: str | None = None) -> Iterator[DatabaseRows]:
    """Open the database whose address is in the environment; raises ``FileFault``, here and while it is read.

    ``address``: the address itself, where the environment need not have it yet.
    The words of a fault hold neither the address nor anything that the database said, but for its SQLSTATE.
    """
    address = address or os.environ.get(source.url_env, "").strip()
    if not address:
        raise unreachable(
            f"the environment variable {source.url_env} is not set",
            "Set it to the database's address, such as postgresql://user:password@host/shop.",
        )
    found = _SCHEME.match(address)
    scheme = found.group(1).lower() if found else "postgresql"
    is_postgres = scheme in SCHEMES
    try:
        from adbc_driver_manager import Error
    except ImportError:
        raise _without_driver(is_postgres, scheme) from None
    try:
        with _connect(address, scheme) as connection:
            yield DatabaseRows(connection, source, is_postgres)
    except Error as error:
        raise _refused(error, source) from None


def _connect(address: str, scheme: str) -> Any:
    if scheme in SCHEMES:
        try:
            postgres = import_module("adbc_driver_postgresql.dbapi")
        except ImportError:
            raise _without_driver(True, scheme) from None
        return postgres.connect(bounded(address))
    try:
        return import_module(f"adbc_driver_{scheme}.dbapi").connect(address)
    except ImportError:
        manager = import_module("adbc_driver_manager.dbapi")
        return manager.connect(driver=scheme, db_kwargs={"uri": address})


def _without_driver(is_postgres: bool, scheme: str) -> FileFault:
    if is_postgres:
        advice = 'Install it: pip install "omni_identity[postgres]"'
    else:
        advice = f"Install adbc-driver-manager and the ADBC driver for {scheme[:40]}."
    return unreachable("to read from this database takes a driver that is not installed", advice)


def _refused(error: Any, source: DatabaseSource) -> FileFault:
    state = error.sqlstate if isinstance(error.sqlstate, str) else ""
    status = getattr(error.status_code, "name", "UNKNOWN")
    words = words_of(state, _WORDS) or "it cannot be reached, or reading broke off"
    code = f"SQLSTATE {state}" if state else status
    return unreachable(
        f"the database does not give it out: {words} ({code})",
        f"Try the same with the database's own client and the address in {source.url_env}. {NEXT_RUN}",
    )


def unreachable(detail: str, advice: str) -> FileFault:
    """A source that does not give out its rows."""
    return FileFault(UNREACHABLE_SOURCE, detail, advice, is_of_content=False)
