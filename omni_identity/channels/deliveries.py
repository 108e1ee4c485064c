"""Deliveries: the files that channels have left in the landing, each known by its content."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from omni_identity.channels.configuration import Channel, Configuration
from omni_identity.channels.delivered_bytes import open_file
from omni_identity.channels.feeds import Feed, FeedKind
from omni_identity.channels.file_faults import FileFault, inaccessible
from omni_identity.channels.landing_files import key_of, look, shown_key
from omni_identity.channels.reason_codes import HOLDS_ERASED_ROWS

_BLOCK_BYTES = 1 << 20


@dataclass(frozen=True, order=True)
class Delivery:
    """One file of one feed. ``path`` is relative to the home (posix), or absolute if outside it.

    ``is_new``: it was never read, so it must have every column that ``omni.yaml`` names.
    ``governing_path``: whose name decides on constants by file, where its content came under several.
    """

    channel: str
    feed: FeedKind
    path: str
    absolute: Path
    content_hash: str
    is_new: bool = False
    governing_path: str | None = None


@dataclass(frozen=True, order=True)
class SetAside:
    """One file of one feed that is set aside as a whole, and why; ``path`` as that of a delivery, in UTF-8.

    ``content_hash`` is null where nothing is known of its content. ``is_partly_taken``: rows of it were
    taken, the rest could not be.
    """

    channel: str
    feed: str
    path: str
    content_hash: str | None
    reason_code: str
    detail: str
    advice: str
    is_partly_taken: bool = False

    @classmethod
    def by(
        cls, fault: FileFault, channel: str, feed: str, path: str, content_hash: str
    ) -> SetAside:
        """The file of this path and content, with this fault."""
        known = content_hash if fault.is_of_content else None
        is_partly_taken = fault.reason_code == HOLDS_ERASED_ROWS
        words = (fault.reason_code, fault.detail, fault.advice)
        return cls(channel, feed, path, known, *words, is_partly_taken)


@dataclass(frozen=True)
class FeedFiles:
    """The files that a feed's glob matches: those to be read, sorted by path, and those that cannot be."""

    deliveries: list[Delivery]
    set_aside: list[SetAside]


def find_deliveries(configuration: Configuration, home: Path) -> list[Delivery]:
    """All files to be read that the configured globs match, sorted by channel, feed and path.

    See :func:`find_feed_files` on what is passed over.
    """
    return sorted(
        delivery
        for channel in configuration.channels
        for kind, _ in channel.feeds()
        for delivery in find_feed_files(channel, kind, home).deliveries
    )


def find_feed_files(
    channel: Channel,
    kind: FeedKind,
    home: Path,
    hash_of: Callable[[Path], str | None] | None = None,
) -> FeedFiles:
    """The files of one channel's feed (``contacts`` or ``interactions``).

    ``hash_of`` knows a file's content hash, else :func:`hash_content` reads it.

    Passed over: folders, names that begin with a dot, and unfinished uploads
    (``UNFINISHED_SUFFIXES``). A file that vanishes meanwhile is passed over as well; one that may
    not be read is set aside, and so is whatever :func:`~omni_identity.channels.landing_files.look` does not
    take for a file.
    """
    paths, odd = look(dict(channel.feeds())[kind], home)
    deliveries = []
    for path in paths:
        try:
            content_hash = (hash_of or hash_content)(path)
        except FileFault as fault:
            odd[path] = fault
            continue
        if content_hash is not None:
            key = key_of(path, home)
            deliveries.append(Delivery(channel.name, kind, key, path, content_hash))
    set_aside = (
        SetAside.by(fault, channel.name, kind, shown_key(path, home), "")
        for path, fault in odd.items()
    )
    return FeedFiles(sorted(deliveries), sorted(set_aside))


def files_of(feed: Feed, home: Path) -> list[Path]:
    """The finished files that a feed's glob matches and that may be read, sorted by path."""
    return look(feed, home)[0]


def list_files(configuration: Configuration, home: Path) -> list[Path]:
    """The files that :func:`find_deliveries` would read, each once, sorted, without opening any."""
    feeds = (feed for channel in configuration.channels for _, feed in channel.feeds())
    return sorted({path for feed in feeds for path in files_of(feed, home)})


def hash_content(path: Path) -> str | None:
    """SHA-256 (hex) of the file's bytes; null when it is gone. ``FileFault`` when it cannot be read."""
    digest = hashlib.sha256()
    try:
        with open_file(path) as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise inaccessible(error) from None
    return digest.hexdigest()
