"""Writes the candidate publication: one DuckDB file and one Parquet file a table, beside the current one."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import DuckDBEngine, Engine, FolderEngine, count_rows
from omni_identity.engines.literals import literal
from omni_identity.identity.crosswalk_history import CROSSWALK_AS_OF
from omni_identity.identity.ledger import PUBLISHED_RECORDS
from omni_identity.model.home import Home
from omni_identity.model.tables import Table, published_tables
from omni_identity.publish.increments import (
    EXCHANGES,
    WHOLE_SIZE,
    copy_publication,
    exchange_rows,
    held_as_declared,
)

VERSIONS = "versions"
CURRENT = "current"
WITHOUT = "-without-"
"""Between a run and a number, in the name of its version without the persons that were erased since."""

AS_CSV = ("audience_members", "audience_changes")
"""Tables that tools without Parquet take over: activation, mailing."""

CONTENT = {
    "golden_id_events": "select * from settled.golden_id_events union all select * from derived.golden_id_events",
    "crosswalk_changes": (
        "select * from settled.crosswalk_changes where channel is not null"
        " union all select * from derived.crosswalk_changes"
    ),
    "quarantined_records": """
        select q.channel, q.feed, p.path as file, f.content_hash, q.quarantine_number, q.row_number,
            q.reason_code, q.detail, q.payload
        from landed.quarantined_rows q
        join landed.files f using (file_no)
        join (
            select channel, feed, content_hash, max(path) as path from landed.landings group by all
        ) p on p.channel = f.channel and p.feed = f.feed and p.content_hash = f.content_hash
        union all
        select channel, feed, file, content_hash, quarantine_number, row_number, reason_code, detail, payload
        from derived.catalogue_quarantine
    """,
    "runs": """
        select * exclude (status), case when status = 'publishing' then 'published' else status end as status
        from ledger.runs
    """,
    "run_channel_counts": "select * from ledger.run_channel_counts",
    "run_diagnostics": "select * from ledger.run_diagnostics",
    "ledger_records": PUBLISHED_RECORDS,
}
"""Where a published table is not simply ``derived``'s table of the same name."""


def candidate_folder(home: Home, run_id: str) -> Path:
    """The folder in which a run builds its publication."""
    return home.published / VERSIONS / run_id


@contextmanager
def attached_candidate(engine: Engine, home: Home, run_id: str) -> Iterator[None]:
    """Lend the built candidate of ``run_id`` as the database ``candidate``, to be read only."""
    with engine.attached(candidate_folder(home, run_id), "candidate"):
        yield


def build_publication(
    engine: Engine, configuration: Configuration, home: Home, run_id: str
) -> dict[str, int]:
    """Write the candidate of ``run_id``; return the row count of each table.

    A half-written candidate of the same run is replaced.
    """
    if isinstance(engine, DuckDBEngine):
        return _build_by_exchange(engine, configuration, home, run_id)
    assert isinstance(engine, FolderEngine), "every engine either is DuckDB or keeps folders"
    folder = _fresh_folder(home, run_id)
    tables = published_tables(configuration.vocabulary)
    queries = {name: _published_query(table) for name, table in tables.items()}
    counts = engine.write_tables(queries, folder)
    if sum(counts.values()) <= configuration.spark.most_published_rows:
        write_database(engine, tables, folder)
    return counts


def _published_query(table: Table) -> str:
    """The rows of a published table, its columns in their types and its rows in key order."""
    columns = (f'"{c.name}"::{c.type} as "{c.name}"' for c in table.columns)
    return _in_order(table, columns)


def _in_order(table: Table, columns: Iterable[str]) -> str:
    """These columns of what a table is to hold, in key order."""
    key = ", ".join(f'"{name}"' for name in table.key)
    content = CONTENT.get(table.name, f"select * from derived.{table.name}")
    return f"select {', '.join(columns)} from ({content}) order by {key}"


def write_database(engine: FolderEngine, tables: Mapping[str, Table], folder: Path) -> None:
    """Write the DuckDB file, and a file a table, of a publication that is in Parquet folders."""
    with engine.attached(folder, "built"), DuckDBEngine() as local:
        local.run(f"attach {literal(folder / 'omni.duckdb')} as candidate")
        for table in tables.values():
            _create_table(local, table)
            for rows in engine.read_batches(f"built.{table.name}"):
                local.write(f"candidate.main.{table.name}", rows)
            _write_file(local, table, folder)
        _write_macro(local)
        local.run("checkpoint candidate")
        local.run("detach candidate")


def _fresh_folder(home: Home, run_id: str) -> Path:
    folder = candidate_folder(home, run_id)
    if folder.exists():
        shutil.rmtree(folder)
    make_folders(folder)
    return folder


def _build_by_exchange(
    engine: DuckDBEngine, configuration: Configuration, home: Home, run_id: str
) -> dict[str, int]:
    """The same where the warehouse can write the file itself.

    The DuckDB file is a copy of the last publication's with the noted rows exchanged, or written anew
    where that would not pay. Rows of Parquet files stand in key order, so equal content gives equal
    files.
    """
    # what the run wrote since the last checkpoint stands in memory, and no other use of it makes it leave
    engine.run("checkpoint")
    folder = _fresh_folder(home, run_id)
    tables = published_tables(configuration.vocabulary)
    is_copy = copy_publication(engine, _last_publication(engine, home), folder)
    engine.run(f"attach {literal(folder / 'omni.duckdb')} as candidate")
    counts = {}
    try:
        held = held_as_declared(engine, tables.values()) if is_copy else set[str]()
        with engine.transaction():
            for table in tables.values():
                if table.name not in held:
                    _create_table(engine, table)
        for table in tables.values():
            if table.name not in held:
                _fill_table(engine, table)
            elif table.name in EXCHANGES:
                exchange_rows(engine, table)
            else:
                engine.run(f"delete from candidate.main.{table.name}")
                _fill_table(engine, table)
            is_in_order = table.name not in held or table.name not in EXCHANGES
            counts[table.name] = _write_file(engine, table, folder, is_in_order)
        _write_macro(engine)
        engine.run("checkpoint candidate")
    finally:
        engine.run("detach candidate")
    if not is_copy:
        size = (folder / "omni.duckdb").stat().st_size
        (folder / WHOLE_SIZE).write_text(str(size), encoding="utf-8")
    return counts


def _last_publication(engine: DuckDBEngine, home: Home) -> Path | None:
    """The folder of what consumers read, if it is the very publication that was settled last."""
    current = home.published / CURRENT
    last = engine.fetch(
        "select run_id from ledger.runs where status = 'published' order by run_number desc limit 1"
    )["run_id"].to_list()
    if not current.is_symlink() or [current.readlink().name] != last:
        return None
    return candidate_folder(home, str(last[0]))


def _create_table(engine: DuckDBEngine, table: Table) -> None:
    columns = ", ".join(
        f'"{c.name}" {c.type}{"" if c.nullable else " not null"}' for c in table.columns
    )
    target = f"candidate.main.{table.name}"
    engine.run(f"create or replace table {target} ({columns})")
    engine.run(f"comment on table {target} is {literal(table.comment)}")
    for column in table.columns:
        engine.run(f'comment on column {target}."{column.name}" is {literal(column.comment)}')


def _fill_table(engine: DuckDBEngine, table: Table) -> None:
    rows = _in_order(table, (f'"{c.name}"' for c in table.columns))
    engine.run(f"insert into candidate.main.{table.name} {rows}")


def _write_file(engine: DuckDBEngine, table: Table, folder: Path, is_in_order: bool = False) -> int:
    """Write a candidate's table in key order, in which one that was just filled stands already."""
    target = f"candidate.main.{table.name}"
    key = ", ".join(f'"{name}"' for name in table.key)
    ordered = "" if is_in_order else f" order by {key}"
    write_files(engine, f"(from {target}{ordered})", folder, table.name)
    return count_rows(engine, target)


def _write_macro(engine: DuckDBEngine) -> None:
    """Give readers ``crosswalk_as_of``; its tables are looked up when it is made, so where it will stand."""
    engine.run("use candidate")
    try:
        engine.run(
            f"create or replace macro crosswalk_as_of(past_run_id) as table {CROSSWALK_AS_OF}"
        )
        comment = (
            "The crosswalk as consumers read it after a past run; null and unknown runs: empty."
        )
        engine.run(f"comment on macro table crosswalk_as_of is '{comment}'")
    finally:
        engine.run(f'use "{engine.catalog}"')


def make_folders(folder: Path) -> None:
    """Make the empty folders of a publication's files."""
    (folder / "parquet").mkdir(parents=True)
    (folder / "csv").mkdir()


def write_files(engine: DuckDBEngine, source: str, folder: Path, name: str) -> None:
    """Write a table, or a query in brackets, as the files of a published table: Parquet, some as CSV too."""
    parquet = literal(folder / "parquet" / f"{name}.parquet")
    engine.run(
        f"copy {source} to {parquet} (format parquet, compression zstd, compression_level 1)"
    )
    if name in AS_CSV:
        csv = literal(folder / "csv" / f"{name}.csv")
        engine.run(f"copy {source} to {csv} (format csv, header true)")
