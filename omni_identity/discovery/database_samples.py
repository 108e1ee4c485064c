"""Database samples: some rows of every table of a database, read as a run reads them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from pyarrow import parquet

from omni_identity.channels.file_faults import FileFault, as_sentence
from omni_identity.discovery.column_names import written_words
from omni_identity.discovery.database_addresses import DatabaseAddress
from omni_identity.discovery.database_listing import ListedTable, list_tables, quoted, read_query
from omni_identity.discovery.samples import Sample, TableSource, read_samples
from omni_identity.discovery.source_rows import SAMPLE_ROWS, words_of
from omni_identity.model.errors import UsageError

MOST_TABLES = 500
_MOST_REFERRING = 5
_OF_ADDRESSES = frozenset(["dsn", "url", "uri", "db", "database", "pg", "postgres", "postgresql"])


def read_database(
    database: DatabaseAddress, scratch: Path
) -> tuple[list[Sample], list[tuple[str, str]]]:
    """A sample of every table, and the tables of which there is none, each with the reason.

    ``scratch``: a folder for what is read. Raises ``UsageError`` where the database does not let itself be
    looked into at all; its words hold neither the address nor what the database said.
    """
    try:
        tables = list_tables(database)
    except FileFault as fault:
        words = f"init cannot look into {database.variable}: {words_of(fault)}"
        raise UsageError(words) from None
    if not tables:
        raise UsageError(
            f"{database.variable} has no table or view but the system's. Is it the right database, and may its user"
            " see the schema?"
        )
    by_name = {table.quoted: table for table in tables}
    samples: list[Sample] = []
    left_out: list[tuple[str, str]] = []
    for table in tables[:MOST_TABLES]:
        shown = f"{database.variable}: {table.shown}"
        if not table.is_readable:
            left_out.append((shown, f"the user may not read it: grant select on {table.quoted}"))
            continue
        try:
            sample = _sample(database, table, by_name, scratch / "table.parquet")
        except FileFault as fault:
            left_out.append((shown, as_sentence(fault.detail)))
            continue
        if sample.rows.height:
            samples.append(sample)
        else:
            left_out.append((shown, "it has no rows"))
    if len(tables) > MOST_TABLES:
        words = (
            f"{len(tables) - MOST_TABLES:,} tables after the first {MOST_TABLES} were not looked at"
        )
        left_out.append((database.variable, f"{words}; a user that may see fewer helps"))
    return samples, left_out


def _sample(
    database: DatabaseAddress, table: ListedTable, by_name: dict[str, ListedTable], path: Path
) -> Sample:
    parquet.write_table(read_query(database, sample_query(table, by_name)), path)
    try:
        (sample,) = read_samples(path)
    finally:
        path.unlink()
    key = _key(table, sample)
    source = TableSource(
        database.variable,
        table.settings,
        table.shown,
        table.growing,
        key,
        {one.column: (by_name[one.other].shown, one.key) for one in table.references},
        tuple(by_name[name].shown for name in table.shows),
    )
    return replace(sample, path=_place(database, table), paths=sample.columns, source=source)


def _key(table: ListedTable, sample: Sample) -> str | None:
    """The column that tells its rows apart: that to which other tables refer, else its primary key, if it is one."""
    candidates = [one.key for one in table.referring]
    if table.key and len(table.key) == 1:
        candidates += table.key
    there = (column for column in candidates if column in sample.columns)
    return next((column for column in there if not sample.rows[column].null_count()), None)


def sample_query(table: ListedTable, by_name: dict[str, ListedTable]) -> str:
    """The rows to look at: the first, and those to which the first of other tables refer.

    Without these, the first orders of a large shop would be of other customers than the first customers.
    """
    first = _first(table)
    referring = [
        one
        for one in table.referring
        if one.key == table.referring[0].key and by_name[one.table].is_readable
    ][:_MOST_REFERRING]
    if not referring:
        return f"select * from {first} as t"
    key = quoted(referring[0].key)
    keys = [f"select {key} from {first} as t"]
    keys += [
        f"select {quoted(one.column)} from {_first(by_name[one.table])} as t" for one in referring
    ]
    return f"select * from {table.quoted} where {key} in ({' union all '.join(keys)})"


def _first(table: ListedTable) -> str:
    order = f" order by {', '.join(map(quoted, table.key))}" if table.key else ""
    return f"(select * from {table.quoted}{order} limit {SAMPLE_ROWS})"


def _place(database: DatabaseAddress, table: ListedTable) -> Path:
    """Where a file of it would lie, by which tables and channels are named: ``shop/customers`` of SHOP_DSN."""
    words = [w for w in written_words(database.variable) if w not in _OF_ADDRESSES]
    folders = ["_".join(words)] if words else []
    if table.schema != "public":
        folders.append(table.schema.replace("/", "_"))
    return Path(*folders, table.name.replace("/", "_"))
