"""Readers: a delivery's rows as canonical columns, each checked against its contract."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

import dataframely as dy
import polars as pl

from omni_identity.channels.batches import (
    PAYLOAD_CHARACTERS,
    Batch,
    Broken,
    PassedOver,
    RawBatch,
    quarantine,
)
from omni_identity.channels.configuration import Channel
from omni_identity.channels.contacts import ContactRows
from omni_identity.channels.contracts import (
    ContactContract,
    InteractionContract,
    LineContract,
    breaches,
)
from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.feeds import Feed, InteractionsFeed
from omni_identity.channels.further_lines import FurtherLines
from omni_identity.channels.interaction_lines import (
    Grouped,
    canonical_lines,
    group_rows,
    joined_batches,
    summing,
)
from omni_identity.channels.interactions import InteractionRows
from omni_identity.channels.marked_texts import marked_payloads
from omni_identity.channels.quotations import Quotations
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
    Rows below a record that have no ID and say nothing of who it is are passed over.
    ``ValueError`` if the channel has no contacts; ``FileFault`` as :func:`read_raw_rows`.
    """
    if channel.contacts is None:
        raise ValueError(f"channel '{channel.name}' has no contacts")
    feed = channel.contacts
    contacts = ContactRows(feed, vocabulary, channel.country)
    is_owner_out = False
    # what does not land must not change how the dates of what does are read
    probe = ContactRows(feed, vocabulary, channel.country)
    erased = _erased_of(
        suppression, channel, feed.record_column,
        lambda s, raw: s.contacts(probe.canonical(raw)[0], channel.name),
    )  # fmt: skip
    for raw in read_raw_rows(delivery, feed, feed.needed_columns(), batch_rows):
        rows, findings = contacts.canonical(raw.rows)
        further = contacts.further(rows)
        read = _Read(raw, rows, findings, further)
        if suppression is None or erased is None:
            yield _batch(read, ContactContract, None)
            continue
        is_out = suppression.contacts(rows, channel.name)
        if further.any():
            owners = pl.select(pl.when(~further).then(is_out)).to_series().forward_fill()
            is_out |= owners.fill_null(is_owner_out)
        is_owner_out = bool(is_out[-1]) if len(is_out) else is_owner_out
        batch = _batch(read, ContactContract, replace(erased, rows=is_out))
        yield _marked(batch, suppression)


def read_interactions(
    delivery: Delivery,
    channel: Channel,
    vocabulary: Vocabulary,
    now: datetime,
    suppression: Suppression | None = None,
) -> Iterator[Batch]:
    """Interactions of one file, in file order; memory is bounded by the batch, but for rows of ``one_per``.

    ``now`` is naive UTC: what claims to have happened more than a day later is quarantined.
    ``accepted``: ``row_number``, ``interaction_id``, ``source_record_id`` (of the channel's
    contact, null when unknown), ``kind``, ``occurred_at`` (naive UTC), ``is_time_unsure`` (a clock
    change repeats or skips its local time), ``vocabulary.identifiers`` as lists, then the facts (text, and
    numbers as ``Float64``), null where they cannot be read, then
    those of ``MESSAGE_WORDS`` that are mapped. Rows without a kind or a time of an interaction
    that stands in another row of the file are passed over. Else as ``read_contacts``.
    """
    if channel.interactions is None:
        raise ValueError(f"channel '{channel.name}' has no interactions")
    feed = channel.interactions
    raws = read_raw_rows(delivery, feed, feed.needed_columns(), BATCH_ROWS)
    probe = InteractionRows(feed, vocabulary, channel.country, now)
    erased = _erased_of(
        suppression, channel, feed.record_column,
        lambda s, raw: s.interactions(probe.canonical(raw).rows, channel.name),
    )  # fmt: skip
    if feed.group is None:
        reader = InteractionRows(feed, vocabulary, channel.country, now)
        batches = _one_by_one(raws, reader, erased)
    else:
        reader = InteractionRows(summing(feed), vocabulary, channel.country, now)
        texts = partial(payloads_of, delivery, feed)
        batches = _by_group(raws, feed, reader, erased, texts)
    for batch in batches:
        yield _marked(batch, suppression)


def read_lines(
    delivery: Delivery, channel: Channel, suppression: Suppression | None = None
) -> Iterator[Batch]:
    """Lines of carts, orders and returns of one file, in file order; memory is bounded by the batch.

    ``accepted``: ``row_number``, ``interaction_id``, then ``LINE_WORDS`` (text, and numbers as ``Float64``), null
    where they cannot be read. ``suppression``: lines of interactions of erased persons are kept out. Else as
    ``read_contacts``.
    """
    if channel.lines is None:
        raise ValueError(f"channel '{channel.name}' has no feed of lines")
    feed = channel.lines
    erased = _erased_of(
        suppression, channel, None,
        lambda s, raw: s.named(canonical_lines(raw, feed)[0]["interaction_id"], channel.name),
    )  # fmt: skip
    for raw in read_raw_rows(delivery, feed, feed.needed_columns(), BATCH_ROWS):
        rows, findings, unread = canonical_lines(raw.rows, feed)
        out = None if erased is None else replace(erased, rows=erased.among(raw.rows))
        batch = _batch(_Read(raw, rows, findings), LineContract, out)
        yield _marked(replace(batch, unread=unread), suppression)


def read_rows(
    delivery: Delivery,
    channel: Channel,
    vocabulary: Vocabulary,
    now: datetime,
    suppression: Suppression | None = None,
) -> Iterator[Batch]:
    """The rows of one file of any feed, as the function of its kind has them."""
    if delivery.feed == "contacts":
        return read_contacts(delivery, channel, vocabulary, BATCH_ROWS, suppression)
    if delivery.feed == "lines":
        return read_lines(delivery, channel, suppression)
    return read_interactions(delivery, channel, vocabulary, now, suppression)


def _one_by_one(
    raws: Iterator[RawBatch], reader: InteractionRows, erased: _Erased | None
) -> Iterator[Batch]:
    """Every row is an interaction, or a further line of one."""
    lines = FurtherLines()
    for raw in raws:
        found = reader.canonical(raw.rows)
        is_out = None if erased is None else erased.among(raw.rows)
        waits = lines.take(found.rows, found.findings, found.lacks, is_out)
        rows, findings = found.rows, found.findings
        if waits.any():
            lines.remember(raw, rows.filter(waits)["row_number"].to_list())
            rows, findings = rows.filter(~waits), findings.filter(~waits)
        out = None
        if erased is not None and is_out is not None:
            out = replace(erased, rows=is_out.filter(~waits))
        batch = _batch(_Read(raw, rows, findings), InteractionContract, out)
        yield replace(batch, unread=found.unread)
    settled = lines.settle()
    if settled is not None:
        rows, findings, further, is_out = settled
        nothing = pl.DataFrame(schema={"row_number": pl.Int64()})
        raw = RawBatch(nothing, [], lines.payloads)
        out = None if erased is None else replace(erased, rows=is_out)
        read = _Read(raw, rows.drop("is_out"), findings, further)
        yield _batch(read, InteractionContract, out)


def _by_group(
    raws: Iterator[RawBatch],
    feed: InteractionsFeed,
    reader: InteractionRows,
    erased: _Erased | None,
    texts: Callable[[Sequence[int]], list[str]],
) -> Iterator[Batch]:
    """Rows with the same value of ``one_per`` are an interaction; all of them are read before the first is given."""
    raw = replace(joined_batches(list(raws)), payloads=texts)
    grouped = group_rows(raw.rows, feed)
    found = reader.canonical(grouped.whole)
    out = None
    if erased is not None:
        # one line may name somebody else than the first
        theirs = grouped.owners.filter(erased.among(raw.rows))["interaction_row"].implode()
        out = replace(erased, rows=found.rows["row_number"].is_in(theirs))
    batch = _batch(_Read(raw, found.rows, found.findings), InteractionContract, out)
    yield spread(batch, grouped, found.unread, texts)


def spread(
    batch: Batch,
    grouped: Grouped,
    unread: Mapping[str, int],
    texts: Callable[[Sequence[int]], list[str]],
) -> Batch:
    """The batch of whole interactions with all their rows: held back or kept out together, or counted as lines."""
    owners = grouped.owners.filter(pl.col("row_number") != pl.col("interaction_row"))
    out = pl.Series(batch.suppressed, dtype=pl.Int64)
    kept_out = owners.filter(pl.col("interaction_row").is_in(out.implode()))["row_number"]
    held = owners.join(
        batch.quarantined.drop("payload").rename({"row_number": "interaction_row"}),
        on="interaction_row",
    ).sort("row_number")
    if held.height:
        payloads = pl.Series("payload", texts(held["row_number"].to_list()), dtype=pl.String)
        held = held.with_columns(payloads.str.slice(0, PAYLOAD_CHARACTERS))
    quarantined = batch.quarantined
    if held.height:
        more = held.select(quarantined.columns)
        quarantined = pl.concat([quarantined, more]).sort("row_number", nulls_last=True)
    accepted = batch.accepted["row_number"].implode()
    further = owners["interaction_row"].is_in(accepted).sum()
    return replace(
        batch,
        quarantined=quarantined,
        suppressed=(*batch.suppressed, *kept_out),
        passed_over=batch.passed_over + PassedOver(further=int(further)),
        lines=grouped.lines.filter(pl.col("interaction_row").is_in(accepted)),
        unread=dict(unread) | grouped.unread,
    )


def payloads_of(delivery: Delivery, feed: Feed, numbers: Sequence[int]) -> list[str]:
    """The texts of rows of a file by their numbers, read from the file once more."""
    wanted = pl.Series(numbers, dtype=pl.Int64)
    texts: dict[int, str] = {}
    for raw in read_raw_rows(replace(delivery, is_new=False), feed, (), BATCH_ROWS):
        filtered = [] if raw.filtered is None else [raw.filtered["row_number"]]
        absent = pl.Series(raw.absent, dtype=pl.Int64)
        there = pl.concat([raw.rows["row_number"], *filtered, absent])
        here = there.filter(there.is_in(wanted.implode())).to_list()
        texts |= dict(zip(here, raw.payloads(here), strict=True)) if here else {}
    return [texts.get(number, "") for number in numbers]


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
    lines = None if batch.lines is None else quotations.marked_frame(batch.lines)
    return replace(batch, accepted=accepted, quarantined=held_back, lines=lines)


@dataclass(frozen=True)
class _Read:
    """A batch in canonical columns. ``further``: rows that are no record of their own; None: there are none."""

    raw: RawBatch
    rows: pl.DataFrame
    findings: pl.DataFrame
    further: pl.Series | None = None


@dataclass(frozen=True)
class _Erased:
    """Which rows are those of erased persons: ``search`` says it of texts, ``among`` of rows as the file has them.

    ``rows`` are those of a batch.
    """

    search: Callable[[pl.Series], pl.Series]
    among: Callable[[pl.DataFrame], pl.Series]
    rows: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.Boolean))


def _erased_of(
    suppression: Suppression | None,
    channel: Channel,
    record_column: str | None,
    among: Callable[[Suppression, pl.DataFrame], pl.Series],
) -> _Erased | None:
    """What finds the rows of erased persons in a feed of ``channel``; None where nobody was erased.

    ``record_column`` has the channel's record IDs in the file, if it has any.
    """
    if suppression is None:
        return None
    search = partial(suppression.payloads, channel=channel.name, record_column=record_column)
    return _Erased(search, partial(among, suppression))


def _batch(read: _Read, contract: type[dy.Schema], erased: _Erased | None) -> Batch:
    """Part the rows of a batch: accepted, held back, kept out, passed over."""
    raw, rows, findings = read.raw, read.rows, read.findings
    unread, suppressed = list(raw.broken), list[int]()
    filtered = 0 if raw.filtered is None else raw.filtered.height
    absent, further = len(raw.absent), 0
    if erased is not None:
        unread, out = _parted(unread, erased)
        hidden_filtered, hidden_absent = _hidden(raw, erased)
        suppressed = [*rows.filter(erased.rows)["row_number"], *out]
        suppressed += [*hidden_filtered, *hidden_absent]
        filtered, absent = filtered - len(hidden_filtered), absent - len(hidden_absent)
    is_in = None if erased is None else ~erased.rows
    if read.further is not None:
        kept = read.further if is_in is None else read.further & is_in
        further = int(kept.sum())
        is_in = ~read.further if is_in is None else is_in & ~read.further
    if is_in is not None and not is_in.all():
        rows, findings = rows.filter(is_in), findings.filter(is_in)
    broken = breaches(contract, findings)
    quarantined = quarantine(unread)
    if len(broken):
        numbers = broken["row_number"]
        payloads = pl.Series("payload", raw.payloads(numbers.to_list()), dtype=pl.String)
        # a refusal counts in a row that is held back too
        told = ("source_record_id", "updated_at")
        said = [name for name in rows.columns if name in told or CONSENT.match(name)]
        held = broken.with_columns(payloads.str.slice(0, PAYLOAD_CHARACTERS)).join(
            rows.select("row_number", *said), on="row_number", how="left"
        )
        if erased is not None:
            is_out = erased.search(held["payload"])
            suppressed.extend(held.filter(is_out)["row_number"])
            held = held.filter(~is_out)
        together = pl.concat([quarantined, held], how="diagonal")
        quarantined = together.sort("row_number", nulls_last=True)
        rows = rows.filter(~pl.col("row_number").is_in(numbers.implode()))
    return Batch(rows, quarantined, tuple(suppressed), PassedOver(filtered, absent, further))


def _parted(broken: list[Broken], erased: _Erased) -> tuple[list[Broken], list[int]]:
    """The broken rows of nobody who was erased, and the numbers of the others."""
    # of a fault of the file itself there is no text
    texts = [None if b.row_number is None else b.payload for b in broken]
    marked = list(
        zip(broken, erased.search(pl.Series("payload", texts, dtype=pl.String)), strict=True)
    )
    numbers = [b.row_number for b, is_out in marked if is_out]
    return [b for b, is_out in marked if not is_out], [n for n in numbers if n is not None]


def _hidden(raw: RawBatch, erased: _Erased) -> tuple[list[int], list[int]]:
    """The rows of erased persons among those that do not land: filtered ones, and documents without a row."""
    hidden = []
    filtered, absent = raw.filtered, list(raw.absent)
    numbers = [] if filtered is None else filtered["row_number"].to_list()
    for listed, rows in ((numbers, filtered), (absent, None)):
        if not listed:
            hidden.append(list[int]())
            continue
        is_out = erased.search(pl.Series("payload", raw.payloads(listed), dtype=pl.String))
        if rows is not None:
            is_out |= erased.among(rows)
        hidden.append([n for n, out in zip(listed, is_out, strict=True) if out])
    return hidden[0], hidden[1]
