"""Builds the masked edition of a publication: the same tables without personal data, for whoever makes figures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from omni_identity.channels.suppression import read_key, write_key
from omni_identity.engines import DuckDBEngine
from omni_identity.engines.literals import literal
from omni_identity.model.errors import RunFailed
from omni_identity.model.home import Home
from omni_identity.model.tables import Table
from omni_identity.publish.declared_tables import (
    KEYED_ROWS,
    create_table,
    declare_key,
    key_of,
    new_file,
)
from omni_identity.publish.links import DATABASE
from omni_identity.publish.masking import masked_sql, masked_table, pseudonym_macro
from omni_identity.publish.parquet_comments import write_parquet

MASKED = "masked"
"""The folder of a version that has the masked edition: ``omni.duckdb`` and ``parquet``, as beside it."""
MEMORY = "2GB"
"""Of the engine that masks, beside the warehouse's own; what does not fit goes to disk."""


def build_masked_edition(home: Home, folder: Path, tables: Mapping[str, Table]) -> dict[str, int]:
    """Write the masked edition of the built version in ``folder``, from its DuckDB file; return its rows by table.

    Writes ``folder/masked/omni.duckdb`` and ``folder/masked/parquet``. The same rows and the same key, ``masking.key``
    of the home, which is made where there is none, give the same edition. Raises ``RunFailed`` for a damaged key, and
    of a version without a DuckDB file.
    """
    if not (folder / DATABASE).is_file():
        raise RunFailed(
            "The masked edition is made from omni.duckdb, which is not written of more rows than"
            " spark.most_published_rows. Raise it, or do without the masked edition (publish.masked, destinations)."
        )
    target = folder / MASKED
    (target / "parquet").mkdir(parents=True)
    counts = {}
    with DuckDBEngine(memory_limit=MEMORY) as engine:
        engine.run(f"set temp_directory = {literal(home.warehouse / 'spill-masked')}")
        engine.run(pseudonym_macro(masking_key(home)))
        with engine.attached(folder, "whole"), new_file(engine, target / DATABASE, "candidate"):
            for table in tables.values():
                counts[table.name] = _mask(engine, target, table)
    return counts


def masking_key(home: Home) -> bytes:
    """The key of the home's pseudonyms, made where there is none; ``RunFailed`` where it is damaged."""
    if not home.masking_key.exists():
        write_key(home.masking_key)
    key = read_key(home.masking_key)
    if key is None:
        raise RunFailed(
            f"{home.masking_key} is damaged. With another key all pseudonyms of the masked edition are others: restore"
            " it from a backup, or delete it if that may be."
        )
    return key


def _mask(engine: DuckDBEngine, target: Path, table: Table) -> int:
    """Fill one table of the attached ``candidate``, in the order of its masked key, and its Parquet file."""
    masked = masked_table(table)
    columns = ", ".join(f'{masked_sql(c)} as "{c.name}"' for c in table.columns)
    create_table(engine, masked)
    name = f"candidate.main.{table.name}"
    engine.run(
        f"insert into {name} select * from (select {columns} from whole.main.{table.name}) order by {key_of(table)}"
    )
    count = int(engine.fetch(f"select count(*) as n from {name}")["n"][0])
    if count <= KEYED_ROWS:
        declare_key(engine, masked)
    file = target / "parquet" / f"{table.name}.parquet"
    write_parquet(engine, name, file, masked)
    return count
