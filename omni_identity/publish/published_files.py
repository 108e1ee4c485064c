"""Writes what consumers read as Parquet and CSV files too, behind the switch, and leads readers to them in one step.

Whoever reads ``published/omni.duckdb`` does not wait for them. ``published/parquet`` and ``published/csv`` lead
through the link ``current_files`` to the whole set of one version: until that of a new one is there, to the one
before.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from omni_identity.engines import DuckDBEngine, Engine
from omni_identity.model.home import Home
from omni_identity.model.modes import Readers, open_to_readers, remove
from omni_identity.model.tables import Table
from omni_identity.publish.build import candidate_folder
from omni_identity.publish.built_tables import BuiltTables, read_built
from omni_identity.publish.declared_tables import key_of
from omni_identity.publish.links import CURRENT_FILES, DATABASE, FILES, force_to_disk, point
from omni_identity.publish.seal import seal
from omni_identity.publish.table_files import copy_files, has_same_files, make_folders, write_files


def file_set(home: Home) -> str | None:
    """Where the files are that consumers read, as a path in ``published/``; None before the first are written.

    In a home that was copied with its links followed nobody knows.
    """
    link = home.published / CURRENT_FILES
    return str(link.readlink()) if link.is_symlink() else None


def publish_files(
    engine: Engine, home: Home, version: str, tables: dict[str, Table], readers: Readers
) -> dict[str, int]:
    """Write the files of the published ``version``, and lead consumers to them; return how many tables' are
    ``written`` and ``copied``.

    Reads the version's DuckDB file alone. ``tables`` are those of the registry, by name: a table of before that it
    does not know is written too. Files of a table that has the rows that it had are copied. Writes
    ``ledger.published_files``. Doing it twice does what doing it once does. Of a version without a DuckDB file, which
    a distributed engine has left as folders, there are none.
    """
    source, place = candidate_folder(home, version), f"{FILES}/{version}"
    folder, former = home.published / place, file_set(home)
    if not (source / DATABASE).is_file():
        remove(home.published / CURRENT_FILES)
        return {"written": 0, "copied": 0}
    if former == place:
        return {"written": 0, "copied": len(tables)}
    remove(folder)
    make_folders(folder)
    counts = _write_set(engine, source, folder, tables, home.published / former if former else None)
    force_to_disk(folder)
    seal(engine, home, place)
    open_to_readers(home, readers)
    point(home, CURRENT_FILES, place)
    return counts


def _write_set(
    engine: Engine, source: Path, folder: Path, tables: dict[str, Table], former: Path | None
) -> dict[str, int]:
    """Write a file for every table of the version in ``source``; those that ``former`` has already are copied."""
    built = read_built(source)
    is_same_set = former is not None and former.name == built.last and has_same_files(former)
    counts = {"written": 0, "copied": 0}
    with _writing(engine) as local, local.attached(source, "published"):
        for name in local.columns("published"):
            plain = name.partition(".")[2]
            # a table of before is not in the registry
            table = tables.get(plain, Table(plain, "", (), ()))
            is_same = is_same_set and plain in built.same
            if former is not None and is_same and copy_files(former, folder, table):
                counts["copied"] += 1
            else:
                write_files(local, _rows(built, name, table), folder, table)
                counts["written"] += 1
    return counts


def _rows(built: BuiltTables, name: str, table: Table) -> str:
    """The rows of a published table in key order, so that the same rows give the same file, as a query in brackets."""
    order = "" if table.name in built.in_order else f" order by {key_of(table) or 'rowid'}"
    return f"(from published.{name}{order})"


@contextmanager
def _writing(engine: Engine) -> Iterator[DuckDBEngine]:
    """Lend a DuckDB that writes files: the engine's own, or one beside it."""
    if isinstance(engine, DuckDBEngine):
        yield engine
        return
    with DuckDBEngine() as local:
        yield local
