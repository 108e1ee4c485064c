"""Tables of what has landed: files, where they stood, their rows as they were delivered, and standardised."""

from __future__ import annotations

from omni_identity.model.attributes import (
    FACTS_NUMBER,
    FACTS_TEXT,
    LINES_NUMBER,
    LINES_TEXT,
    Vocabulary,
    standardised_types,
    word_of,
)
from omni_identity.model.tables.columns import (
    CHANNEL,
    CONTENT_HASH,
    FEED,
    FILE_NO,
    INTERACTION_ID,
    PATH,
    ROW_NUMBER,
    SOURCE_RECORD_ID,
)
from omni_identity.model.tables.quarantine import QUARANTINED_FILES
from omni_identity.model.tables.table import Column, Pii, Table

_IMPERSONAL = frozenset(
    {*FACTS_TEXT, *FACTS_NUMBER, "kind", "occurred_at", "country"} - {"subject"}
)
_RULES_HASH = Column(
    "rules_hash", "VARCHAR", "Hash of the rules that its rows were standardised by."
)
_FACT = "{}, as it was delivered."
_DATE_ORDERS = {
    "n_dmy": "Dates that can only be day first.",
    "n_mdy": "Dates that can only be month first.",
    "n_dotted_dmy": "Of dates with dots, those that can only be day first.",
    "n_dotted_mdy": "Of dates with dots, those that can only be month first.",
}
CONTACT_KEYS = (
    *(FILE_NO, ROW_NUMBER, CHANNEL, SOURCE_RECORD_ID),
    Column("updated_at", "TIMESTAMP", "When the channel last changed the record (UTC)."),
    Column("is_deleted", "BOOLEAN", "Whether the channel says that it dropped the record."),
)
"""What a landed contact row has beside its values."""

LINES = Table(
    "lines",
    "One row per row of a feed of lines: a line of an order, a cart or a return that another feed delivers.",
    (
        FILE_NO, ROW_NUMBER, CHANNEL, INTERACTION_ID,
        *(Column(name, "VARCHAR", _FACT.format(name)) for name in LINES_TEXT),
        *(Column(name, "DOUBLE", _FACT.format(name)) for name in LINES_NUMBER),
    ),
    ("file_no", "row_number"),
)  # fmt: skip
"""The rows of feeds of lines that kept their contract."""

MESSAGES = Table(
    "messages",
    "One row per landed interaction row in which something was said, or that names who answered.",
    (
        FILE_NO, ROW_NUMBER, CHANNEL,
        Column("text", "VARCHAR", "What was said, as it was delivered; at most 10,000 letters.", "text"),
        Column("agent", "VARCHAR", "Who of the company wrote or spoke.", "personal"),
        Column("bot", "BOOLEAN", "Whether that was a program."),
    ),
    ("file_no", "row_number"),
)  # fmt: skip
"""What was said in landed interactions: it stands beside them, as it is seldom asked for."""

_FIXED = (
    Table(
        "files",
        "One row per content that a feed has delivered: what was read of it, by which mapping.",
        (
            FILE_NO, CHANNEL, FEED, CONTENT_HASH,
            Column("mapping_hash", "VARCHAR", "Hash of what omni.yaml says of the feed, and of the file by its name."),
            Column("row_count", "BIGINT", "Rows of the file."),
            Column("suppressed_count", "BIGINT", "Of these, rows of erased persons."),
            Column("filtered_count", "BIGINT", "Of these, rows that where of omni.yaml keeps out."),
            Column("absent_count", "BIGINT", "Of these, documents without a row of the feed."),
            Column("further_count", "BIGINT", "Of these, further lines or addresses of another row."),
            Column("expired_count", "BIGINT", "Of these, rows that went as older than retention keeps them."),
            Column("is_complete", "BOOLEAN", "Whether the file could be read to its end."),
        ),
        ("file_no",),
    ),
    Table(
        "landings",
        "One row per time that a file came to stand at a path.",
        (
            CHANNEL, FEED, PATH,
            Column("version", "INTEGER", "Numbers the contents of the path, from 1.", nullable=False),
            CONTENT_HASH,
            Column("run_id", "VARCHAR", "The run that found it."),
            Column("landed_at", "TIMESTAMP", "Start of that run (UTC)."),
        ),
        ("channel", "feed", "path", "version"),
    ),
    Table(
        "remembered_files",
        "One row per delivered file: what its disk said of it when its content was last read.",
        (CHANNEL, FEED, PATH, Column("stamp", "VARCHAR", "Size, times and inode."), CONTENT_HASH),
        ("channel", "feed", "path"),
    ),
    Table(
        "quarantined_files",
        QUARANTINED_FILES.comment,
        tuple(PATH if c.name == "file" else c for c in QUARANTINED_FILES.columns),
        ("channel", "feed", "path"),
    ),
    Table(
        "redactions",
        "One row per file out of which an erasure took somebody: what it was, and what it is.",
        (CHANNEL, FEED, Column("original", "VARCHAR", "Keyed hash of the content as it was.", nullable=False),
         CONTENT_HASH),
        ("channel", "feed", "original"),
    ),
    Table(
        "interaction_lines",
        "One row per line of a landed order, cart or return.",
        (
            FILE_NO, ROW_NUMBER, CHANNEL,
            Column("interaction_row", "BIGINT", "The row of landed.interactions whose line it is."),
            Column("line_number", "BIGINT", "Its place among that row's lines, from 1."),
            *(Column(name, "VARCHAR", _FACT.format(name)) for name in LINES_TEXT),
            *(Column(name, "DOUBLE", _FACT.format(name)) for name in LINES_NUMBER),
        ),
        ("file_no", "interaction_row", "line_number"),
    ),
    LINES,
    MESSAGES,
    Table(
        "unread_values",
        "One row per file and attribute: how many of its values could not be read and are null.",
        (FILE_NO, CHANNEL, FEED, Column("attribute", "VARCHAR", "The attribute.", nullable=False),
         Column("value_count", "BIGINT", "How many.")),
        ("file_no", "attribute"),
    ),
    Table(
        "standardising_rules",
        "One row per channel whose contacts are standardised, with the rules by which.",
        (CHANNEL, _RULES_HASH),
        ("channel",),
    ),
    Table(
        "standardised_by",
        "One row: the code and libraries by which all contacts are standardised.",
        (Column("fingerprint", "VARCHAR", "Their fingerprint."),),
        ("fingerprint",),
    ),
    Table(
        "date_order_evidence",
        "One row per landed file with contacts: the dates in it that can be read in one way only.",
        (FILE_NO, *(Column(name, "BIGINT", comment) for name, comment in _DATE_ORDERS.items())),
        ("file_no",),
    ),
    Table(
        "identifier_rules",
        "One row per channel whose interactions' identifiers are standardised, with the rules by which.",
        (CHANNEL, _RULES_HASH),
        ("channel",),
    ),
)  # fmt: skip


def landed_tables(vocabulary: Vocabulary) -> tuple[Table, ...]:
    """Every table of schema ``landed``."""
    own = (
        contacts(vocabulary),
        standardised_contacts(vocabulary),
        interactions(vocabulary),
        _interaction_identifiers(vocabulary),
        _quarantined_rows(vocabulary),
    )
    return tuple(table.within("landed") for table in (*_FIXED, *own))


def contacts(vocabulary: Vocabulary) -> Table:
    """The contact rows that kept their contract."""
    return Table(
        "contacts",
        "One row per contact row that a channel has delivered and that kept its contract.",
        (*CONTACT_KEYS, *_raw(vocabulary.raw_single, "VARCHAR"), *_raw(vocabulary.identifiers, "VARCHAR[]")),
        ("file_no", "row_number"),
    )  # fmt: skip


def standardised_contacts(vocabulary: Vocabulary) -> Table:
    """The same, standardised."""
    words = dict.fromkeys(map(word_of, vocabulary.consents), "VARCHAR")
    values = {**standardised_types(vocabulary), **words}.items()
    return Table(
        "standardised_contacts",
        "One row per landed contact row, its attributes standardised.",
        (*CONTACT_KEYS, *(Column(name, kind, _standardised(name), _pii(name)) for name, kind in values)),
        ("file_no", "row_number"),
    )  # fmt: skip


def interactions(vocabulary: Vocabulary) -> Table:
    """The interaction rows that kept their contract."""
    return Table(
        "interactions",
        "One row per interaction row that a channel has delivered and that kept its contract.",
        (
            FILE_NO, ROW_NUMBER, CHANNEL, INTERACTION_ID,
            Column("source_record_id", "VARCHAR", "The contact that the row names.", "pseudonymous"),
            Column("kind", "VARCHAR", "What happened.", nullable=False),
            Column("occurred_at", "TIMESTAMP", "When it happened (UTC)."),
            Column("is_time_unsure", "BOOLEAN", "Whether its local time occurs twice, as in the night clocks go back."),
            *_raw(vocabulary.identifiers, "VARCHAR[]"),
            *_raw(FACTS_TEXT, "VARCHAR"),
            *_raw(FACTS_NUMBER, "DOUBLE"),
        ),
        ("file_no", "row_number"),
    )  # fmt: skip


def _interaction_identifiers(vocabulary: Vocabulary) -> Table:
    comment = "Every standardised {} of the row."
    values = (
        Column(name, "VARCHAR[]", comment.format(name), "personal")
        for name in vocabulary.identifiers
    )
    return Table(
        "interaction_identifiers",
        "One row per landed interaction row with identifiers, these standardised.",
        (FILE_NO, ROW_NUMBER, *values),
        ("file_no", "row_number"),
    )


def _quarantined_rows(vocabulary: Vocabulary) -> Table:
    return Table(
        "quarantined_rows",
        "One row per row of a landed file that was held back, and per landed file that could not be read.",
        (
            FILE_NO,
            Column("row_number", "BIGINT", "Data row in the file, from 1; null of the file itself."),
            CHANNEL, FEED,
            Column("quarantine_number", "BIGINT", "Numbers the held-back rows of one file.", nullable=False),
            Column("source_record_id", "VARCHAR", "The record, where the row names one.", "pseudonymous"),
            Column("reason_code", "VARCHAR", "Why it was held back.", nullable=False),
            Column("detail", "VARCHAR", "The reason in words, without personal data."),
            Column("payload", "VARCHAR", "The row as it was delivered.", "personal"),
            Column("updated_at", "TIMESTAMP", "When the channel last changed the record (UTC)."),
            *_raw(vocabulary.consent_columns, "VARCHAR"),
        ),
        ("file_no", "quarantine_number"),
    )  # fmt: skip


def _raw(names: tuple[str, ...], kind: str) -> tuple[Column, ...]:
    return tuple(Column(name, kind, _FACT.format(name), _pii(name)) for name in names)


def _pii(name: str) -> Pii:
    return "none" if name in _IMPERSONAL or name.startswith("consent_") else "personal"


def _standardised(name: str) -> str:
    """What a standardised column says."""
    if name == "placeholders":
        return "Attributes whose value was a placeholder, such as N/A, and became null."
    if name == "invalid":
        return "Attributes whose value could not be what it says, and became null."
    if name.endswith("_key"):
        return f"{name.removesuffix('_key')} reduced to what is compared."
    if name.startswith("word_"):
        return f"The word in which {name.removeprefix('word_')} was said; null where nothing was."
    if name == "first_name_canonical":
        return "The given name behind a nickname."
    return f"{name}, standardised."
