"""Tables of what stewards said: verdicts, what came of them, and erasures."""

from __future__ import annotations

from omni_identity.model.tables.columns import PAIR, RECORD_NO, pair_of
from omni_identity.model.tables.table import Column, Table

_PLACE = (
    Column("file", "VARCHAR", "File in judgements/.", nullable=False),
    Column("row_number", "BIGINT", "Row in the file, from 1; 0 where the file itself is unreadable.",
           nullable=False),
)  # fmt: skip
_ROW_NUMBER = Column("row_number", "BIGINT", "Row in the file, from 1.", nullable=False)
VERDICTS = Table(
    "verdicts",
    "One row per entry of the verdict files that is well-formed and contradicts no other: its history and effect.",
    (
        _PLACE[0],
        _ROW_NUMBER,
        Column("judged_at", "TIMESTAMP", "When it was judged (UTC); null counts as before all others."),
        Column("judgement", "VARCHAR", "same, different, household (two people of one), not_household (two, of two), "
               "wrong_data (a value of the first record), shared (what both have is of several people), unsure or "
               "withdrawn.", nullable=False),
        Column("subject", "VARCHAR", "Of wrong_data the attribute, of shared the identifier; else null."),
        *(
            column
            for side, which in (("l", "first"), ("r", "other"))
            for column in (
                Column(f"channel_{side}", "VARCHAR", f"Channel of the {which} record.", nullable=False),
                Column(f"source_record_id_{side}", "VARCHAR", f"ID of the {which} record.",
                       "pseudonymous", False),
            )
        ),
        Column("judged_by", "VARCHAR", "Who judged.", "personal", masked="pseudonym"),
        Column("reason", "VARCHAR", "Why, in the steward's words.", "personal"),
        Column("is_active", "BOOLEAN", "Whether it is the latest of its pair and no withdrawal.", nullable=False),
        Column("standing", "VARCHAR",
               "applied; dormant while a record is not current; broken by a unique identifier or another verdict; "
               "superseded by a later entry of the pair; withdrawal.", nullable=False,
               sources=(("constraints", "judgement"), ("customers", "record_no"))),
    ),
    ("file", "row_number"),
)  # fmt: skip
REJECTED_VERDICTS = Table(
    "rejected_verdicts",
    "One row per row of the verdict files that does not count, with the reason.",
    (
        *_PLACE,
        Column("reason_code", "VARCHAR", "Why it does not count.", nullable=False),
        Column("detail", "VARCHAR", "The reason in words; of a contradiction, the records that show it.",
               "pseudonymous"),
    ),
    ("file", "row_number"),
)  # fmt: skip


ERASURES = Table(
    "erasures",
    "One row per erased person: when, by whom, why. Of the person only the golden ID stays; it leads nowhere.",
    (
        Column("erasure_id", "VARCHAR", "The erasure.", nullable=False),
        Column("requested_at", "TIMESTAMP", "When it was requested (UTC).", nullable=False),
        Column("completed_at", "TIMESTAMP", "When nothing was left to be done (UTC).", nullable=False),
        Column("golden_id", "VARCHAR", "The customer that was erased; null where the records had none.",
               "pseudonymous"),
        Column("record_count", "BIGINT", "Source records that were erased.", nullable=False),
        Column("requested_by", "VARCHAR", "Who erased.", "personal", masked="pseudonym"),
        Column("reason", "VARCHAR", "Why, in their words.", "personal"),
    ),
    ("erasure_id",),
)  # fmt: skip

_JUDGED = (
    *pair_of("source_records"),
    Column("judgement", "VARCHAR", "same or different.", nullable=False),
)
CONSTRAINTS = Table(
    "constraints",
    "One row per pair of current records that a steward's verdict holds together or apart.",
    *(_JUDGED, PAIR, (), "derived"),
)
VERDICT_TABLES = (
    CONSTRAINTS,
    Table(
        "wrong_values",
        "One row per record and attribute whose value a steward has called wrong: linkage leaves it aside.",
        (RECORD_NO, Column("attribute", "VARCHAR", "The attribute.", nullable=False)),
        *(("record_no", "attribute"), (), "derived"),
    ),
    Table(
        "judged_shared_values",
        "One row per two records and value of an identifier that a steward has called one of several people.",
        (
            *pair_of("source_records"),
            Column("identifier", "VARCHAR", "The identifier.", nullable=False),
            Column("value", "VARCHAR", "The value, as linkage sees it.", "personal", False),
        ),
        *((*PAIR, "identifier", "value"), (), "derived"),
    ),
    Table(
        "applied_constraints",
        "One row per pair that the components in place were made with.",
        *(_JUDGED, PAIR, (), "derived"),
    ),
    Table(
        "broken_verdicts",
        "One row per verdict of same that a unique identifier, or another verdict, stands against.",
        (*_JUDGED[:2], Column("identifier", "VARCHAR", "The unique identifier; null: a verdict.")),
        *(PAIR, (), "derived"),
    ),
    Table(
        "verdict_entries",
        "One row per entry of the verdict files about records that are known.",
        (
            *VERDICTS.without("is_active", "standing"),
            *_JUDGED[:2],
            Column("state", "VARCHAR", "active, superseded or withdrawal.", nullable=False),
        ),
        *(("file", "row_number"), (), "derived"),
    ),
)
"""The tables of verdicts that a run derives and does not publish."""
