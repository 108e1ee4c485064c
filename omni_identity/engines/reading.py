"""Shows a home's warehouse, read-only, to a DuckDB engine of one's own, or holds it: whichever engine keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from omni_identity.engines.duckdb import DuckDBEngine
from omni_identity.engines.literals import literal
from omni_identity.engines.spark.reading import show_tables
from omni_identity.engines.spark.warehouse import locked
from omni_identity.engines.writer_version import (
    WRITER,
    newer_file,
    read_signature,
    refuse_newer,
)
from omni_identity.model.errors import HomeIsBusy, WarehouseIsNewer
from omni_identity.model.home import Home


def has_warehouse(home: Home) -> bool:
    """Whether anything has run in a home."""
    return home.warehouse_file.exists() or home.spark_lock.exists()


@contextmanager
def attached_warehouse(engine: DuckDBEngine, home: Home, name: str) -> Iterator[frozenset[str]]:
    """Attach the warehouse as ``name``; lend the names of its tables, ``schema.table``.

    Raises ``HomeIsBusy`` while a run is at work in it, ``WarehouseIsNewer`` when a later version than this one
    has written it.
    """
    if home.spark_lock.exists():
        with locked(home.spark_lock, shared=True) as lock:
            place = lock.readline().strip() or str(home.warehouse / "spark")
            show_tables(engine, home.spark_record, name)
            yield _readable_tables(engine, name, place)
            engine.run(f"detach {name}")
        return
    try:
        engine.run(f"attach {literal(home.warehouse_file)} as {name} (read_only)")
    except duckdb.IOException as error:
        newer = newer_file(str(home.warehouse_file), error)
        if newer is not None:
            raise newer from None
        if "lock" not in str(error):
            raise
        raise HomeIsBusy(
            f"{home.warehouse_file} is in use by another process: a run is at work in this home."
            " Try again when it has ended."
        ) from None
    yield _readable_tables(engine, name, str(home.warehouse_file))
    engine.run(f"detach {name}")


@contextmanager
def held_warehouse(home: Home) -> Iterator[None]:
    """Keep every run out of a home. Raises as ``attached_warehouse``."""
    if home.spark_lock.exists():
        with locked(home.spark_lock) as lock, DuckDBEngine() as engine:
            place = lock.readline().strip() or str(home.warehouse / "spark")
            show_tables(engine, home.spark_record, "held")
            _readable_tables(engine, "held", place)
            yield
    else:
        with DuckDBEngine(home.warehouse_file) as engine:
            refuse_newer(
                read_signature(engine, WRITER in engine.columns()), str(home.warehouse_file)
            )
            yield


def _readable_tables(engine: DuckDBEngine, name: str, where: str) -> frozenset[str]:
    """The names of an attached warehouse's tables; raises ``WarehouseIsNewer``, and detaches it before."""
    tables = _tables(engine, name)
    try:
        refuse_newer(read_signature(engine, WRITER in tables, f"{name}."), where)
    except WarehouseIsNewer:
        engine.run(f"detach {name}")
        raise
    return tables


def _tables(engine: DuckDBEngine, name: str) -> frozenset[str]:
    listed = engine.fetch(
        "select table_schema || '.' || table_name as name from information_schema.tables"
        " where table_catalog = $name",
        {"name": name},
    )
    return frozenset(listed["name"])
