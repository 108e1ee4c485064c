"""Tables of what was held back: rows, and files."""

from __future__ import annotations

from omni_identity.model.tables.columns import ABOUT_CHANNEL
from omni_identity.model.tables.table import Column, Table

QUARANTINED_RECORDS = Table(
    "quarantined_records",
    "One row per delivered row that was held back, with its reason and place; of a catalogue its newest file's.",
    (
        Column("channel", "VARCHAR", ABOUT_CHANNEL, nullable=False),
        Column("feed", "VARCHAR", "contacts, interactions or catalogue.", nullable=False),
        Column("file", "VARCHAR", "File, relative to the home.", nullable=False),
        Column("content_hash", "VARCHAR", "SHA-256 of the file's content.", nullable=False),
        Column("quarantine_number", "BIGINT", "Numbers the held-back rows of one file.", nullable=False),
        Column("row_number", "BIGINT", "Data row in the file, from 1; null where the file itself is unreadable."),
        Column("reason_code", "VARCHAR", "Why it was held back.", nullable=False),
        Column("detail", "VARCHAR", "The reason in words, without personal data."),
        Column("payload", "VARCHAR", "The row as it was delivered.", "text"),
    ),
    ("channel", "feed", "content_hash", "quarantine_number"),
)  # fmt: skip


QUARANTINED_FILES = Table(
    "quarantined_files",
    "One row per file that the last run found and could not take, or not whole: why, and what to do about it.",
    (
        Column("channel", "VARCHAR", "Channel; empty for a file of the home that no channel has delivered.",
               nullable=False),
        Column("feed", "VARCHAR", "contacts, interactions or catalogue; erasure: a file that an erasure could not"
               " rewrite.", nullable=False),
        Column("file", "VARCHAR", "File, relative to the home.", nullable=False),
        Column("content_hash", "VARCHAR", "SHA-256 of the file's content; null where it could not be had."),
        Column("reason_code", "VARCHAR", "Why it was set aside.", nullable=False),
        Column("detail", "VARCHAR", "The reason in words, without personal data.", nullable=False),
        Column("advice", "VARCHAR", "What to do about it.", nullable=False),
        Column("is_partly_taken", "BOOLEAN", "Rows of it were taken; else the file was set aside as a whole.",
               nullable=False),
        Column("first_seen_run_id", "VARCHAR", "The run that first found it so; null for an erasure."),
        Column("first_seen_at", "TIMESTAMP", "When that began (UTC).", nullable=False),
        Column("last_seen_run_id", "VARCHAR", "The run that last found it so; null for an erasure."),
    ),
    ("channel", "feed", "file"),
)  # fmt: skip
