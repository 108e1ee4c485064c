"""Redaction: delivered files that lost the rows of erased persons, and the contents they had before.

A channel may deliver a file again just as it once was. It is then known by a keyed hash of its
former content, is not taken for new, and loses the same rows again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase

from omni_identity.channels.configuration import Channel, Feed
from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.document_cuts import RowCuts
from omni_identity.channels.file_faults import guarded
from omni_identity.channels.landed_tables import forget_file
from omni_identity.channels.landing_rewrite import Rewrite, prepare_rewrite
from omni_identity.channels.quotations import Quotations
from omni_identity.channels.quoted_files import quoting_parts
from omni_identity.channels.readers import BATCH_ROWS, read_contacts, read_interactions
from omni_identity.channels.suppression import Suppression, keyed_hash
from omni_identity.engines import Engine
from omni_identity.model.attributes import Vocabulary

CONTENT = "content"
"""The kind of keyed hash that stands for a file's former content."""


def former_content(key: bytes, delivery: Delivery) -> str:
    """The keyed hash by which a delivered content that holds erased persons is known."""
    return keyed_hash(key, CONTENT, delivery.content_hash)


def redacted_content(engine: Engine, key: bytes, delivery: Delivery) -> str | None:
    """The content hash without erased persons of a delivery that holds some; None if none is known."""
    found = engine.fetch(
        "select content_hash from landed.redactions"
        " where channel = $channel and feed = $feed and original = $original",
        {
            "channel": delivery.channel,
            "feed": delivery.feed,
            "original": former_content(key, delivery),
        },
    )
    return str(found["content_hash"][0]) if found.height else None


def redacted_originals(engine: Engine, channel: str, feed: str) -> frozenset[str]:
    """The keyed hashes of a feed's contents that are known to hold erased persons."""
    found = engine.fetch(
        "select original from landed.redactions where channel = $channel and feed = $feed",
        {"channel": channel, "feed": feed},
    )
    return frozenset(found["original"])


def change_content(engine: Engine, key: bytes, delivery: Delivery, content_hash: str) -> None:
    """Let the delivered content be known as the one of ``content_hash``, which it is without the erased.

    What was read from it is now the file of that content. If there is one already (two exports may
    differ in the erased person alone), only the erased rows are counted there. Contents that led to
    the delivered one lead to the new one.
    """
    here = {"channel": delivery.channel, "feed": delivery.feed}
    change = {**here, "before": delivery.content_hash, "after": content_hash}
    files = engine.fetch(
        "select file_no, content_hash, suppressed_count from landed.files where channel = $channel"
        " and feed = $feed and content_hash in ($before, $after)",
        change,
    ).rows_by_key("content_hash", named=True)
    twin, mine = (files.get(h, [None])[0] for h in (content_hash, delivery.content_hash))
    if twin is not None and mine is not None and twin != mine:
        engine.run(
            "update landed.files set row_count = row_count + $n,"
            " suppressed_count = suppressed_count + $n where file_no = $file_no",
            {"n": mine["suppressed_count"], "file_no": twin["file_no"]},
        )
        forget_file(engine, mine["file_no"])
    where = "where channel = $channel and feed = $feed and content_hash = $before"
    for table in ("files", "landings", "redactions"):
        engine.run(f"update landed.{table} set content_hash = $after {where}", change)
    note_redaction(engine, key, delivery, content_hash)


def note_redaction(engine: Engine, key: bytes, delivery: Delivery, content_hash: str) -> None:
    """Write down that the delivered content holds erased persons, and is that of ``content_hash`` without.

    That may be the delivered one itself: then nobody has read the file since the erasure.
    """
    noted = {
        "channel": delivery.channel,
        "feed": delivery.feed,
        "original": former_content(key, delivery),
    }
    engine.run(
        "delete from landed.redactions"
        " where channel = $channel and feed = $feed and original = $original",
        noted,
    )
    engine.run(
        "insert into landed.redactions values ($channel, $feed, $original, $content_hash)",
        {**noted, "content_hash": content_hash},
    )


def suppressed_rows(
    delivery: Delivery,
    channel: Channel,
    vocabulary: Vocabulary,
    suppression: Suppression,
    now: datetime,
) -> set[int]:
    """The numbers of the rows of erased persons in a delivered file; ``FileFault`` if it cannot be read."""
    suppression = replace(suppression, is_marking=False)
    if delivery.feed == "contacts":
        batches = read_contacts(delivery, channel, vocabulary, BATCH_ROWS, suppression)
    else:
        batches = read_interactions(delivery, channel, vocabulary, now, suppression)
    return {number for batch in guarded(batches) for number in batch.suppressed}


def rewrite_without(
    delivery: Delivery, channel: Channel, rows: Collection[int], suppression: Suppression
) -> Rewrite | None:
    """Prepare a delivered file without these rows, and with marks in what others' rows quote.

    None where there is nothing to change, ``FileFault`` where that cannot be done.
    """
    feed, quotations = dict(channel.feeds())[delivery.feed], Quotations(suppression)
    if not rows and not any(guarded(quoting_parts(delivery.absolute, feed, quotations))):
        return None
    return rewrite_file(delivery, channel, rows, quotations)


def rewrite_file(
    delivery: Delivery, channel: Channel, rows: Collection[int], quotations: Quotations
) -> Rewrite:
    """The same of a file that is known to hold such rows, or to quote; ``FileFault`` where it cannot be done."""
    return rewrite_cut(delivery, channel, {delivery.feed: rows}, quotations)


def rewrite_cut(
    delivery: Delivery,
    channel: Channel,
    rows: Mapping[str, Collection[int]],
    quotations: Quotations,
) -> Rewrite:
    """The same of a file that several feeds of the channel may read, with the rows of each."""
    by_path: dict[str | None, set[int]] = {}
    for kind, feed in channel.feeds():
        if kind in rows or _may_read(feed, delivery.path):
            by_path.setdefault(feed.rows, set()).update(rows.get(kind, ()))
    feed = dict(channel.feeds())[delivery.feed]
    cuts = RowCuts(by_path)
    return prepare_rewrite(delivery.absolute, feed, cuts, delivery.content_hash, quotations)


def _may_read(feed: Feed, path: str) -> bool:
    """Whether a feed's glob may match a path; in doubt it does, and its rows are left alone."""
    patterns = (feed.files, feed.files.replace("**/", ""))
    return any(fnmatchcase(path, pattern) for pattern in patterns)
