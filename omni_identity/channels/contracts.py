"""Contracts: what a row must fulfil to be taken, as dataframely schemas, and the reasons if not.

A schema sees a narrow frame of findings about each row, not the row: what is checked is then the
same whatever attributes a deployment declares. Placeholder words ("n/a") count as empty.
"""

from __future__ import annotations

from collections.abc import Iterable

import dataframely as dy
import polars as pl

from omni_identity.channels import reason_codes
from omni_identity.model.placeholders import PLACEHOLDER_WORDS

MAX_VALUE_CHARACTERS = 1_000
MAX_ADDRESS_CHARACTERS = 254
MAX_DATE_CHARACTERS = 80
"""``Thu Jan 05 2023 10:11:12 GMT+0100 (Central European Standard Time)`` has 66."""
MAX_WORDS_WITHOUT_AT = 3
PROSE = "[text]"
"""Stands for a paragraph in a field for e-mails, and a text in one for birth dates, of a contact that something else
identifies: an invalid value."""
_DISPLAY_NAME = r"<[^<>\s@]+@[^<>\s]+>\s*$"


class ContactContract(dy.Schema):
    """A contact: it says who it is, and its dates, flags and e-mail are at least that."""

    row_number = dy.Int64(nullable=False)
    source_record_id = dy.String(nullable=True)
    long_attribute = dy.String(nullable=True)
    dateless_attribute = dy.String(nullable=True)
    has_unreadable_flag = dy.Bool(nullable=False)
    is_email_prose = dy.Bool(nullable=False)

    @dy.rule()
    def missing_record_id(cls) -> pl.Expr:
        """The record has an ID."""
        return pl.col("source_record_id").is_not_null()

    @dy.rule()
    def value_too_long(cls) -> pl.Expr:
        """No value is overlong."""
        return pl.col("long_attribute").is_null()

    @dy.rule()
    def unparsable_date(cls) -> pl.Expr:
        """Dates are dates; the birth date need not be one of whoever is known by anything else."""
        return pl.col("dateless_attribute").is_null()

    @dy.rule()
    def unparsable_flag(cls) -> pl.Expr:
        """The deleted flag says yes or no."""
        return ~pl.col("has_unreadable_flag")

    @dy.rule()
    def malformed_email(cls) -> pl.Expr:
        """Whoever is known by an e-mail field alone has an address in it, not prose."""
        return ~pl.col("is_email_prose")


class InteractionContract(dy.Schema):
    """An interaction: it says which, what and when. Facts that cannot be read are null and no breach."""

    row_number = dy.Int64(nullable=False)
    interaction_id = dy.String(nullable=True)
    kind = dy.String(nullable=True)
    long_attribute = dy.String(nullable=True)
    dateless_attribute = dy.String(nullable=True)
    has_email_prose = dy.Bool(nullable=False)
    is_in_future = dy.Bool(nullable=False)

    @dy.rule()
    def missing_interaction_id(cls) -> pl.Expr:
        """The interaction has an ID."""
        return pl.col("interaction_id").is_not_null()

    @dy.rule()
    def missing_kind(cls) -> pl.Expr:
        """The interaction says what it is."""
        return pl.col("kind").is_not_null()

    @dy.rule()
    def value_too_long(cls) -> pl.Expr:
        """No value is overlong."""
        return pl.col("long_attribute").is_null()

    @dy.rule()
    def unparsable_date(cls) -> pl.Expr:
        """Dates are dates."""
        return pl.col("dateless_attribute").is_null()

    @dy.rule()
    def malformed_email(cls) -> pl.Expr:
        """E-mail fields hold addresses, not prose."""
        return ~pl.col("has_email_prose")

    @dy.rule()
    def time_in_future(cls) -> pl.Expr:
        """It has happened."""
        return ~pl.col("is_in_future")


class LineContract(dy.Schema):
    """A line: it says of which interaction it is. Facts that cannot be read are null and no breach."""

    row_number = dy.Int64(nullable=False)
    interaction_id = dy.String(nullable=True)
    long_attribute = dy.String(nullable=True)

    @dy.rule()
    def missing_interaction_id(cls) -> pl.Expr:
        """The interaction has an ID."""
        return pl.col("interaction_id").is_not_null()

    @dy.rule()
    def value_too_long(cls) -> pl.Expr:
        """No value is overlong."""
        return pl.col("long_attribute").is_null()


_DETAILS = {
    reason_codes.MISSING_RECORD_ID: pl.lit("no record ID"),
    reason_codes.MISSING_INTERACTION_ID: pl.lit("no interaction ID"),
    reason_codes.MISSING_KIND: pl.lit("no kind"),
    reason_codes.VALUE_TOO_LONG: pl.format(
        "{} has more than {} characters", "long_attribute", pl.lit(MAX_VALUE_CHARACTERS)
    ),
    reason_codes.UNPARSABLE_DATE: pl.format("{} is no date", "dateless_attribute"),
    reason_codes.UNPARSABLE_FLAG: pl.lit("the deleted flag says neither yes nor no"),
    reason_codes.MALFORMED_EMAIL: pl.lit("email holds a text or an overlong address"),
    reason_codes.TIME_IN_FUTURE: pl.lit("occurred_at is in the future"),
}


_BREACHES = {"row_number": pl.Int64, "reason_code": pl.String, "detail": pl.String}


def breaches(contract: type[dy.Schema], findings: pl.DataFrame) -> pl.DataFrame:
    """``row_number, reason_code, detail`` of the rows that break the contract, in their order.

    The reason code is the first by ``reason_codes.PRIORITY``; the detail names all breaches.
    """
    _, failures = contract.filter(findings)
    if not len(failures):
        return pl.DataFrame(schema=_BREACHES)
    details = failures.details()
    rules = [code for code in reason_codes.PRIORITY if code in details.columns]
    broken = [pl.col(code).cast(pl.String) == "invalid" for code in rules]
    return details.select(
        "row_number",
        pl.coalesce(
            pl.when(is_broken).then(pl.lit(code))
            for is_broken, code in zip(broken, rules, strict=True)
        ).alias("reason_code"),
        pl.concat_str(
            [
                pl.when(is_broken).then(_DETAILS[code])
                for is_broken, code in zip(broken, rules, strict=True)
            ],
            separator="; ",
            ignore_nulls=True,
        ).alias("detail"),
    )


def without_placeholder(column: str) -> pl.Expr:
    """The text of a column, null where it is a word that stands for nothing."""
    is_placeholder = pl.col(column).str.to_lowercase().is_in(sorted(PLACEHOLDER_WORDS))
    return pl.when(~is_placeholder).then(column)


def first_long(frame: pl.DataFrame, columns: Iterable[str]) -> pl.Expr:
    """Name of the first attribute with a value of more than ``MAX_VALUE_CHARACTERS``, or null."""
    columns = list(columns)
    is_list = {column: isinstance(frame.schema[column], pl.List) for column in columns}
    texts = (pl.col(c).explode() if is_list[c] else pl.col(c) for c in columns)
    # bytes are at least as many as characters, and free to count
    longest = frame.select(text.str.len_bytes().max() for text in texts).row(0)
    found = []
    for column, byte_count in zip(columns, longest, strict=True):
        if (byte_count or 0) > MAX_VALUE_CHARACTERS:
            value, count = pl.col(column), pl.element().str.len_chars()
            lengths = (
                value.list.eval(count).list.max() if is_list[column] else value.str.len_chars()
            )
            found.append(pl.when(lengths > MAX_VALUE_CHARACTERS).then(pl.lit(column)))
    return pl.coalesce(found) if found else pl.lit(None, dtype=pl.String)


def dateless(column: str) -> pl.Expr:
    """The column's name where it holds something with no date in it: no digit, or a long text."""
    text = without_placeholder(column)
    is_none = ~text.str.contains(r"\p{N}") | (text.str.len_chars() > MAX_DATE_CHARACTERS)
    return pl.when(is_none).then(pl.lit(column))


def has_prose(emails: pl.Series) -> pl.Series:
    """Whether one of a row's e-mail values is a paragraph or holds an overlong address.

    A paragraph has more than ``MAX_WORDS_WITHOUT_AT`` words without an @, unless it is a display
    name with its address in angle brackets. An invalid address alone is no breach.
    """
    return without_prose(emails)[1]


def without_prose(emails: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The lists of e-mail values with ``PROSE`` in the place of paragraphs and overlong addresses, and which rows
    have such (see ``has_prose``)."""
    text = pl.col("email").explode()
    may_be = text.str.contains(r"\s") | (text.str.len_bytes() > MAX_ADDRESS_CHARACTERS)
    if not emails.to_frame("email").select(may_be.any()).item():
        return emails, pl.Series([False]).new_from_index(0, len(emails))
    joined = emails.list.join(" ")
    suspicious = (joined.str.len_bytes() > MAX_ADDRESS_CHARACTERS) | (
        joined.str.count_matches(r"\s\S") > MAX_WORDS_WITHOUT_AT - 1
    )
    suspicious = suspicious.fill_null(False)
    if not suspicious.any():
        return emails, suspicious
    values = emails.filter(suspicious).to_frame("email").with_row_index("i").explode("email")
    words = pl.col("email").str.extract_all(r"[^\s;,]+")
    plain = words.list.eval(pl.element().filter(~pl.element().str.contains("@", literal=True)))
    is_paragraph = (plain.list.len() > MAX_WORDS_WITHOUT_AT) & ~pl.col("email").str.contains(
        _DISPLAY_NAME
    )
    longest = words.list.eval(pl.element().str.len_chars()).list.max()
    is_prose = (is_paragraph | (longest > MAX_ADDRESS_CHARACTERS)).fill_null(False)
    verdict = (
        values.with_columns(is_prose.alias("is_prose"))
        .group_by("i", maintain_order=True)
        .agg(
            pl.when("is_prose").then(pl.lit(PROSE)).otherwise("email").alias("email"),
            pl.col("is_prose").any(),
        )
    )
    rows = suspicious.arg_true()
    places = pl.int_range(len(emails), dtype=pl.UInt32, eager=True).scatter(
        rows, pl.int_range(len(emails), len(emails) + len(rows), dtype=pl.UInt32, eager=True)
    )
    kept = pl.concat([emails, verdict["email"].cast(emails.dtype)]).gather(places)
    return kept, suspicious.scatter(rows, verdict["is_prose"])
