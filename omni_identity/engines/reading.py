"""Shows a home's warehouse, read-only, to a DuckDB engine of one's own, or holds it: whichever engine keeps it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from omni_identity.engines.duckdb import DuckDBEngine
from omni_identity.engines.literals import literal
from omni_identity.engines.spark.reading import show_tables
from omni_identity.engines.spark.warehouse import locked
from omni_identity.model.errors import HomeIsBusy
from omni_identity.model.home import Home


def has_warehouse(home: Home) -> bool:
    """Whether anything has run in a home."""
    return home.warehouse_file.exists() or home.spark_lock.exists()


@contextmanager
def attached_warehouse(engine: DuckDBEngine, home: Home, name: str) -> Iterator[frozenset[str]]:
    """Attach the warehouse as ``name``; lend the names of its tables, ``schema.table``.

    Raises ``HomeIsBusy`` while a run is at work in it.
    """
    if home.spark_lock.exists():
        with locked(home.spark_lock, shared=True) as lock:
            show_tables(engine, lock.read() or str(home.warehouse / "spark"), name)
            yield _tables(engine, name)
            engine.run(f"detach {name}")
        return
    try:
        engine.run(f"attach {literal(home.warehouse_file)} as {name} (read_only)")
    except duckdb.IOException as error:
        if "lock" not in str(error):
            raise
        raise HomeIsBusy(
            f"{home.warehouse_file} is in use by another process: a run is at work in this home."
            " Try again when it has ended."
        ) from None
    yield _tables(engine, name)
    engine.run(f"detach {name}")


@contextmanager
def held_warehouse(home: Home) -> Iterator[None]:
    """Keep every run out of a home. Raises ``HomeIsBusy`` while one is at work in it."""
    if home.spark_lock.exists():
        with locked(home.spark_lock):
            yield
    else:
        with DuckDBEngine(home.warehouse_file):
            yield


def _tables(engine: DuckDBEngine, name: str) -> frozenset[str]:
    listed = engine.fetch(
        "select table_schema || '.' || table_name as name from information_schema.tables"
        " where table_catalog = $name",
        {"name": name},
    )
    return frozenset(listed["name"])
