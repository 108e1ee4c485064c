"""Landings: which content was last landed under each path, which was read, and of which nothing could be."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.landed_tables import UNREAD_FILES
from omni_identity.engines import Engine

UnreadContents: TypeAlias = Mapping[str, tuple[str, str, str]]
"""By content hash, the mapping hash by which nothing could be read of it, the reason code and the detail."""


def unread_contents(engine: Engine, channel: str, feed: str) -> UnreadContents:
    """The contents of a feed of which nothing could be read: they are tried again."""
    rows = engine.fetch(
        "select content_hash, mapping_hash, reason_code, detail"
        f" from ({UNREAD_FILES}) u where channel = $channel and feed = $feed",
        {"channel": channel, "feed": feed},
    )
    return {content: (mapping, why, detail) for content, mapping, why, detail in rows.rows()}


def known_file(engine: Engine, delivery: Delivery, content_hash: str) -> tuple[int, str] | None:
    """Number and mapping of the file that was read with this content; None if none was."""
    known = engine.fetch(
        "select file_no, mapping_hash from landed.files"
        " where channel = $channel and feed = $feed and content_hash = $content_hash",
        {"channel": delivery.channel, "feed": delivery.feed, "content_hash": content_hash},
    )
    return (int(known["file_no"][0]), str(known["mapping_hash"][0])) if known.height else None


def standing_content(engine: Engine, delivery: Delivery) -> str | None:
    """The content that was last landed under the delivery's path."""
    last = engine.fetch(
        "select content_hash from landed.landings"
        " where channel = $channel and feed = $feed and path = $path"
        " order by version desc limit 1",
        {"channel": delivery.channel, "feed": delivery.feed, "path": delivery.path},
    )
    return str(last["content_hash"][0]) if last.height else None


def note_landing(
    engine: Engine, delivery: Delivery, content_hash: str, run_id: str, now: datetime
) -> None:
    """Write down that a content stands under the delivery's path, as the newest version there."""
    here = {"channel": delivery.channel, "feed": delivery.feed, "path": delivery.path}
    last = engine.fetch(
        "select coalesce(max(version), 0) as version from landed.landings"
        " where channel = $channel and feed = $feed and path = $path",
        here,
    )
    engine.run(
        "insert into landed.landings values"
        " ($channel, $feed, $path, $version, $content_hash, $run_id, $landed_at)",
        {
            **here,
            "version": int(last["version"][0]) + 1,
            "content_hash": content_hash,
            "run_id": run_id,
            "landed_at": now,
        },
    )
