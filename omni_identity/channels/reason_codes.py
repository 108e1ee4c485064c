"""Reason codes: why a row or a file is held back, what that means, and how to mend it, in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

EMPTY_FILE = "empty_file"
"""The file has no bytes, or none but a byte order mark and blank lines."""
UNREADABLE_FILE = "unreadable_file"
"""The file as a whole cannot be read: not what its suffix says, or a needed column is missing."""
TRUNCATED_FILE = "truncated_file"
"""The file breaks off or is damaged: what came before was taken."""
MISSING_COLUMN = "missing_column"
"""The file lacks a column that ``omni.yaml`` names, or has it twice."""
INACCESSIBLE_FILE = "inaccessible_file"
"""The system does not give the file out: no right, gone, a fault of the disk, no file at all."""
CHANGED_FILE = "changed_file"
"""The file was changed while it was read."""
LINK_OUT_OF_HOME = "link_out_of_home"
"""A link leads out of the home, and ``follow_links`` does not allow it."""
UNUSABLE_NAME = "unusable_name"
"""The file's name is not UTF-8."""
UNREACHABLE_SOURCE = "unreachable_source"
"""The object store or database that a feed is fetched from did not give it out."""
HOLDS_ERASED_ROWS = "holds_erased_rows"
"""The file holds rows of an erased person and could not be rewritten without them."""
UNCLOSED_QUOTE = "unclosed_quote"
"""A quotation mark opens in this line and does not close where a field ends."""
WRONG_FIELD_COUNT = "wrong_field_count"
"""The row has more or fewer fields than the header."""
BELOW_THE_TABLE = "below_the_table"
"""Lines at the very end that are no rows but a total, a count or when the file was made."""
UNDECODABLE_BYTES = "undecodable_bytes"
"""The row holds bytes that are no text in the file's encoding."""
INVALID_JSON = "invalid_json"
"""The line is not a JSON object."""
MISSING_RECORD_ID = "missing_record_id"
"""A contact without a record ID."""
MISSING_INTERACTION_ID = "missing_interaction_id"
"""An interaction without an ID."""
AMBIGUOUS_RECORD_ID = "ambiguous_record_id"
"""A contact whose ID another row of its file has, which is somebody else."""
AMBIGUOUS_INTERACTION_ID = "ambiguous_interaction_id"
"""An interaction whose ID another row of its file has, which is another interaction."""
MISSING_PRODUCT = "missing_product"
"""A catalogue row that does not say of which product."""
MISSING_KIND = "missing_kind"
"""An interaction that does not say what it is."""
VALUE_TOO_LONG = "value_too_long"
"""A value of more than 1,000 characters, or a row of more than a mebibyte."""
UNPARSABLE_DATE = "unparsable_date"
"""A date or time that is none."""
UNPARSABLE_FLAG = "unparsable_flag"
"""A deleted flag that says neither yes nor no."""
UNPARSABLE_NUMBER = "unparsable_number"
"""A number that is none."""
MALFORMED_EMAIL = "malformed_email"
"""An e-mail field that holds a paragraph, or an address of more than 254 characters."""
TIME_IN_FUTURE = "time_in_future"
"""An interaction that has not happened yet."""

PRIORITY = (
    EMPTY_FILE,
    UNREADABLE_FILE,
    TRUNCATED_FILE,
    MISSING_COLUMN,
    UNCLOSED_QUOTE,
    WRONG_FIELD_COUNT,
    BELOW_THE_TABLE,
    UNDECODABLE_BYTES,
    INVALID_JSON,
    MISSING_RECORD_ID,
    MISSING_INTERACTION_ID,
    MISSING_PRODUCT,
    AMBIGUOUS_RECORD_ID,
    AMBIGUOUS_INTERACTION_ID,
    MISSING_KIND,
    VALUE_TOO_LONG,
    UNPARSABLE_DATE,
    UNPARSABLE_FLAG,
    UNPARSABLE_NUMBER,
    MALFORMED_EMAIL,
    TIME_IN_FUTURE,
)
"""All reason codes; of several breaches the first in this order is the row's reason."""


@dataclass(frozen=True)
class Reason:
    """What a reason code means, and what to do about it: sentences.

    ``keys``: the keys of a feed in ``omni.yaml`` whose columns are concerned, where the reason alone tells.
    """

    meaning: str
    mend: str
    keys: tuple[str, ...] = ()


_ID = "If another column tells one row from another, name that one; an ID may be made of several: `{key}: [a, b]`."
_QUOTES = (
    "a field that holds a delimiter, a line break or a quotation mark stands in quotation marks,"
    " and a quotation mark in it is doubled"
)

REASONS: Mapping[str, Reason] = {
    EMPTY_FILE: Reason(
        "The file has no content.",
        "Deliver it again with its content, or take it out of the folder.",
    ),
    UNREADABLE_FILE: Reason(
        "The file as a whole cannot be read: it is not what its suffix says, or lacks a column without which no row"
        " can be taken.",
        "Deliver it again in a form that can be read, or take it out of the folder.",
    ),
    TRUNCATED_FILE: Reason(
        "The file breaks off, or is damaged from some place on.",
        "Its rows before the damage were taken. Deliver it again, whole.",
    ),
    MISSING_COLUMN: Reason(
        "The file lacks a column that omni.yaml names, or has it twice.",
        "Give the column its former name, or name the new one in omni.yaml.",
    ),
    INACCESSIBLE_FILE: Reason(
        "The system does not give the file out.",
        "Make it readable for the user that runs omni; the next run reads it again.",
    ),
    CHANGED_FILE: Reason(
        "The file was changed while it was read.",
        "The next run reads it again; deliver files under another name and rename them when they are whole.",
    ),
    LINK_OUT_OF_HOME: Reason(
        "A link leads out of the home, and `follow_links` does not allow it.",
        "Put the file itself there, or allow links with `follow_links: true` in omni.yaml.",
    ),
    UNUSABLE_NAME: Reason("The file's name is not UTF-8.", "Rename it."),
    UNREACHABLE_SOURCE: Reason(
        "The object store or database that the feed is fetched from did not give it out.",
        "Look whether it is up, and whether the environment holds the right credentials; what was fetched before"
        " stays, and the next run tries again.",
    ),
    HOLDS_ERASED_ROWS: Reason(
        "The file holds rows of an erased person and could not be rewritten without them.",
        "Make the file and its folder writable, or take the person's rows out by hand; every run tries it again,"
        " and meanwhile these rows are kept out.",
    ),
    UNCLOSED_QUOTE: Reason(
        "A quotation mark opens in the line and does not close where a field ends.",
        f"Have the channel export it as CSV is written: {_QUOTES}. Or deliver JSON Lines or Parquet.",
    ),
    WRONG_FIELD_COUNT: Reason(
        "The row has more or fewer fields than the header.",
        f"Most often a text holds the delimiter unquoted: {_QUOTES}. If every row is concerned, `delimiter` in"
        " omni.yaml names another than the file's.",
    ),
    BELOW_THE_TABLE: Reason(
        "The line stands at the very end of the file and is no row: a total, a count, or when the file was made.",
        "There is nothing to mend. To be rid of it, have the channel export the table alone.",
    ),
    UNDECODABLE_BYTES: Reason(
        "The row holds bytes that are no text in the file's encoding.",
        "Name the encoding that the channel writes, as in `encoding: cp1252`, or have it write UTF-8.",
    ),
    INVALID_JSON: Reason(
        "The line is not a JSON object.",
        "Have the channel write one whole JSON object a line; a line that was cut off is delivered again, whole.",
    ),
    MISSING_RECORD_ID: Reason(
        "The contact has no ID: its column is empty, or holds a word that stands for nothing.",
        f"Have the channel fill it. {_ID.format(key='record_id')}",
        ("record_id",),
    ),
    MISSING_INTERACTION_ID: Reason(
        "The interaction has no ID: its column is empty, or holds a word that stands for nothing.",
        f"Have the channel fill it. {_ID.format(key='interaction_id')}",
        ("interaction_id",),
    ),
    AMBIGUOUS_RECORD_ID: Reason(
        "Rows of one file have the same record ID and are different people: neither their names nor an e-mail or a"
        " phone number agree. Which of them the record is, nobody can tell.",
        "If the ID is unique only together with another column, name both: `record_id: [shop, number]`, and `contact`"
        " alike. If they are versions of one record, name under `updated_at` the column that says which is newer.",
        ("record_id",),
    ),
    AMBIGUOUS_INTERACTION_ID: Reason(
        "Rows of one file have the same interaction ID and differ in their kind, time or contact.",
        "Name several columns that make one ID, as `interaction_id: [session, number]`. If they are lines of one"
        " order, say `one_per`; if they are versions of one interaction, `occurred_at` must be when it happened, not"
        " when it changed.",
        ("interaction_id",),
    ),
    MISSING_PRODUCT: Reason(
        "The row of the catalogue does not say of which product it is.",
        "Have the channel fill it, or name the right column under `mapping: {product_id: ...}`.",
        ("product_id",),
    ),
    MISSING_KIND: Reason(
        "The interaction does not say what it is: the column of `kind` is empty, or holds no letter.",
        "If all rows of the feed are of one kind, say so in omni.yaml: `kind: {value: order}`. If another column"
        " says it, name that one. If these rows are none of the feed's, keep them out with `where`.",
        ("kind",),
    ),
    VALUE_TOO_LONG: Reason(
        "A value has more than 1,000 characters, or the row more than a mebibyte.",
        "Look whether the mapping names a column of notes or of embedded documents by mistake; else have the channel"
        " shorten it. A row of many lines has a quotation mark that does not close.",
    ),
    UNPARSABLE_DATE: Reason(
        "A date or time is none, or is of no form that is known.",
        "Look whether the mapping names the right column, and whether `date_order` (dmy, mdy, ymd) is the file's;"
        " else have the channel write ISO 8601, as 2026-03-01T09:30:00Z.",
    ),
    UNPARSABLE_FLAG: Reason(
        "The deleted flag says neither yes nor no.",
        "Have the channel write true or false, or the date of the deletion; or name the right column under `deleted`.",
        ("deleted",),
    ),
    UNPARSABLE_NUMBER: Reason(
        "A price or a stock of the catalogue is no number.",
        "Look whether the mapping names the right column; else have the channel write plain numbers, as 1234.50, the"
        " currency in a column of its own.",
        ("price", "stock"),
    ),
    MALFORMED_EMAIL: Reason(
        "A field for e-mails holds a paragraph, or an address of more than 254 characters, and nothing else says whose"
        " the row is. A contact with a name or another identifier stays, without that value.",
        "Look whether the mapping names a column of notes for `email`; else have the channel put one address, or"
        " several parted by semicolons, into it.",
        ("email",),
    ),
    TIME_IN_FUTURE: Reason(
        "The interaction claims to happen more than a day after the run.",
        "Look whether `date_order` and `timezone` are the channel's, and whether its clock is right; what is planned,"
        " and has not happened, is none of the feed's: keep it out with `where`.",
        ("occurred_at",),
    ),
}
"""Every reason code, in words."""

OTHER = Reason(
    "A reason that this version does not know: another version has written it.",
    "The next run that reads the file again says it anew.",
)


def reason_for(reason_code: str) -> Reason:
    """The words of a reason code; ``OTHER`` for one that is unknown."""
    return REASONS.get(reason_code, OTHER)
