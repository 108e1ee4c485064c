"""Rewrites a delivered file without the rows of erased persons, for every feed of its channel that reads it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from fnmatch import fnmatchcase

from omni_identity.channels.configuration import Channel
from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.feeds import Feed
from omni_identity.channels.file_faults import guarded
from omni_identity.channels.quotations import Quotations
from omni_identity.channels.suppression import Suppression
from omni_identity.erasure.files.document_cuts import RowCuts
from omni_identity.erasure.files.quoting import quoting_parts
from omni_identity.erasure.files.rewriting import Rewrite, prepare_rewrite


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
