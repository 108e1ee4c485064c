"""Reason codes: why a row is held back, the first that applies standing for the row."""

from __future__ import annotations

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
    MISSING_KIND,
    VALUE_TOO_LONG,
    UNPARSABLE_DATE,
    UNPARSABLE_FLAG,
    UNPARSABLE_NUMBER,
    MALFORMED_EMAIL,
    TIME_IN_FUTURE,
)
"""All reason codes; of several breaches the first in this order is the row's reason."""
