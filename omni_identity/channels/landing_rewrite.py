"""Rewrites a delivered file without some of its rows, in one atomic step: what an erasure does to it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path

from omni_identity.channels.configuration import Feed
from omni_identity.channels.formats import Format, format_of
from omni_identity.channels.landing_rewrite_parquet import copy_parquet
from omni_identity.channels.landing_rewrite_text import copy_csv, copy_json_lines
from omni_identity.engines.durable import sync_folder

SUFFIX = ".erasing"
"""Of the new file while it is written; its name begins with a dot, so no glob matches it."""

_COPIES: dict[Format, Callable[[Path, Feed, Collection[int], Path], None]] = {
    "csv": copy_csv,
    "json_lines": copy_json_lines,
    "parquet": copy_parquet,
}


@dataclass(frozen=True)
class Rewrite:
    """A new version of ``path``, written beside it (``fresh``) but not yet in its place.

    ``content_hash`` is the SHA-256 of the new content, ``state`` what the file looked like before.
    """

    path: Path
    fresh: Path
    content_hash: str
    state: tuple[int, int, int]

    def put_in_place(self) -> bool:
        """Replace the file; False, and nothing is done, if it has changed since it was read, or is gone.

        Its permissions and its time of change stay as they were.
        """
        before = self.path.stat() if self.path.exists() else None
        if before is None or _state(before) != self.state:
            self.fresh.unlink(missing_ok=True)
            return False
        self.fresh.chmod(before.st_mode & 0o7777)
        if os.geteuid() == 0:
            os.chown(self.fresh, before.st_uid, before.st_gid)
        os.utime(self.fresh, ns=(before.st_atime_ns, before.st_mtime_ns))
        self.fresh.replace(self.path)
        sync_folder(self.path.parent)
        return True


def prepare_rewrite(path: Path, feed: Feed, row_numbers: Collection[int]) -> Rewrite:
    """Write ``path`` without the rows of these numbers (as its reader counts them) beside it.

    All other bytes of CSV and JSON Lines stay as they are, but for those of a compressed file, and
    what follows the damage of a damaged one. Parquet keeps schema, row groups and compression. The
    same file and rows always give the same bytes. Raises ``OSError`` if the folder is not writable.
    """
    real = path.resolve()  # a link stays a link
    kind = format_of(path)
    if kind is None:
        raise ValueError(f"{path.name} is of no format that has rows")
    state = _state(real.stat())
    fresh = fresh_name(real)
    _COPIES[kind](path, feed, row_numbers, fresh)
    return Rewrite(real, fresh, _sync_and_hash(fresh), state)


def fresh_name(path: Path) -> Path:
    """Where the new version of a file is written."""
    return path.with_name(f".{path.name}{SUFFIX}")


def _state(status: os.stat_result) -> tuple[int, int, int]:
    return status.st_ino, status.st_size, status.st_mtime_ns


def _sync_and_hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
        os.fsync(file.fileno())
    return digest.hexdigest()
