"""Readers: a delivery's rows as canonical columns, each checked against its contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import dataframely as dy
import polars as pl

from omni_identity.channels.batches import PAYLOAD_CHARACTERS, Batch, RawBatch, quarantine
from omni_identity.channels.configuration import Channel
from omni_identity.channels.contacts import ContactRows
from omni_identity.channels.contracts import ContactContract, InteractionContract, breaches
from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.interactions import InteractionRows
from omni_identity.channels.quotations import Quotations
from omni_identity.channels.quoted_files import marked_payloads
from omni_identity.channels.raw_rows import read_raw_rows
from omni_identity.channels.suppression import Suppression
from omni_identity.model.attributes import CONSENT, Vocabulary

BATCH_ROWS = 200_000


def read_contacts(
    delivery: Delivery,
    channel: Channel,
    vocabulary: Vocabulary,
    batch_rows: int = BATCH_ROWS,
    suppression: Suppression | None = None,
) -> Iterator[Batch]:
    """Contacts of one file, in file order; memory is bounded by the batch.

    ``accepted``: ``row_number`` (from 1, the header not counted), ``source_record_id``,
    ``updated_at`` (naive UTC, null when the file gives none), ``is_deleted``, then
    ``vocabulary.raw_columns``: texts as they came but trimmed, "" as null; identifiers as lists,
    never empty. ``quarantined``: ``QUARANTINE_SCHEMA``, and for rows that could be read
    ``updated_at`` and the consents with their times, as they came. A file whose content cannot be read is one
    quarantined row without a row number. ``suppression``: rows that are kept out, good or broken.
    ``ValueError`` if the channel has no contacts; ``FileFault`` as :func:`read_raw_rows`.
    """
    if channel.contacts is None:
        raise ValueError(f"channel '{channel.name}' has no contacts")
    contacts = ContactRows(channel.contacts, vocabulary, channel.country)
    required = channel.contacts.needed_columns()
    for raw in read_raw_rows(delivery, channel.contacts, required, batch_rows):
        rows, findings = contacts.canonical(raw.rows)
        out = None
        if suppression is not None:
            record = channel.contacts.record_column
            broken = suppression.payloads(_payloads(raw), channel.name, record)
            search = partial(suppression.payloads, channel=channel.name, record_column=record)
            out = _KeptOut(suppression.contacts(rows, channel.name), broken, search)
        batch = _batch(raw, rows, findings, ContactContract, out)
        yield _marked(batch, suppression)


def read_interactions(
    delivery: Delivery,
    channel: Channel,
    vocabulary: Vocabulary,
    now: datetime,
    suppression: Suppression | None = None,
) -> Iterator[Batch]:
    """Interactions of one file, in file order; memory is bounded by the batch.

    ``now`` is naive UTC: what claims to have happened more than a day later is quarantined.
    ``accepted``: ``row_number``, ``interaction_id``, ``source_record_id`` (of the channel's
    contact, null when unknown), ``kind``, ``occurred_at`` (naive UTC), ``is_time_unsure`` (a clock
    change repeats or skips its local time), ``vocabulary.identifiers`` as lists, then the facts (text, and
    numbers as ``Float64``). Else as ``read_contacts``.
    """
    if channel.interactions is None:
        raise ValueError(f"channel '{channel.name}' has no interactions")
    feed = channel.interactions
    interactions = InteractionRows(feed, vocabulary, channel.country, now)
    required = feed.needed_columns()
    for raw in read_raw_rows(delivery, feed, required, BATCH_ROWS):
        rows, findings = interactions.canonical(raw.rows)
        out = None
        if suppression is not None:
            record = feed.record_column
            broken = suppression.payloads(_payloads(raw), channel.name, record)
            search = partial(suppression.payloads, channel=channel.name, record_column=record)
            out = _KeptOut(suppression.interactions(rows, channel.name), broken, search)
        batch = _batch(raw, rows, findings, InteractionContract, out)
        yield _marked(batch, suppression)


def _marked(batch: Batch, suppression: Suppression | None) -> Batch:
    """The batch with marks in the place of what its texts quote of erased persons."""
    if suppression is None or not suppression.is_marking:
        return batch
    quotations = Quotations(suppression)
    own = {"source_record_id", "kind"}
    accepted = quotations.marked_frame(batch.accepted, but=own)
    held_back = batch.quarantined
    if held_back.height:
        held_back = held_back.with_columns(
            marked_payloads(held_back[n], quotations)
            for n, kind in held_back.schema.items()
            if kind == pl.String and n not in ("reason_code", "source_record_id")
        )
    return replace(batch, accepted=accepted, quarantined=held_back)


@dataclass(frozen=True)
class _KeptOut:
    """Which rows of a batch, and which of its broken ones, are those of erased persons.

    ``search`` says it of the texts of rows that are held back for other reasons.
    """

    rows: pl.Series
    broken: pl.Series
    search: Callable[[pl.Series], pl.Series]


def _payloads(raw: RawBatch) -> pl.Series:
    """The texts of the broken rows; null for a fault of the file itself."""
    texts = [None if b.row_number is None else b.payload for b in raw.broken]
    return pl.Series("payload", texts, dtype=pl.String)


def _batch(
    raw: RawBatch,
    rows: pl.DataFrame,
    findings: pl.DataFrame,
    contract: type[dy.Schema],
    out: _KeptOut | None,
) -> Batch:
    unread = raw.broken
    suppressed: tuple[int, ...] = ()
    if out is not None:
        marked = list(zip(unread, out.broken, strict=True))
        unread = [b for b, is_out in marked if not is_out]
        unread_numbers = [b.row_number for b, is_out in marked if is_out]
        lost = (n for n in unread_numbers if n is not None)
        suppressed = (*rows.filter(out.rows)["row_number"], *lost)
        rows, findings = rows.filter(~out.rows), findings.filter(~out.rows)
    broken = breaches(contract, findings)
    quarantined = quarantine(unread)
    if len(broken):
        numbers = broken["row_number"]
        payloads = pl.Series("payload", raw.payloads(numbers.to_list()), dtype=pl.String)
        # a refusal counts in a row that is held back too
        kept = [name for name in rows.columns if name == "updated_at" or CONSENT.match(name)]
        held = broken.with_columns(payloads.str.slice(0, PAYLOAD_CHARACTERS)).join(
            rows.select("row_number", "source_record_id", *kept), on="row_number", how="left"
        )
        if out is not None:
            is_out = out.search(held["payload"])
            suppressed = (*suppressed, *held.filter(is_out)["row_number"])
            held = held.filter(~is_out)
        together = pl.concat([quarantined, held], how="diagonal")
        quarantined = together.sort("row_number", nulls_last=True)
        rows = rows.filter(~pl.col("row_number").is_in(numbers.implode()))
    return Batch(rows, quarantined, suppressed)
