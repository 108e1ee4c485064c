"""The tables of what has landed: files, where they stood, their rows, and those held back."""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.model.attributes import (
    FACTS_NUMBER,
    FACTS_TEXT,
    LINES_NUMBER,
    LINES_TEXT,
    Vocabulary,
)

BY_FILE = "-"
"""In a mapping hash before what the names of files say; the rest is that of their feed."""
TABLES_BY_FILE = (
    "files",
    "contacts",
    "interactions",
    "interaction_lines",
    "unread_values",
    "quarantined_rows",
    "standardised_contacts",
    "interaction_identifiers",
    "date_order_evidence",
)
"""Tables of schema ``landed`` that hold rows of a file, by ``file_no``."""


def create_landed_tables(engine: Engine, vocabulary: Vocabulary) -> None:
    """Create the tables of schema ``landed``; add columns that a changed ``omni.yaml`` brings."""
    engine.run("create schema if not exists landed")
    held = engine.columns()
    for table, columns in _landed_tables(vocabulary).items():
        declared = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
        engine.run(f"create table if not exists landed.{table} ({declared})")
        for name, kind in columns.items():
            if name not in held.get(f"landed.{table}", columns):
                engine.run(f'alter table landed.{table} add column "{name}" {kind}')


def _landed_tables(vocabulary: Vocabulary) -> dict[str, dict[str, str]]:
    place = {"file_no": "INTEGER", "row_number": "BIGINT", "channel": "VARCHAR"}
    lists = dict.fromkeys(vocabulary.identifiers, "VARCHAR[]")
    return {
        "files": {
            "file_no": "INTEGER",
            "channel": "VARCHAR",
            "feed": "VARCHAR",
            "content_hash": "VARCHAR",
            "mapping_hash": "VARCHAR",
            "row_count": "BIGINT",
            "suppressed_count": "BIGINT",
            **dict.fromkeys(("filtered_count", "absent_count", "further_count"), "BIGINT"),
            "is_complete": "BOOLEAN",
        },
        "landings": {
            "channel": "VARCHAR",
            "feed": "VARCHAR",
            "path": "VARCHAR",
            "version": "INTEGER",
            "content_hash": "VARCHAR",
            "run_id": "VARCHAR",
            "landed_at": "TIMESTAMP",
        },
        "remembered_files": dict.fromkeys(
            ("channel", "feed", "path", "stamp", "content_hash"), "VARCHAR"
        ),
        "quarantined_files": {
            **dict.fromkeys(("channel", "feed", "path", "content_hash"), "VARCHAR"),
            **dict.fromkeys(("reason_code", "detail", "advice"), "VARCHAR"),
            "is_partly_taken": "BOOLEAN",
            "first_seen_run_id": "VARCHAR",
            "first_seen_at": "TIMESTAMP",
            "last_seen_run_id": "VARCHAR",
        },
        "redactions": {
            "channel": "VARCHAR",
            "feed": "VARCHAR",
            "original": "VARCHAR",
            "content_hash": "VARCHAR",
        },
        "contacts": {
            **place,
            "source_record_id": "VARCHAR",
            "updated_at": "TIMESTAMP",
            "is_deleted": "BOOLEAN",
            **dict.fromkeys(vocabulary.raw_single, "VARCHAR"),
            **lists,
        },
        "interactions": {
            **place,
            "interaction_id": "VARCHAR",
            "source_record_id": "VARCHAR",
            "kind": "VARCHAR",
            "occurred_at": "TIMESTAMP",
            "is_time_unsure": "BOOLEAN",
            **lists,
            **dict.fromkeys(FACTS_TEXT, "VARCHAR"),
            **dict.fromkeys(FACTS_NUMBER, "DOUBLE"),
        },
        "interaction_lines": {
            **place,
            "interaction_row": "BIGINT",
            "line_number": "BIGINT",
            **dict.fromkeys(LINES_TEXT, "VARCHAR"),
            **dict.fromkeys(LINES_NUMBER, "DOUBLE"),
        },
        "unread_values": {
            "file_no": "INTEGER",
            **dict.fromkeys(("channel", "feed", "attribute"), "VARCHAR"),
            "value_count": "BIGINT",
        },
        "quarantined_rows": {
            **place,
            "feed": "VARCHAR",
            "quarantine_number": "BIGINT",
            "source_record_id": "VARCHAR",
            "reason_code": "VARCHAR",
            "detail": "VARCHAR",
            "payload": "VARCHAR",
            "updated_at": "TIMESTAMP",
            **dict.fromkeys(vocabulary.consent_columns, "VARCHAR"),
        },
    }


def landed_feeds(engine: Engine) -> set[tuple[str, str]]:
    """Return the ``(channel, feed)`` pairs of which anything was ever landed."""
    rows = engine.fetch("select distinct channel, feed from landed.landings")
    return {(str(channel), str(feed)) for channel, feed in rows.iter_rows()}


UNREAD_FILES = """
    select f.file_no, f.channel, f.feed, f.content_hash, f.mapping_hash, q.reason_code, q.detail
    from landed.files f join landed.quarantined_rows q using (file_no)
    where q.row_number is null and f.row_count - f.suppressed_count <= 1
"""
"""SQL for the files of which nothing was taken but the reason why."""


def read_feeds(engine: Engine) -> dict[tuple[str, str], set[str]]:
    """The feeds of which a file was ever read, and the mappings by which: by channel and feed."""
    rows = engine.fetch(
        f"select distinct f.channel, f.feed, f.mapping_hash from landed.files f"
        f" where f.file_no not in (select u.file_no from ({UNREAD_FILES}) u)"
    )
    found: dict[tuple[str, str], set[str]] = {}
    for channel, feed, mapping in rows.iter_rows():
        found.setdefault((channel, feed), set()).add(mapping.partition(BY_FILE)[0])
    return found


def forget_file(engine: Engine, file_no: int) -> None:
    """Delete everything that was read from one file."""
    for table in TABLES_BY_FILE:
        engine.run(f"delete from landed.{table} where file_no = $file_no", {"file_no": file_no})
