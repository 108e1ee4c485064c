"""Which of the runs on record came later: by their numbers, which follow no clock."""

from __future__ import annotations

import duckdb


def newest_first(connection: duckdb.DuckDBPyConnection, runs: str, alias: str = "") -> str:
    """What to order rows of the table ``runs`` by, the newest run first.

    Where no run has numbered the runs of an older home yet, it is their times. ``alias`` is what the
    query calls the table, if it has to say so.
    """
    described = connection.execute(f"select * from {runs} limit 0")
    columns = {column[0] for column in described.description or []}
    described.fetchall()
    keys = ("run_number",) if "run_number" in columns else ("started_at", "run_id")
    prefix = f"{alias}." if alias else ""
    return ", ".join(f"{prefix}{key} desc" for key in keys)
