"""Published tables from which a lost warehouse gets its memory back."""

from __future__ import annotations

from omni_identity.model.registry import Column, Table

SOURCE = (("source_records", "source_record_id"),)


def memory_tables() -> tuple[Table, ...]:
    """The record ledger as it is published."""
    return (
        Table(
            "ledger_records",
            "One row per source record ever seen, also one that is gone: what golden IDs are made from. "
            "Of an erased one only the numbers are left.",
            (
                Column("record_no", "BIGINT", "Number of the record, in the order in which records were first seen.",
                       nullable=False),
                Column("seniority", "BIGINT",
                       "The least one of a customer's records is the number in its golden ID. It is record_no, until a "
                       "founder is gone and an heir takes its seniority over.", nullable=False),
                Column("channel", "VARCHAR", "The channel, as omni.yaml names it; null of an erased record.",
                       sources=(("source_records", "channel"),)),
                Column("source_record_id", "VARCHAR", "The channel's own ID of the record; null of an erased one.",
                       "pseudonymous", sources=SOURCE),
                Column("first_landed_at", "TIMESTAMP",
                       "Start of the run that first saw it (UTC); null of an erased one."),
            ),
            ("record_no",),
        ),
    )  # fmt: skip
