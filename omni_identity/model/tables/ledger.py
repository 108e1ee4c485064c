"""Tables that a warehouse keeps for ever: records, runs and what was found in them, steps, erasures, seals."""

from __future__ import annotations

from dataclasses import replace

from omni_identity.model.tables.columns import RUN_ID
from omni_identity.model.tables.customers import LEDGER_RECORDS
from omni_identity.model.tables.runs import FEED_FIGURES, RUN_CHANNEL_COUNTS, RUN_DIAGNOSTICS, RUNS
from omni_identity.model.tables.table import Column, Table

ERASURE_WORDS = ("at", "erasure_id", "entry", "value", "requested_by", "reason")
"""Columns of the file of erasures; docs/operations.md says what an entry is."""

_TABLES = (
    replace(LEDGER_RECORDS, name="records"),
    *(RUNS, RUN_CHANNEL_COUNTS, RUN_DIAGNOSTICS, FEED_FIGURES),
    Table(
        "check_results",
        "One row per run and check of its candidate.",
        (
            RUN_ID,
            Column("position", "INTEGER", "Order of the checks, from 1.", nullable=False),
            Column("check_name", "VARCHAR", "The check."),
            Column("severity", "VARCHAR", "block or warn."),
            Column("passed", "BOOLEAN", "Whether it passed."),
            Column("finding", "VARCHAR", "What it found, in words."),
        ),
        ("run_id", "position"),
    ),
    Table(
        "expired_rows",
        "One row per time that a run took rows away as older than retention keeps them, by channel and table.",
        (
            RUN_ID,
            Column("channel", "VARCHAR", "Their channel.", nullable=False),
            Column("table_name", "VARCHAR", "interactions, lines or messages.", nullable=False),
            Column("row_count", "BIGINT", "How many rows, of however many versions."),
        ),
        (),
    ),
    Table(
        "publication_alterations",
        "One row per file of the last publication that a run found altered.",
        (
            RUN_ID,
            Column("position", "INTEGER", "Numbers the findings of a run, from 1.", nullable=False),
            Column("finding", "VARCHAR", "What was altered, in words."),
        ),
        ("run_id", "position"),
    ),
    Table(
        "published_files",
        "One row per file of a publication that is there: what it held when it was built.",
        (
            Column("version", "VARCHAR", "Its run, and which erasure since; of Parquet and CSV, files/ before that.",
                nullable=False),
            Column("path", "VARCHAR", "File, relative to the publication.", nullable=False),
            Column("byte_count", "BIGINT", "Its size."),
            Column("modified_ns", "BIGINT", "When its disk says that it was last modified."),
            Column("changed_ns", "BIGINT", "When its disk says that anything of it last changed."),
            Column("inode", "BIGINT", "Its place on the disk."),
            Column("digest", "VARCHAR", "SHA-256 of its content."),
        ),
        ("version", "path"),
    ),
    Table(
        "found_changes",
        "One row per change behind the product's back that was found, to be said once.",
        (
            Column("run_id", "VARCHAR", "The run that says it; null: none has yet."),
            Column("subject", "VARCHAR", "What was changed."),
            Column("detail", "VARCHAR", "How, in words."),
        ),
        (),
    ),
    Table(
        "chain_heads",
        "One row per file of judgements/ and access/ with a hash chain: how far it was read.",
        (
            Column("file", "VARCHAR", "The file.", nullable=False),
            Column("end_at", "BIGINT", "Bytes that were read."),
            Column("hash", "VARCHAR", "Keyed hash of the chain there."),
        ),
        ("file",),
    ),
    Table(
        "erasure_entries",
        "One row per entry of the file of erasures that was carried out here.",
        (
            Column("entry_number", "BIGINT", "Numbers the entries, from 1.", nullable=False),
            *(Column(name, "VARCHAR", f"{name}, as the file has it.", "personal") for name in ERASURE_WORDS),
        ),
        ("entry_number",),
    ),
    Table(
        "restorations",
        "One row per publication that the warehouse was rebuilt from.",
        (Column("run_id", "VARCHAR", "The run that was published.", nullable=False),),
        (),
    ),
    Table(
        "steps",
        "One row per step that was done: when, for which run, and by what its tables are derived.",
        (
            Column("step", "VARCHAR", "The step.", nullable=False),
            Column("run_id", "VARCHAR", "The run; null: it is to be done."),
            Column("ordinal", "BIGINT", "Numbers all steps that were ever done."),
            Column("fingerprint", "VARCHAR", "Fingerprint of code, settings, model and what it reads."),
            Column("failed_in", "VARCHAR", "The run in which an error has stopped it since; null for none."),
        ),
        ("step",),
    ),
    Table(
        "destinations",
        "One row per destination: which publication it has, and what has become of the last attempt.",
        (
            Column("destination", "VARCHAR", "The destination, as omni.yaml names it.", nullable=False),
            Column("tried_at", "TIMESTAMP", "When a publication was last brought to it (UTC)."),
            Column("delivered_run_id", "VARCHAR", "The run whose publication it has; null: none yet."),
            Column("delivered_at", "TIMESTAMP", "When it got that (UTC)."),
            Column("failure", "VARCHAR", "Why it has not got the last one; null: it has."),
        ),
        ("destination",),
    ),
    Table(
        "writer",
        "One row: the version of the database's library that last wrote.",
        (Column("version", "VARCHAR", "The version."),),
        ("version",),
    ),
)  # fmt: skip
LEDGER_TABLES = tuple(table.within("ledger") for table in _TABLES)
"""Every table of schema ``ledger``."""
