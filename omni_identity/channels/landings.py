"""Landings: which content was last landed under each path, which was read, and of which nothing could be.

Of one feed all is asked at once, and kept up to date beside the tables while its deliveries are taken: three
questions for each of many small files took a fifth of their landing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.landed_tables import UNREAD_FILES
from omni_identity.engines import Engine

UnreadContents: TypeAlias = Mapping[str, tuple[str, str, str]]
"""By content hash, the mapping hash by which nothing could be read of it, the reason code and the detail."""


@dataclass
class FeedLandings:
    """What the warehouse knows of the files of one feed; its writer is the only one at work.

    ``unread``: the contents of which nothing could be read when this was loaded: they are tried again.
    ``files``: by content hash, number and mapping hash of the file that was read with it. ``standing``: by
    path, the newest version there and its content hash. ``last_file_no``: of the files of all feeds.
    """

    channel: str
    feed: str
    unread: UnreadContents
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    standing: dict[str, tuple[int, str]] = field(default_factory=dict)
    last_file_no: int = 0

    def refresh(self, engine: Engine) -> None:
        """Ask the warehouse for all but the unread contents, of which each is tried once."""
        here = {"channel": self.channel, "feed": self.feed}
        where = "where channel = $channel and feed = $feed"
        files = engine.fetch(
            f"select content_hash, file_no, mapping_hash from landed.files {where}", here
        )
        self.files = {content: (file_no, mapping) for content, file_no, mapping in files.rows()}
        standing = engine.fetch(
            "select path, max(version) as version, arg_max(content_hash, version) as content_hash"
            f" from landed.landings {where} group by path",
            here,
        )
        self.standing = {path: (version, content) for path, version, content in standing.rows()}
        last = engine.fetch("select coalesce(max(file_no), 0) as file_no from landed.files")
        self.last_file_no = int(last["file_no"][0])

    def standing_content(self, path: str) -> str | None:
        """The content that was last landed under a path."""
        return self.standing[path][1] if path in self.standing else None

    def mapping_of(self, content_hash: str) -> str | None:
        """The mapping hash by which a content was read, or tried to; None if it never was."""
        return self.files[content_hash][1] if content_hash in self.files else None

    def note_landing(
        self, engine: Engine, delivery: Delivery, content_hash: str, run_id: str, now: datetime
    ) -> None:
        """Write down that a content stands under the delivery's path, as the newest version there."""
        version = self.standing.get(delivery.path, (0, ""))[0] + 1
        engine.run(
            "insert into landed.landings values"
            " ($channel, $feed, $path, $version, $content_hash, $run_id, $landed_at)",
            {
                "channel": self.channel,
                "feed": self.feed,
                "path": delivery.path,
                "version": version,
                "content_hash": content_hash,
                "run_id": run_id,
                "landed_at": now,
            },
        )
        self.standing[delivery.path] = (version, content_hash)


def load_landings(engine: Engine, channel: str, feed: str) -> FeedLandings:
    """Ask the warehouse for what it knows of a feed's files."""
    unread = engine.fetch(
        "select content_hash, mapping_hash, reason_code, detail"
        f" from ({UNREAD_FILES}) u where channel = $channel and feed = $feed",
        {"channel": channel, "feed": feed},
    )
    found = {content: (mapping, why, detail) for content, mapping, why, detail in unread.rows()}
    landings = FeedLandings(channel, feed, found)
    landings.refresh(engine)
    return landings
