"""Columns that many tables have, and what is said of them."""

from __future__ import annotations

from omni_identity.model.tables.table import Column, ForeignKey

ABOUT_GOLDEN_ID = (
    "The golden ID: one live ID per customer; see golden_id_redirects for retired ones."
)
ABOUT_CHANNEL = "The channel, as omni.yaml names it."
ABOUT_SOURCE_RECORD = "The channel's own ID of the contact record."
ABOUT_RECORD_NO = "The record's number in the ledger: the order in which records were first seen."

GOLDEN_ID = Column(
    *("golden_id", "VARCHAR", "The customer.", "pseudonymous", False),
    sources=(("unified_profiles", "golden_id"),),
)
CUSTOMER = ForeignKey(("golden_id",), "unified_profiles", ("golden_id",))

FILE_NO = Column("file_no", "INTEGER", "The landed file.", nullable=False)
ROW_NUMBER = Column("row_number", "BIGINT", "Data row in the file, from 1.", nullable=False)
CHANNEL = Column("channel", "VARCHAR", ABOUT_CHANNEL, nullable=False)
FEED = Column("feed", "VARCHAR", "contacts, interactions or catalogue.", nullable=False)
PATH = Column("path", "VARCHAR", "File, relative to the home.", nullable=False)
CONTENT_HASH = Column("content_hash", "VARCHAR", "SHA-256 of the file's content.", nullable=False)
RUN_ID = Column("run_id", "VARCHAR", "The run.", nullable=False)
SOURCE_RECORD_ID = Column("source_record_id", "VARCHAR", ABOUT_SOURCE_RECORD, "pseudonymous", False)
RECORD_NO = Column("record_no", "BIGINT", ABOUT_RECORD_NO, nullable=False)
INTERACTION_ID = Column(
    "interaction_id", "VARCHAR", "The channel's own ID of the interaction.", nullable=False
)
CONSENT = Column("consent", "VARCHAR", "email for consent_email, and so on.", nullable=False)
DECISION = (
    Column(
        "is_given",
        "BOOLEAN",
        "Whether it may be used; null: the word is not understood, which is no consent.",
    ),
    Column("decided_at", "TIMESTAMP", "When that was said (UTC); null where nobody wrote it down."),
)
RULE_NO = Column("rule_no", "INTEGER", "The blocking rule.", nullable=False)
PAIR = ("record_no_l", "record_no_r")


def pair_of(table: str, left: str = "record_no", right: str = "record_no") -> tuple[Column, Column]:
    """The numbers of the two records of a pair, made from two columns of ``table``, the lesser first."""
    return (
        Column(PAIR[0], "BIGINT", ABOUT_RECORD_NO, nullable=False, sources=((table, left),)),
        Column(PAIR[1], "BIGINT", ABOUT_RECORD_NO, nullable=False, sources=((table, right),)),
    )
