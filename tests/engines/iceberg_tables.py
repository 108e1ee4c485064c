"""Iceberg tables written without Spark, and the record by which they are a home's warehouse."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from omni_identity.engines.spark.formats import TableState
from omni_identity.engines.spark.record import write_record
from omni_identity.model.home import Home


@contextmanager
def tables_in(folder: Path) -> Iterator[Any]:
    """Lend a catalogue with the schemas of a warehouse whose tables lie in ``folder``."""
    memory = pytest.importorskip("pyiceberg.catalog.memory", reason="needs the extra spark")
    catalog = memory.InMemoryCatalog("tests", warehouse=folder.as_uri())
    for schema in ("ledger", "derived"):
        catalog.create_namespace(schema)
    yield catalog
    catalog.close()


def record_tables(home: Home, tables: Mapping[str, Any]) -> None:
    """Make tables the last commit of a home's warehouse."""
    states = {
        name: TableState((), table.metadata_location, None, 0, 0) for name, table in tables.items()
    }
    write_record(home.spark_record, states)
