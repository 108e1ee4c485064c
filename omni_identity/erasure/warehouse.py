"""Takes erased persons out of the warehouse: their rows, what was derived from them, and freed pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from omni_identity.channels.landed_tables import TABLES_BY_FILE
from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.erasure.rows import HELD_BACK, RECORDS, ROWS
from omni_identity.identity.changes import STEP_RECORDS

KEPT_SCHEMAS = ("landed", "ledger", "settled", "main")
"""What others follow from."""
LASTING_SCHEMAS = ("ledger", "settled")


def delete_erased_rows(engine: Engine) -> int:
    """Delete the rows of ``ROWS`` and ``HELD_BACK`` from the tables of ``landed``; return how many they are.

    ``landed.files`` counts them as suppressed.
    """
    engine.run(statement(__file__, "suppressed_counts"))
    for table in TABLES_BY_FILE:
        if table != "files":
            engine.run(f"delete from landed.{table} where {erased_condition(engine, table)}")
    counts = f"(select count(*) from (select distinct file_no, row_number from {ROWS}))"
    held = f"(select count(*) from (select distinct file_no, quarantine_number from {HELD_BACK}))"
    return int(engine.fetch(f"select {counts} + {held} as n")["n"][0])


def erased_condition(engine: Engine, table: str) -> str:
    """The condition for rows of erased persons; what counts a whole file is to be counted again."""
    columns = engine.fetch(f"select * from landed.{table} limit 0").columns
    for number, erased in (("quarantine_number", HELD_BACK), ("row_number", ROWS)):
        if number in columns:
            return f"(file_no, {number}) in (select (file_no, {number}) from {erased})"
    return f"file_no in (select file_no from {ROWS})"


def leave_tombstones(engine: Engine) -> None:
    """Put a hash in the place of each erased record's ID in the tables of ``ledger`` and ``settled``, and no channel.

    The rows stay, so that no number is given twice and the golden ID leads to a tombstone.
    """
    for table, suffix in _record_columns(engine):
        channel, record = f"channel{suffix}", f"source_record_id{suffix}"
        engine.run(
            f"update {table} set {channel} = null, {record} = hash from {RECORDS} e"
            f" where {table.partition('.')[2]}.{channel} = e.channel"
            f" and {table.partition('.')[2]}.{record} = e.source_record_id"
        )


def forget_addressed(engine: Engine, golden_ids: Sequence[str]) -> None:
    """Delete what ``settled.audience_log`` has of these customers."""
    engine.run(
        "delete from settled.audience_log where golden_id in (select unnest($ids::varchar[]))",
        {"ids": list(golden_ids)},
    )


def drop_derived(engine: Engine) -> None:
    """Drop all schemas but ``KEPT_SCHEMAS``, which the others follow from: the next run derives them anew.

    With them go the records of the steps, ``ledger.steps``: a step that was done before would look at what is
    marked, which is dropped too, and leave in the last publication's tables whoever is there no more.
    """
    held = engine.columns()
    if STEP_RECORDS in held:
        engine.run(f"delete from {STEP_RECORDS}")
    schemas = {name.partition(".")[0] for name in held}
    for schema in sorted(schemas - set(KEPT_SCHEMAS)):
        engine.run(f'drop schema "{schema}" cascade')


def _record_columns(engine: Engine) -> Iterator[tuple[str, str]]:
    """``(schema.table, suffix)`` of every pair of columns that names a record in the lasting tables."""
    for table, names in engine.columns().items():
        if table.partition(".")[0] in LASTING_SCHEMAS:
            for name in names:
                suffix = name.removeprefix("source_record_id")
                if suffix != name and f"channel{suffix}" in names:
                    yield table, suffix


def write_anew(engine: Engine) -> None:
    """Leave nothing of what was deleted on the warehouse's disk, and close it."""
    engine.close_without_deleted()
