"""Takes away rows of interactions, with what hangs on them, and messages that are older than ``retention`` keeps them.

They go from the tables of ``landed``, from which all else follows: a row expires by its own time, so the same rows
are there in whatever order they came, and one that is delivered again goes again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import polars as pl

from omni_identity.channels.retention_settings import RetentionSettings
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.statements import statement

FOUND = ("expired_interactions", "expired_messages")
"""Temporary tables of landed rows, ``file_no, row_number, channel, interaction_id``."""
_BY_ROW: Mapping[str, tuple[tuple[str, str], ...]] = {
    "expired_interactions": (
        ("interaction_lines", "interaction_row"),
        ("interaction_identifiers", "row_number"),
        ("messages", "row_number"),
        ("interactions", "row_number"),
    ),
    "expired_messages": (("messages", "row_number"),),
    "expired_lines": (("lines", "row_number"),),
}
"""By temporary table, the tables of ``landed`` that its rows go from, and what has their number there."""


def find_expired(engine: Engine, retention: RetentionSettings, now: datetime) -> None:
    """Make the temporary tables ``FOUND`` and ``kept_since``: by channel, since when rows are kept at ``now``.

    Reads ``landed.interactions`` and ``landed.messages``.
    """
    engine.run(
        "create or replace temp table kept_since"
        " (channel VARCHAR, interactions_since TIMESTAMP, messages_since TIMESTAMP)"
    )
    if retention.interactions.is_bounded or retention.messages.is_bounded:
        found = engine.fetch(
            "select distinct channel from landed.files where feed <> 'contacts' order by channel"
        )
        channels = found["channel"].to_list()
        moments = {
            "interactions_since": [retention.interactions.since(c, now) for c in channels],
            "messages_since": [retention.messages.since(c, now) for c in channels],
        }
        times = [pl.Series(name, at, dtype=pl.Datetime("us")) for name, at in moments.items()]
        engine.write("kept_since", found.with_columns(times))
    for name in FOUND:
        engine.run(statement(__file__, name))


def take_expired_away(engine: Engine, run_id: str) -> None:
    """Delete the rows of ``FOUND`` from ``landed``, with lines of interactions that are gone, and count them.

    Writes ``landed.interactions``, ``landed.interaction_lines``, ``landed.interaction_identifiers``,
    ``landed.messages``, ``landed.lines``, ``landed.files`` and ``ledger.expired_rows``; reads ``landed.landings``.
    """
    if count_rows(engine, "kept_since"):
        for found in FOUND:
            _delete(engine, found)
        engine.run(statement(__file__, "expired_lines"))
        _delete(engine, "expired_lines")
        engine.run(statement(__file__, "expired_counts"))
        engine.run(statement(__file__, "expired_by_table"), {"run_id": run_id})
        engine.run("drop table expired_lines")
    for name in (*FOUND, "kept_since"):
        engine.run(f"drop table {name}")


def count_expired(engine: Engine, run_id: str) -> dict[str, int]:
    """How many rows a run has taken away, by ``channel/table``; reads ``ledger.expired_rows``."""
    found = engine.fetch(
        "select channel || '/' || table_name as what, sum(row_count)::bigint as n"
        " from ledger.expired_rows where run_id = $run_id group by channel, table_name"
        " order by channel, table_name",
        {"run_id": run_id},
    )
    return {what: int(n) for what, n in found.iter_rows()}


def _delete(engine: Engine, found: str) -> None:
    for table, number in _BY_ROW[found]:
        engine.run(
            f"delete from landed.{table} using {found} e"
            f" where e.file_no = {table}.file_no and e.row_number = {table}.{number}"
        )
