"""Redaction: delivered files that lost the rows of erased persons, and the contents they had before.

A channel may deliver a file again just as it once was. It is then known by a keyed hash of its
former content, is not taken for new, and loses the same rows again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from omni_identity.channels.configuration import Channel
from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.file_faults import FileFault, fault_of, guarded
from omni_identity.channels.landed_tables import forget_file
from omni_identity.channels.readers import read_rows
from omni_identity.channels.reason_codes import HOLDS_ERASED_ROWS
from omni_identity.channels.suppression import Suppression, keyed_hash
from omni_identity.engines import Engine
from omni_identity.model.attributes import Vocabulary

CONTENT = "content"
"""The kind of keyed hash that stands for a file's former content."""


class Rewrite(Protocol):
    """A new version of a delivered file, which is not yet in its place."""

    @property
    def content_hash(self) -> str:
        """The SHA-256 of the new content."""

    def put_in_place(self) -> bool:
        """Replace the file; False, and nothing is done, where it has changed meanwhile."""


Rewriter = Callable[[Delivery, Channel, Collection[int], Suppression], Rewrite | None]
"""Prepares a delivered file without the rows of these numbers; None where there is nothing to change, ``FileFault``
where that cannot be done. Erasing is above what lands, so whoever lands is given one."""


class NotTheSame(Exception):
    """What would be left is not read as it was before."""


def cannot_rewrite(error: BaseException) -> FileFault:
    """The fault of a file that still holds rows of an erased person, for this reason."""
    if isinstance(error, OSError) and error.strerror:
        what = error.strerror
    elif isinstance(error, NotTheSame):
        what = "what is left could not be read as before"
    else:
        what = fault_of(error).detail
    words = f"it holds rows of an erased person and could not be rewritten without them: {what}"
    return FileFault(HOLDS_ERASED_ROWS, words)


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
    batches = read_rows(delivery, channel, vocabulary, now, suppression)
    return {number for batch in guarded(batches) for number in batch.suppressed}
