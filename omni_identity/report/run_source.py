"""Where a command reads the record of runs: the warehouse, or the published file while that is busy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import duckdb

from omni_identity.engines import DuckDBEngine
from omni_identity.engines.reading import attached_warehouse, has_warehouse
from omni_identity.identity.run_order import newest_first
from omni_identity.lookup.published_file import open_published
from omni_identity.model.errors import HomeIsBusy, UsageError
from omni_identity.model.home import Home


@dataclass(frozen=True)
class Source:
    """A readable record of runs: the schema ``runs`` stands in, and what to call it."""

    connection: duckdb.DuckDBPyConnection
    schema: str
    name: str

    @property
    def is_warehouse(self) -> bool:
        """Whether it is the warehouse, where what has landed is kept too."""
        return self.schema == "ledger"

    def has(self, table: str, schema: str | None = None) -> bool:
        """Whether it holds a table, beside ``runs`` or in another schema; a home of an earlier version may not."""
        return bool(self.columns_of(table, schema))

    def columns_of(self, table: str, schema: str | None = None) -> frozenset[str]:
        """The columns of a table, beside ``runs`` or in another schema; none where there is no such table."""
        known = self.connection.execute(
            "select column_name from information_schema.columns where table_catalog = current_database()"
            " and table_schema = $schema and table_name = $table",
            {"schema": schema or self.schema, "table": table},
        ).fetchall()
        return frozenset(str(name) for (name,) in known)

    def newest_first(self, alias: str = "") -> str:
        """What to order rows of its ``runs`` by, the newest run first."""
        return newest_first(self.connection, f"{self.schema}.runs", alias)


@contextmanager
def open_source(home: Home) -> Iterator[Source]:
    """Lend the warehouse, or the published file while a run is at work there, or where there is none.

    Raises ``UsageError`` when nothing ever ran in the home.
    """
    if not has_warehouse(home):
        if home.published_file.exists():
            with open_published(home) as published:
                yield Source(published, "main", "the published file; there is no warehouse")
            return
        raise UsageError(f"Nothing has run in {home.root} yet. `omni run` does, or `omni demo`.")
    with ExitStack() as opened:
        engine = opened.enter_context(DuckDBEngine())
        try:
            opened.enter_context(attached_warehouse(engine, home, "warehouse"))
        except HomeIsBusy:
            published = opened.enter_context(open_published(home))
            yield Source(published, "main", "the published file; a run is at work in the warehouse")
            return
        engine.run("use warehouse")
        yield Source(engine.connection, "ledger", "the warehouse")
        engine.run("use memory")
