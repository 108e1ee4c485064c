"""Interaction rows: raw columns to canonical ones, and what the contract wants to know of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import polars as pl

from omni_identity.channels.contracts import (
    MAX_VALUE_CHARACTERS,
    first_long,
    has_prose,
    without_placeholder,
)
from omni_identity.channels.date_orders import FileDateOrder
from omni_identity.channels.feeds import InteractionsFeed
from omni_identity.channels.mapped_columns import many, single
from omni_identity.channels.message_texts import message_columns
from omni_identity.channels.numbers import parse_numbers
from omni_identity.channels.row_ids import row_ids
from omni_identity.channels.settings_checks import in_snake_case
from omni_identity.channels.written_ids import known_ids, without_guests
from omni_identity.model.attributes import FACTS, FACTS_NUMBER, FACTS_TEXT, Vocabulary

JOINED_BY = ("order_id", "cart_id", "ticket_id", "conversation_id", "reference_id")
"""Facts that name other interactions, or what they are about."""
CLOCK_TOLERANCE = timedelta(days=1)
"""How far ahead of ``now`` a channel's clock may be."""


class InteractionRows:
    """Turns the raw rows of one interactions file into canonical ones, batch after batch."""

    def __init__(
        self, feed: InteractionsFeed, vocabulary: Vocabulary, country: str | None, now: datetime
    ) -> None:
        self._feed = feed
        self._vocabulary = vocabulary
        self._order = FileDateOrder(feed.date_order, country)
        self._latest = now + CLOCK_TOLERANCE
        self._kinds = {in_snake_case(word): kind for word, kind in feed.kinds.items()} | feed.kinds

    def canonical(self, raw: pl.DataFrame) -> CanonicalInteractions:
        """The canonical rows of a batch, with what the contract wants to know of them."""
        feed = self._feed
        rows = raw.select(
            "row_number",
            row_ids(raw, feed.interaction_id).alias("interaction_id"),
            row_ids(raw, feed.contact or ()).alias("source_record_id"),
            single(raw, [feed.kind]).alias("kind"),
            single(raw, feed.occurred_at).alias("occurred_at"),
            *(many(raw, feed.mapping.get(n, ())).alias(n) for n in self._vocabulary.identifiers),
            *(single(raw, feed.mapping.get(n, ())).alias(n) for n in FACTS),
            *message_columns(raw, feed),
        )
        rows = rows.with_columns(
            without_guests(rows["source_record_id"]),
            *(known_ids(rows[name]) for name in JOINED_BY),
            *(without_placeholder(name) for name in ("kind", *FACTS_NUMBER)),
        )
        times = rows["occurred_at"]
        instants = self._order.times(times, feed.timezone)
        unsure = self._order.are_unsure(times, instants, feed.timezone)
        typed = rows.with_columns(
            self._canonical_kinds(rows["kind"]),
            instants.alias("occurred_at"),
            unsure.alias("is_time_unsure"),
            *(parse_numbers(rows[name]).alias(name) for name in FACTS_NUMBER),
            *_without_long(rows, [name for name in FACTS_TEXT if name in feed.mapping]),
        )
        unread = {
            name: lost
            for name in FACTS
            if name in feed.mapping and (lost := typed[name].null_count() - rows[name].null_count())
        }
        is_misread = times.is_not_null() & instants.is_null()
        lacks = (rows["kind"].is_null() | times.is_null()) & ~is_misread
        return CanonicalInteractions(typed, self._findings(rows, typed), lacks, unread)

    def _canonical_kinds(self, words: pl.Series) -> pl.Series:
        """Each distinct word once: by the channel's ``kinds``, else in lower snake case."""
        distinct = words.drop_nulls().unique().sort().to_list()
        kinds = [
            self._kinds.get(w) or self._kinds.get(s := in_snake_case(w)) or s for w in distinct
        ]
        kinds_or_null = [kind or None for kind in kinds]  # "!?" has no letters: it says nothing
        return words.replace_strict(distinct, kinds_or_null, default=None, return_dtype=pl.String)

    def _findings(self, rows: pl.DataFrame, typed: pl.DataFrame) -> pl.DataFrame:
        names = [name for name in self._vocabulary.identifiers if name in self._feed.mapping]
        return typed.select(
            "row_number",
            "interaction_id",
            "kind",
            first_long(rows, ["interaction_id", "source_record_id", "kind", *names]).alias(
                "long_attribute"
            ),
            pl.when(pl.col("occurred_at").is_null())
            .then(pl.lit("occurred_at"))
            .alias("dateless_attribute"),
            has_prose(typed["email"]).alias("has_email_prose"),
            (pl.col("occurred_at") > self._latest).fill_null(False).alias("is_in_future"),
        )


@dataclass(frozen=True)
class CanonicalInteractions:
    """Interactions in canonical columns. ``findings`` are for ``InteractionContract``.

    ``lacks``: which rows have an empty kind or time. ``unread`` counts, by fact, what could not be read and
    is null now.
    """

    rows: pl.DataFrame
    findings: pl.DataFrame
    lacks: pl.Series
    unread: dict[str, int]


def _without_long(rows: pl.DataFrame, names: Sequence[str]) -> list[pl.Series]:
    """These columns without texts that are too long for a value."""
    kept = []
    for name in names:
        texts = rows[name]
        if not (texts.str.len_bytes() > MAX_VALUE_CHARACTERS).any():
            continue
        is_short = texts.str.len_chars() <= MAX_VALUE_CHARACTERS
        kept.append(rows.select(pl.when(is_short).then(pl.col(name)).alias(name)).to_series())
    return kept
