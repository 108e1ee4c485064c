"""Moves the rows of one table into another: by giving it the other's name where that has none, else by copying."""

from __future__ import annotations

from omni_identity.engines.base import Engine


def move_rows(engine: Engine, source: str, target: str, instead_of: str | None = None) -> None:
    """Put all rows of ``source`` into ``target`` and drop ``source``; both are ``schema.table`` of one schema.

    ``target`` is created if it is missing. Columns are matched by name; those of ``target`` that
    ``source`` lacks are null. Rows of ``target`` that fulfil ``instead_of``, a condition, go before. A first
    run moves millions of rows and copies none.
    """
    engine.create_like(target, f"select * from {source}")
    if instead_of is not None:
        engine.run(f"delete from {target} where {instead_of}")
    # an empty source stays apart: DuckDB 2.0.0 loses rows of tables that a query created empty (create_like)
    is_first = not _has_rows(engine, target) and _has_rows(engine, source)
    if is_first and _have_same_columns(engine, source, target):
        engine.rename(source, target)
        return
    engine.run(f"insert into {target} by name select * from {source}")
    engine.run(f"drop table {source}")


def _have_same_columns(engine: Engine, source: str, target: str) -> bool:
    columns = engine.columns()
    return columns[source] == columns[target]


def _has_rows(engine: Engine, table: str) -> bool:
    return engine.fetch(f"select 1 as x from {table} limit 1").height > 0
