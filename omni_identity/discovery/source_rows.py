"""Source rows: some rows of a table or query of a database, with the types that a run reads, within bounds."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from omni_identity.channels.fetching.database_rows import NEXT_RUN, open_database
from omni_identity.channels.fetching.database_source import DatabaseSource
from omni_identity.channels.fetching.database_tables import cursor_kind
from omni_identity.channels.file_faults import FileFault, as_sentence
from omni_identity.model.modes import private_files

SAMPLE_ROWS = 1_000
MOST_BYTES = 64_000_000
"""What is kept of rows that are very wide, documents and pictures in them; the last piece goes over it."""


def read_rows(source: DatabaseSource, address: str | None = None) -> pa.Table:
    """What a source gives, its cursor aside, until ``MOST_BYTES`` are read; in a session that changes nothing.

    ``address``: of the database, where the environment need not have it yet. Raises ``FileFault``.
    """
    with open_database(source, address) as rows:
        schema, batches = rows.read(rows.schema(), None, None)
        kept: list[pa.RecordBatch] = []
        size = 0
        for batch in batches:
            kept.append(batch)
            size += batch.nbytes
            if size > MOST_BYTES:
                break
        return pa.Table.from_batches(kept, schema).cast(
            pa.schema([(field.name, field.type) for field in schema])
        )


def write_first_rows(source: DatabaseSource, path: Path) -> None:
    """Write the first rows of a feed's source as a run would write all of them; raises ``FileFault``.

    So it does for a cursor that is none of its columns, or does not grow.
    """
    rows = f"(\n{source.query.rstrip().rstrip(';')}\n)" if source.query else source.table
    bounded = {
        "table": None,
        "query": f"select * from {rows} as omni_rows limit {SAMPLE_ROWS}",
        "timeout_minutes": 1,
    }
    found = read_rows(source.model_copy(update=bounded))
    if source.cursor is not None:
        cursor_kind(found.schema, source)
    with private_files():
        path.parent.mkdir(parents=True, exist_ok=True)
        parquet.write_table(found, path)


def words_of(fault: FileFault) -> str:
    """Why a source cannot be looked into and what helps, without what is said of runs alone."""
    return f"{as_sentence(fault.detail)} {fault.advice.replace(NEXT_RUN, '')}".strip()
