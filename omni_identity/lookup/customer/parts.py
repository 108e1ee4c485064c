"""The parts of what is known of a customer: a query each, in the ``.sql`` file of its name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from omni_identity.engines.statements import statement
from omni_identity.identity.run_order import newest_first

if TYPE_CHECKING:
    import duckdb

Part = Literal[
    "audiences", "consents", "conversations", "handoffs", "household", "lineage", "links", "open_lines",
    "open_matters", "orders", "order_lines", "pairs", "records", "timeline",
]  # fmt: skip


@dataclass(frozen=True)
class Listing:
    """Rows and what their columns are called; a name that begins with ``#`` is of numbers."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def as_dicts(self) -> list[dict[str, Any]]:
        """A dictionary a row."""
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def part_query(part: Part) -> str:
    """The query of a part, for the customer ``$id``."""
    return statement(__file__, part)


def read_part(
    published: duckdb.DuckDBPyConnection, part: Part, golden_id: str, **more: Any
) -> Listing:
    """The rows of a part, of one customer."""
    return _listing(published, part_query(part), {"id": golden_id, **more})


def read_profile(published: duckdb.DuckDBPyConnection, golden_id: str) -> dict[str, Any] | None:
    """The row of a live customer in ``unified_profiles``, and their context beside it; None for nobody."""
    profile: dict[str, Any] = {}
    for table in ("customer_context", "unified_profiles"):
        query = f"select * from {table} where golden_id = $id"
        found = _listing(published, query, {"id": golden_id}).as_dicts()
        if not found:
            return None
        profile |= found[0]
    return profile


def history_query(published: duckdb.DuckDBPyConnection) -> str:
    """The query of what happened to the ID ``$id``, the newest run first."""
    return f"""
        select e.occurred_at as "when", e.event, e.golden_id as id, e.other_golden_id as "other id"
        from golden_id_events e join runs r using (run_id)
        where e.golden_id = $id or e.other_golden_id = $id
        order by {newest_first(published, "runs", "r")}, e.event, e.golden_id, e.other_golden_id
    """


def read_history(published: duckdb.DuckDBPyConnection, golden_id: str) -> Listing:
    """What happened to the ID."""
    return _listing(published, history_query(published), {"id": golden_id})


def _listing(published: duckdb.DuckDBPyConnection, sql: str, parameters: dict[str, Any]) -> Listing:
    query = published.execute(sql, parameters)
    columns = tuple(column[0] for column in query.description or [])
    return Listing(columns, query.fetchall())
