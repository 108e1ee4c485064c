"""Compares what two homes publish, table by table and row by row, but for what only names the run.

A home that went on after a disturbance must publish what its own full refresh publishes, and what a home
that was never disturbed does. What may differ is listed here column by column, with its reason.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from omni_identity.engines.literals import literal

NAMES_THE_RUN = {
    "runs": ("run_id", "run_number", "started_at", "finished_at", "judgement_heads"),
    "run_channel_counts": ("run_id",),
    "run_diagnostics": ("run_id",),
    "golden_id_events": ("run_id", "occurred_at"),
    "household_events": ("run_id", "occurred_at"),
    "crosswalk_changes": ("run_id",),
    "audience_log": ("run_id",),
    "feed_figures": ("run_id",),
    "ledger_records": ("first_landed_at",),
}
"""Columns that say which run it was, and when, or of which home: hashes of judgements have its key."""

ONE_RUN = ("runs", "run_channel_counts", "run_diagnostics")
"""Tables with rows of every run: only those of the run that is published now are compared."""
SINCE_THE_LAST_PUBLICATION = ("audience_changes", "feed_figures")
"""Tables of what is new since the publication before: after a full refresh nothing is."""

SINCE_THE_LAST_RUN = {
    "runs": ("event_count", "are_changes_accepted"),
    "run_diagnostics": ("published_value",),
}
"""Columns that compare with the publication before: there is one more before a full refresh."""

SOME_BOUND = "if(diagnostic = 'contradicting_pairs' and bound is not null, 0, bound) as bound"
"""How far contradictions may rise is measured from the publication before, too: only that there is a bound."""


def different_tables(
    one: Path, other: Path, is_refreshed: bool = False, leave_out: tuple[str, ...] = ()
) -> list[str]:
    """Names of the published tables of two homes that differ, each with its rows only here and only there.

    ``is_refreshed``: ``other`` is a copy of ``one`` after a full refresh, so that its last publication is
    another: what tells of changes since that is left out too. ``leave_out`` names further tables.
    """
    with duckdb.connect() as connection:
        for name, home in (("one", one), ("other", other)):
            path = literal((home / "published" / "omni.duckdb").resolve())
            connection.sql(f"attach {path} as {name} (read_only)")
        tables = _tables(connection, "one")
        found = [f"{table} (only in one)" for table in tables - _tables(connection, "other")]
        found += [f"{table} (only in the other)" for table in _tables(connection, "other") - tables]
        skipped = {*leave_out, *(SINCE_THE_LAST_PUBLICATION if is_refreshed else ())}
        for table in sorted(tables - skipped):
            mine = _rows(connection, "one", one, table, is_refreshed)
            theirs = _rows(connection, "other", other, table, is_refreshed)
            counts = connection.sql(
                f"select (select count(*) from ({mine} except all {theirs})),"
                f" (select count(*) from ({theirs} except all {mine}))"
            ).fetchall()[0]
            if any(counts):
                found.append(f"{table} ({counts[0]} and {counts[1]} rows)")
        return sorted(found)


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> set[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = ?", [database]
    ).fetchall()
    return {str(name) for (name,) in rows}


def _rows(
    connection: duckdb.DuckDBPyConnection, database: str, home: Path, table: str, is_refreshed: bool
) -> str:
    """The rows of a table that are compared, as a query."""
    known = connection.execute(
        "select column_name from duckdb_columns() where database_name = ? and table_name = ?",
        [database, table],
    ).fetchall()
    left_out = {*NAMES_THE_RUN.get(table, ())}
    if is_refreshed:
        left_out |= {*SINCE_THE_LAST_RUN.get(table, ())}
    if is_refreshed and table not in ONE_RUN:
        left_out = set()  # a copy has the same past
    columns = ", ".join(f'"{name}"' for (name,) in sorted(known) if name not in left_out)
    conditions = []
    if table == "run_diagnostics" and is_refreshed:
        columns = columns.replace('"bound"', SOME_BOUND)
        conditions.append("diagnostic <> 'identity_changes'")
    if table in ONE_RUN:
        run_id = (home / "published" / "current").readlink().name
        conditions.append(f"run_id = {literal(run_id)}")
    where = f" where {' and '.join(conditions)}" if conditions else ""
    return f"select {columns} from {database}.main.{table}{where}"
