"""Where a command reads the record of runs: the warehouse, or the published file while that is busy."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from omni_identity.cli.run_order import newest_first


@dataclass(frozen=True)
class Source:
    """A readable record of runs: the schema ``runs`` stands in, and what to call it."""

    connection: duckdb.DuckDBPyConnection
    schema: str
    name: str

    def has(self, table: str) -> bool:
        """Whether it holds a table; a home of an earlier version may not."""
        known = self.connection.execute(
            "select 1 from information_schema.tables where table_catalog = current_database()"
            " and table_schema = $schema and table_name = $table",
            {"schema": self.schema, "table": table},
        ).fetchall()
        return bool(known)

    def newest_first(self, alias: str = "") -> str:
        """What to order rows of its ``runs`` by, the newest run first."""
        return newest_first(self.connection, f"{self.schema}.runs", alias)
