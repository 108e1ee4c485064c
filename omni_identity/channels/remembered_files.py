"""Knows the content of a landed file without reading it again: by its size, times and place on disk."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from omni_identity.channels.deliveries import hash_content
from omni_identity.channels.feeds import FeedKind
from omni_identity.engines import Engine

SETTLED_NS = 2_000_000_000
"""A file changed less than so long ago may change again within the same tick of its disk's clock."""


@dataclass
class RememberedFiles:
    """Content hashes by path; ``seen`` are those of the last run, ``fresh`` those learnt in this one.

    Both map an absolute path to ``(stamp, content hash)``. A file is taken for what it was only when
    its size, the time of its last modification, the time of its last change of any kind (which no
    copying tool can set back) and its inode are all what they were, as git does with its index.
    """

    seen: dict[str, tuple[str, str]] = field(default_factory=dict)
    fresh: dict[str, tuple[str, str]] = field(default_factory=dict)
    clock: Callable[[], int] = time.time_ns

    def known_content(self, path: Path) -> str | None:
        """The content hash of a file that is what it was; None if it must be read to know."""
        stamp, content_hash = self.seen.get(str(path), ("", None))
        return content_hash if content_hash is not None and _stamp(path) == stamp else None

    def hash_content(self, path: Path) -> str | None:
        """SHA-256 (hex) of the file's bytes, read only if need be; None when it is gone.

        Raises ``FileFault`` when it may not be read.
        """
        known = self.known_content(path)
        if known is not None:
            return known
        before = _stamp(path)
        content_hash = hash_content(path)
        if content_hash is not None and before == _stamp(path) and self._is_settled(path):
            self.fresh[str(path)] = (before, content_hash)
        return content_hash

    def _is_settled(self, path: Path) -> bool:
        try:
            status = path.stat()
        except OSError:
            return False
        return self.clock() - max(status.st_mtime_ns, status.st_ctime_ns) > SETTLED_NS


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}:{status.st_ino}"


def load_remembered(
    engine: Engine, channel: str | None = None, feed: FeedKind | None = None
) -> RememberedFiles:
    """What is remembered of one feed's files, or of all."""
    rows = engine.fetch(
        "select path, stamp, content_hash from landed.remembered_files"
        " where ($channel is null or channel = $channel) and ($feed is null or feed = $feed)",
        {"channel": channel, "feed": feed},
    )
    return RememberedFiles({path: (stamp, content) for path, stamp, content in rows.iter_rows()})


def save_remembered(
    engine: Engine,
    files: RememberedFiles,
    channel: str,
    feed: FeedKind,
    doubtful: Collection[str] = (),
) -> None:
    """Remember what was learnt of one feed's files; not of those that were rewritten since.

    The ``doubtful`` (absolute paths) are forgotten: what was read of them was not what was known.
    """
    rows = [
        (channel, feed, path, stamp, content_hash)
        for path, (stamp, content_hash) in sorted(files.fresh.items())
        if path not in doubtful and _stamp(Path(path)) == stamp
    ]
    gone = sorted({path for _, _, path, _, _ in rows} | (set(doubtful) & set(files.seen)))
    if not gone:
        return
    schema = ["channel", "feed", "path", "stamp", "content_hash"]
    with engine.transaction():
        engine.run(
            "delete from landed.remembered_files where channel = $channel and feed = $feed"
            " and list_contains($paths, path)",
            {"channel": channel, "feed": feed, "paths": gone},
        )
        if not rows:
            return
        frame = pl.DataFrame(rows, dict.fromkeys(schema, pl.String), orient="row")
        engine.write("landed.remembered_files", frame)


def forget_remembered(engine: Engine) -> None:
    """Forget all: what a file held before an erasure is nothing to keep a hash of."""
    engine.run("delete from landed.remembered_files")
