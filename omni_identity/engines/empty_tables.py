"""Creates an empty table that is to hold the rows of a query."""

from __future__ import annotations

from omni_identity.engines.base import Engine


def create_empty(engine: Engine, table: str, query: str) -> None:
    """Create ``table``, unless it is there, with the columns of ``query`` and without rows."""
    engine.create_like(table, query)
