"""Contact rows: raw columns to canonical ones, and what the contract wants to know about them."""

from __future__ import annotations

import polars as pl

from omni_identity.channels.column_sources import Source
from omni_identity.channels.contracts import (
    PROSE,
    dateless,
    first_long,
    without_placeholder,
    without_prose,
)
from omni_identity.channels.date_orders import FileDateOrder
from omni_identity.channels.feeds import ContactsFeed
from omni_identity.channels.mapped_columns import many, single
from omni_identity.channels.row_ids import row_ids
from omni_identity.channels.timestamps import is_no_date
from omni_identity.channels.written_ids import count_from_zero, guest_ids, stand_for_guests
from omni_identity.model.attributes import NAME_ATTRIBUTES, Vocabulary
from omni_identity.model.placeholders import PLACEHOLDER_WORDS

_YES = frozenset(
    [
        *("1", "1.0", "true", "t", "yes", "y", "on", "x", "ja", "j", "oui", "si", "sí"),
        *("deleted", "removed", "erased", "closed"),
    ]
)
_NO = PLACEHOLDER_WORDS | frozenset(
    ["0", "0.0", "false", "f", "no", "n", "off", "nein", "non", "active", "open"]
)
_WHO_A_GUEST_IS = (
    *NAME_ATTRIBUTES,
    *("email", "phone", "whatsapp", "telegram", "instagram", "facebook"),
)


class ContactRows:
    """Turns the raw rows of one contacts file into canonical ones, batch after batch."""

    def __init__(self, feed: ContactsFeed, vocabulary: Vocabulary, country: str | None) -> None:
        self._feed = feed
        self._vocabulary = vocabulary
        self._order = FileDateOrder(feed.date_order, country)
        self._identity = [
            name
            for name in (*NAME_ATTRIBUTES, "birth_date", *vocabulary.identifiers)
            if name in feed.mapping and name != "phone"
        ]
        self._has_record = False
        self._counts_from_zero = False

    def canonical(self, raw: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The canonical rows, and the findings for ``ContactContract``."""
        feed, words = self._feed, self._vocabulary
        rows = raw.select(
            "row_number",
            row_ids(raw, feed.record_id).alias("source_record_id"),
            single(raw, _one(feed.updated_at)).alias("updated_at_text"),
            single(raw, _one(feed.deleted)).alias("deleted_text"),
            *(single(raw, feed.mapping.get(name, ())).alias(name) for name in words.raw_single),
            *(many(raw, feed.mapping.get(name, ())).alias(name) for name in words.identifiers),
        )
        rows = rows.with_columns(_record_ids(rows, self._zero_is_an_id(rows)))
        updated_at = self._times(rows["updated_at_text"])
        is_deleted = self._flags(rows["deleted_text"])
        emails, has_prose = without_prose(rows["email"])
        findings = self._findings(rows, updated_at, is_deleted, has_prose)
        is_text = dateless("birth_date").is_not_null()
        birth_dates = pl.when(is_text).then(pl.lit(PROSE)).otherwise("birth_date")
        canonical = (
            rows.with_columns(emails, birth_dates.alias("birth_date"))
            .drop("updated_at_text", "deleted_text")
            .insert_column(2, updated_at.alias("updated_at"))
        )
        return canonical.insert_column(3, is_deleted.fill_null(False).alias("is_deleted")), findings

    def _zero_is_an_id(self, rows: pl.DataFrame) -> bool:
        """As the feed says; else as the first rows of the file look, which are all in its first batch."""
        if self._feed.zero_is_an_id is not None:
            return self._feed.zero_is_an_id
        if len(rows) and rows["row_number"][0] == 1:
            self._counts_from_zero = count_from_zero(rows["source_record_id"])
        return self._counts_from_zero

    def further(self, rows: pl.DataFrame) -> pl.Series:
        """Which rows are further addresses of the record above: they have no ID, and nothing that says who it is.

        Asked of batch after batch, in the order of the file. A phone number belongs to an address too.
        """
        has_id = rows["source_record_id"].is_not_null()
        nobody = pl.Series([False]).new_from_index(0, len(rows))
        if has_id.all() or not self._identity:
            self._has_record |= bool(has_id.any())
            return nobody
        before = has_id.cast(pl.Int8).cum_max().shift(1, fill_value=0).cast(pl.Boolean)
        is_below = before | self._has_record
        self._has_record |= bool(has_id.any())
        is_silent = rows.select(
            pl.all_horizontal(pl.col(name).is_null() for name in self._identity)
        ).to_series()
        return ~has_id & is_below & is_silent

    def _times(self, texts: pl.Series) -> pl.Series:
        return self._order.times(texts, self._feed.timezone)

    def _flags(self, texts: pl.Series) -> pl.Series:
        """True, false, or null for what says neither; a date says when it was deleted."""
        text, word = pl.col("t"), pl.col("t").str.to_lowercase()
        flags = texts.to_frame("t").select(
            (text.is_null() | word.is_in(sorted(_NO)) | is_no_date(text)).alias("no"),
            word.is_in(sorted(_YES)).alias("yes"),
        )
        unclear = (
            texts.to_frame("t").select(pl.when(~(flags["no"] | flags["yes"])).then("t")).to_series()
        )
        if unclear.null_count() < len(texts):
            is_date = self._times(unclear).is_not_null()
            flags = flags.with_columns(pl.col("yes") | is_date)
        return flags.select(pl.when("yes").then(True).when("no").then(False)).to_series()

    def _findings(
        self,
        rows: pl.DataFrame,
        updated_at: pl.Series,
        is_deleted: pl.Series,
        has_prose: pl.Series,
    ) -> pl.DataFrame:
        mapping, words = self._feed.mapping, self._vocabulary
        dates = ["created_at", *(f"consent_{x}_at" for x in words.consents)]
        changed = without_placeholder("updated_at_text")
        telling = [
            pl.col(n).is_not_null() for n in (*NAME_ATTRIBUTES, *words.identifiers) if n != "email"
        ]
        is_known = pl.any_horizontal(telling)
        is_unknown = ~is_known & (pl.col("email").is_null() | pl.lit(has_prose))
        no_time = changed.is_not_null() & ~is_no_date(changed) & updated_at.is_null()
        return rows.select(
            "row_number",
            "source_record_id",
            first_long(
                rows, ["source_record_id", *(c for c in words.raw_columns if c in mapping)]
            ).alias("long_attribute"),
            pl.coalesce(
                pl.when(no_time).then(pl.lit("updated_at")),
                pl.when(is_unknown).then(dateless("birth_date")),
                *(dateless(name) for name in dates if name in mapping),
            ).alias("dateless_attribute"),
            is_deleted.is_null().alias("has_unreadable_flag"),
            (pl.lit(has_prose) & ~is_known).alias("is_email_prose"),
        )


def _record_ids(rows: pl.DataFrame, zero_is_an_id: bool) -> pl.Series:
    """The channel's IDs, as they are compared; guests, who share one (``0``), have one of their own each.

    Their own is made from their names and addresses; who has none has no ID. ``zero_is_an_id``: 0 is one
    like any other.
    """
    ids = rows["source_record_id"]
    is_guest = stand_for_guests(ids)
    if zero_is_an_id:
        is_guest &= (ids != "0").fill_null(False)
    if not is_guest.any():
        return ids
    guests = rows.filter(is_guest).select(
        pl.concat_str(
            (_text(rows, name).str.to_lowercase() for name in _WHO_A_GUEST_IS),
            separator="|",
            ignore_nulls=True,
        ).replace("", None)
    )
    return ids.clone().scatter(is_guest.arg_true(), guest_ids(guests.to_series()))


def _text(rows: pl.DataFrame, name: str) -> pl.Expr:
    value = pl.col(name)
    return value.list.join(" ") if isinstance(rows.schema[name], pl.List) else value


def _one(column: Source | None) -> tuple[Source, ...]:
    return () if column is None else (column,)
