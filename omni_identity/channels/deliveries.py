"""Deliveries: the files that channels have left in the landing, each known by its content."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeAlias

from omni_identity.channels.configuration import Channel, Configuration, Feed, FeedKind
from omni_identity.channels.file_columns import columns_of
from omni_identity.channels.formats import format_of
from omni_identity.channels.yaml_lines import Path as YamlPath
from omni_identity.model.errors import ConfigurationError, nearest

_BLOCK_BYTES = 1 << 20
UNFINISHED_SUFFIXES = (".tmp", ".part", ".partial", ".crdownload", ".filepart", "~")
"""Names that upload tools give to a file until it is whole; they rename it afterwards."""


@dataclass(frozen=True, order=True)
class Delivery:
    """One file of one feed. ``path`` is relative to the home (posix), or absolute if outside it."""

    channel: str
    feed: FeedKind
    path: str
    absolute: Path
    content_hash: str


def find_deliveries(configuration: Configuration, home: Path) -> list[Delivery]:
    """All files that the configured globs match, sorted by channel, feed and path.

    See :func:`find_feed_deliveries` on what is passed over.
    """
    return sorted(
        delivery
        for channel in configuration.channels
        for kind, _ in channel.feeds()
        for delivery in find_feed_deliveries(channel, kind, home)
    )


def find_feed_deliveries(
    channel: Channel,
    kind: FeedKind,
    home: Path,
    hash_of: Callable[[Path], str | None] | None = None,
) -> list[Delivery]:
    """The files of one channel's feed (``contacts`` or ``interactions``), sorted by path.

    ``hash_of`` knows a file's content hash, else :func:`hash_content` reads it.

    Passed over: folders, names that begin with a dot, and unfinished uploads
    (``UNFINISHED_SUFFIXES``). A file that vanishes meanwhile is passed over as well; one that may
    not be read is a ``ConfigurationError``.
    """
    deliveries = []
    for path in _matches(dict(channel.feeds())[kind].files, home):
        content_hash = (hash_of or hash_content)(path)
        if content_hash is not None:
            key = key_of(path, home)
            deliveries.append(Delivery(channel.name, kind, key, path, content_hash))
    return sorted(deliveries)


def files_of(feed: Feed, home: Path) -> list[Path]:
    """The finished files that a feed's glob matches, sorted by path."""
    return _matches(feed.files, home)


def list_files(configuration: Configuration, home: Path) -> list[Path]:
    """The files that :func:`find_deliveries` would read, each once, sorted, without opening any."""
    feeds = (feed for channel in configuration.channels for _, feed in channel.feeds())
    return sorted({path for feed in feeds for path in _matches(feed.files, home)})


def check_feeds(
    configuration: Configuration, home: Path, landed_feeds: Iterable[tuple[str, str]]
) -> None:
    """Raise ``ConfigurationError`` for globs that match nothing and never did.

    ``landed_feeds`` are the ``(channel, feed)`` that have been taken in before: for those, a night
    without a file is normal.
    """
    landed = set(landed_feeds)
    mistakes = []
    for i, channel in enumerate(configuration.channels):
        for kind, feed in channel.feeds():
            if (channel.name, kind) in landed or any(_matches(feed.files, home)):
                continue
            where = configuration.place(("channels", i, kind, "files"))
            mistakes.append(
                f"{where}: '{feed.files}' matches no file. {_nearest_place(feed.files, home)}"
            )
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))


IsChecked: TypeAlias = Callable[[Channel, FeedKind, Path], bool]
"""Whether a feed's file was landed as it is, and as ``omni.yaml`` now says: all it names was there then."""


def check_columns(
    configuration: Configuration,
    home: Path,
    landed_contents: Collection[str] = (),
    is_checked: IsChecked = lambda *_: False,
) -> None:
    """Raise ``ConfigurationError`` for configured columns that files in the landing lack.

    A CSV header and a Parquet schema must have every one, and not twice. Of JSON Lines, whose lines
    may leave out what is empty, a key is missing only if none of the feed's files shows it. Files
    that are empty or unreadable tell nothing and are left to the quarantine. Files whose content
    hash is in ``landed_contents`` were taken before: they may lack a column that a newer file has.
    Files that ``is_checked`` are not opened.
    """
    mistakes = []
    for i, channel in enumerate(configuration.channels):
        for kind, feed in channel.feeds():
            unread = partial(is_checked, channel, kind)
            for path, column, problem in _column_problems(feed, home, landed_contents, unread):
                where = configuration.place(("channels", i, kind, *path))
                mistakes.append(f"{where}: column '{column}' {problem}")
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))


def _column_problems(
    feed: Feed,
    home: Path,
    landed_contents: Collection[str],
    is_checked: Callable[[Path], bool],
) -> Iterator[tuple[YamlPath, str, str]]:
    """``(key below the feed, column, what is wrong with it)``."""
    matching = _matches(feed.files, home)
    checked = {file for file in matching if is_checked(file)}
    found = [(file, columns_of(file, feed)) for file in matching if file not in checked]
    files = [(file, columns) for file, columns in found if columns is not None]
    shown_before = {column for _, column in feed.named_columns()} if checked else set[str]()
    anywhere = {column for _, columns in files for column in columns} | shown_before
    json_keys = {
        column for file, columns in files if format_of(file) == "json_lines" for column in columns
    }
    if any(format_of(file) == "json_lines" for file in checked):
        json_keys |= shown_before
    last_json = None
    for file, columns in files:
        if format_of(file) == "json_lines":
            last_json = file
            continue
        lacking = [
            (path, column) for path, column in feed.named_columns() if columns.get(column) != 1
        ]
        was_landed = bool(lacking) and hash_content(file) in landed_contents
        for path, column in lacking:
            if column in columns:
                yield path, column, f"is {columns[column]} times in {key_of(file, home)}"
            elif not (was_landed and column in anywhere):
                near = _nearest_column(column, columns, feed)
                yield path, column, f"is not in {key_of(file, home)}.{near}"
    for path, column in feed.named_columns() if last_json else ():
        if column not in json_keys:
            where = key_of(last_json, home) if last_json else feed.files
            near = _nearest_column(column, json_keys, feed)
            yield path, column, f"is no key in the first lines of {where}.{near}"


def _nearest_column(column: str, columns: Collection[str], feed: Feed) -> str:
    """As :func:`nearest`, but nothing where none of the feed's columns is there: that is no header, but
    perhaps the first person's data."""
    is_header = any(named in columns for _, named in feed.named_columns())
    return nearest(column, columns) if is_header else ""


def _matches(pattern: str, home: Path) -> list[Path]:
    # glob, not Path.glob: it takes absolute patterns and leaves dotted names out
    found = glob.glob(pattern, root_dir=home, recursive=True)  # noqa: PTH207
    paths = sorted({home / name for name in found if _is_finished(Path(name).name)})
    for path in paths:
        _require_readable_name(path)
    return [path for path in paths if path.is_file()]


def _require_readable_name(path: Path) -> None:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        shown = os.fsencode(path).decode("utf-8", "backslashreplace")
        raise ConfigurationError(
            f"{shown}: the name of this file is not UTF-8. Rename it, and run again."
        ) from None


def _is_finished(name: str) -> bool:
    return not name.startswith(".") and not name.lower().endswith(UNFINISHED_SUFFIXES)


def key_of(path: Path, home: Path) -> str:
    """The path by which a delivered file is known: relative to the home, absolute outside of it."""
    absolute, base = path.absolute(), home.absolute()
    return absolute.relative_to(base).as_posix() if absolute.is_relative_to(base) else str(absolute)


def hash_content(path: Path) -> str | None:
    """SHA-256 (hex) of the file's bytes; null when it is gone."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK_BYTES):
                digest.update(block)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    return digest.hexdigest()


def _nearest_place(pattern: str, home: Path) -> str:
    """Where the pattern stops being true: the deepest folder that exists, and what it holds."""
    anchor = Path(pattern).anchor
    folder = Path(anchor) if anchor else home
    parts = [part for part in Path(pattern).parts if part != anchor]
    for part in parts[:-1]:
        if glob.has_magic(part) or not (folder / part).is_dir():
            break
        folder, parts = folder / part, parts[1:]
    shown = "the home" if folder == home else f"'{key_of(folder, home)}'"
    try:
        entries = sorted(entry.name for entry in folder.iterdir())
    except OSError:
        return f"There is no folder {shown}."
    near = nearest(parts[0], entries) if not glob.has_magic(parts[0]) else ""
    if near:
        return f"In {shown} there is no '{parts[0]}'.{near}"
    named = [name for name in entries if not name.startswith(".")][:5]
    return f"In {shown} there is {', '.join(map(repr, named)) if named else 'nothing'}."
