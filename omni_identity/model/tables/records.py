"""Tables of source records: the current one of every key, and what became of every landed row."""

from __future__ import annotations

from dataclasses import replace

from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables.columns import (
    ABOUT_CHANNEL,
    CHANNEL,
    CONSENT,
    DECISION,
    FILE_NO,
    RECORD_NO,
    ROW_NUMBER,
    SOURCE_RECORD_ID,
)
from omni_identity.model.tables.landed import standardised_contacts
from omni_identity.model.tables.runs import RUN_CHANNEL_COUNTS
from omni_identity.model.tables.table import Column, Table

_FLAGS = (("source_records", "placeholders"), ("source_records", "invalid"))
CHANNEL_ATTRIBUTES = Table(
    "channel_attributes",
    "One row per channel and attribute that it delivers: how many current records fill it.",
    (
        Column("channel", "VARCHAR", ABOUT_CHANNEL, nullable=False, sources=(("source_records", "channel"),)),
        Column("attribute", "VARCHAR", "Column of unified_profiles.", nullable=False),
        Column("record_count", "BIGINT", "Current records of the channel.", nullable=False,
               sources=(("source_records", "channel"),)),
        Column("filled_count", "BIGINT", "Records with a usable value.", nullable=False,
               sources=(("source_records", "*"),)),
        Column("placeholder_count", "BIGINT",
               "Records in which a placeholder such as N/A stood instead; it became null.", nullable=False,
               sources=_FLAGS[:1]),
        Column("invalid_count", "BIGINT", "Records with a value that could not be used; it became null.",
               nullable=False, sources=_FLAGS[1:]),
    ),
    ("channel", "attribute"),
)  # fmt: skip

_DECISION = (RECORD_NO, CHANNEL, CONSENT, *DECISION)
_STATE = "current, superseded or deleted."
_WORKING = (
    Table("new_contact_files", "One row per file of contacts that landed since.", (FILE_NO, CHANNEL), ("file_no",)),
    Table(
        "affected_records",
        "One row per record whose newest version may be another.",
        (CHANNEL, SOURCE_RECORD_ID),
        ("channel", "source_record_id"),
    ),
    Table(
        "row_states",
        "One row per standardised row: whether it is its record's current version.",
        (FILE_NO, ROW_NUMBER, CHANNEL, SOURCE_RECORD_ID, Column("state", "VARCHAR", _STATE, nullable=False)),
        ("file_no", "row_number"),
    ),
    Table(
        "channel_counts",
        RUN_CHANNEL_COUNTS.comment.replace("run and channel", "channel so far"),
        RUN_CHANNEL_COUNTS.without("run_id"),
        ("channel",),
    ),
    Table(
        "held_back_consents",
        "One row per current record and consent that the word of a held-back row holds for.",
        (*_DECISION, Column("word", "VARCHAR", "What it said, as it was delivered.", "personal")),
        ("record_no", "consent"),
    ),
)  # fmt: skip


def record_tables(vocabulary: Vocabulary) -> tuple[Table, ...]:
    """The tables of records that a run derives."""
    return tuple(table.within("derived") for table in (*_WORKING, source_records(vocabulary)))


def source_records(vocabulary: Vocabulary) -> Table:
    """The current version of every source record, standardised."""
    here = "standardised_contacts"
    ledger = (
        replace(RECORD_NO, sources=((here, "channel"), (here, "source_record_id"))),
        Column("first_landed_at", "TIMESTAMP", "Start of the run that first saw the record (UTC)."),
    )
    values = (
        replace(c, sources=((here, c.name),)) for c in standardised_contacts(vocabulary).columns
    )
    return Table(
        "source_records",
        "One row per current source record: the newest version of a record not deleted.",
        (*ledger, *values),
        ("channel", "source_record_id"),
    )
