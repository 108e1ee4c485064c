"""Takes erased persons out of the warehouse: their rows, what was derived from them, and freed pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from omni_identity.channels.landed_tables import TABLES_BY_FILE
from omni_identity.channels.landing_rewrite import sync_folder
from omni_identity.engines import DuckDBEngine
from omni_identity.engines.literals import literal
from omni_identity.identity.erasure_rows import HELD_BACK, RECORDS, ROWS

KEPT_SCHEMAS = ("landed", "ledger", "settled", "main")
"""All others follow from these, and are derived anew by the next run."""
LASTING_SCHEMAS = ("ledger", "settled")


def delete_erased_rows(engine: DuckDBEngine) -> int:
    """Delete the rows of ``ROWS`` and ``HELD_BACK``, count them as suppressed; return how many they are."""
    engine.run(
        f"""
        update landed.files set suppressed_count = suppressed_count + n
        from (
            select file_no as erased_no, count(*) as n from (
                select distinct file_no, row_number from {ROWS}
                union all
                select distinct file_no, quarantine_number from {HELD_BACK}
            ) group by file_no
        ) erased where file_no = erased_no
        """
    )
    for table in TABLES_BY_FILE:
        if table != "files":
            engine.run(f"delete from landed.{table} where {_erased(engine, table)}")
    counts = f"(select count(*) from (select distinct file_no, row_number from {ROWS}))"
    held = f"(select count(*) from (select distinct file_no, quarantine_number from {HELD_BACK}))"
    return int(engine.fetch(f"select {counts} + {held} as n")["n"][0])


def _erased(engine: DuckDBEngine, table: str) -> str:
    """The condition for rows of erased persons; what counts a whole file is to be counted again."""
    columns = engine.fetch(f"select * from landed.{table} limit 0").columns
    for number, erased in (("quarantine_number", HELD_BACK), ("row_number", ROWS)):
        if number in columns:
            return f"(file_no, {number}) in (select (file_no, {number}) from {erased})"
    return f"file_no in (select file_no from {ROWS})"


def leave_tombstones(engine: DuckDBEngine) -> None:
    """Put the hash in the place of every erased record's ID in the tables that last, and no channel.

    The rows stay, so that no number is given twice and the golden ID leads to a tombstone.
    """
    for table, suffix in _record_columns(engine):
        channel, record = f"channel{suffix}", f"source_record_id{suffix}"
        engine.run(
            f"update {table} set {channel} = null, {record} = hash from {RECORDS} e"
            f" where {table.partition('.')[2]}.{channel} = e.channel"
            f" and {table.partition('.')[2]}.{record} = e.source_record_id"
        )


def drop_derived(engine: DuckDBEngine) -> None:
    """Drop everything that follows from what has landed, so that the next run derives it anew."""
    schemas = engine.fetch(
        "select schema_name as name from duckdb_schemas()"
        " where database_name = current_database() and not internal"
    )
    for schema in schemas["name"].to_list():
        if schema not in KEPT_SCHEMAS:
            engine.run(f'drop schema "{schema}" cascade')


def _record_columns(engine: DuckDBEngine) -> Iterator[tuple[str, str]]:
    """``(schema.table, suffix)`` of every pair of columns that names a record in the lasting tables."""
    found = engine.fetch(
        """
        select r.schema_name || '.' || r.table_name as name,
            substr(r.column_name, length('source_record_id') + 1) as suffix
        from duckdb_columns() r
        join duckdb_columns() c on c.database_name = r.database_name
            and c.schema_name = r.schema_name and c.table_name = r.table_name
            and c.column_name = 'channel' || substr(r.column_name, length('source_record_id') + 1)
        where r.database_name = current_database() and r.column_name like 'source_record_id%'
            and list_contains($schemas::varchar[], r.schema_name)
        order by all
        """,
        {"schemas": list(LASTING_SCHEMAS)},
    )
    for name, suffix in found.iter_rows():
        yield str(name), str(suffix)


def write_anew(engine: DuckDBEngine, path: Path) -> None:
    """Copy the warehouse into a new file, put that in the place of ``path``, and close it.

    DuckDB leaves deleted rows on free pages until it needs these; a copy has none. Both files are
    locked until the end, so no other process can come between.
    """
    fresh = path.with_name(f".{path.name}.erasing")
    wal = fresh.with_name(f"{fresh.name}.wal")
    for left in (fresh, wal):
        left.unlink(missing_ok=True)
    engine.run(f"attach {literal(fresh)} as fresh")
    engine.run(f'copy from database "{engine.catalog}" to fresh')
    engine.run("checkpoint fresh")
    engine.run("checkpoint")
    fresh.rename(path)
    sync_folder(path.parent)
    engine.close()
