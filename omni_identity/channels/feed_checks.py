"""Feed checks: where ``omni.yaml`` and what lies in the landing do not fit, before anything is read."""

from __future__ import annotations

import glob
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.deliveries import SetAside
from omni_identity.channels.feeds import Feed
from omni_identity.channels.fetching.fetched_places import scheme_of
from omni_identity.channels.file_columns import FileColumns, columns_of, nearest_column
from omni_identity.channels.file_faults import FileFault, as_sentence
from omni_identity.channels.header_names import plain_name, told_apart
from omni_identity.channels.landing_files import key_of, look, shown_key
from omni_identity.channels.presets.resolution import preset_advice
from omni_identity.channels.yaml_lines import Path as YamlPath
from omni_identity.model.errors import ConfigurationError, nearest

Feeds = Collection[tuple[str, str]]
"""``(channel, feed)`` pairs."""


def check_feeds(
    configuration: Configuration,
    home: Path,
    landed_feeds: Iterable[tuple[str, str]],
    unfetched: Feeds = (),
) -> None:
    """Raise ``ConfigurationError`` for globs that match nothing and never did.

    ``landed_feeds`` are the ``(channel, feed)`` that have been taken in before: for those, a night
    without a file is normal. ``unfetched``: feeds whose source did not give its files out, which is said
    when they are read.
    """
    landed = set(landed_feeds)
    mistakes = []
    for i, channel in enumerate(configuration.channels):
        for kind, feed in channel.feeds():
            if (channel.name, kind) in landed or any(look(feed, home)):
                continue
            if (channel.name, kind) in unfetched:
                continue
            where = configuration.place(("channels", i, kind, "files"))
            mistakes.append(f"{where}: {_no_file(feed, home)}")
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))


def check_columns(
    configuration: Configuration, home: Path, proven: Feeds = (), delivered: Feeds = ()
) -> None:
    """Raise ``ConfigurationError`` for feeds none of whose files can be read by what ``omni.yaml`` says.

    A CSV header and a Parquet schema must have every column that is named, and not twice. Of JSON Lines,
    whose lines may leave out what is empty, a key is missing only if none of the feed's files shows it.
    As long as one file of a feed can be read, the others are set aside when they are read.

    ``proven``: feeds of which a file was read by what ``omni.yaml`` says now; whatever they deliver is
    their matter. ``delivered``: feeds of which a file was ever read, whose old files may lack a column that
    a newer one has, and of which a file that is no table is no mistake in ``omni.yaml``.
    """
    mistakes = []
    for i, channel in enumerate(configuration.channels):
        for kind, feed in channel.feeds():
            if (channel.name, kind) in proven:
                continue
            for path, problem in find_problems(feed, home, (channel.name, kind) in delivered):
                where = configuration.place(("channels", i, kind, *path))
                mistakes.append(f"{where}: {problem}")
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))


def find_problems(
    feed: Feed, home: Path, has_delivered: bool = False
) -> list[tuple[YamlPath, str]]:
    """``(key below the feed, what is wrong)``; nothing as soon as one file is as it should be."""
    faults: list[tuple[YamlPath, str]] = []
    lacking: list[tuple[YamlPath, str]] = []
    seen: set[str] = set()
    json_keys: Counter[str] = Counter()
    last_json: Path | None = None
    advice = ""
    files, odd = look(feed, home)
    for path, fault in odd.items():
        faults.append((("files",), _describe(shown_key(path, home), fault)))
    has_read = False
    for file in files:
        try:
            columns = columns_of(file, feed)
        except FileFault as fault:
            faults.append((("files",), _describe(key_of(file, home), fault)))
            continue
        has_read = True
        seen |= columns.present(feed)
        if columns.may_have_more:
            json_keys |= columns.counts
            last_json = file
            advice = f" {columns.advice}" if columns.advice else ""
            if not feed.missing_columns(json_keys):
                return []
            continue
        found = list(_lacking(feed, file, columns, home))
        if not found:
            return []
        lacking += found
    if has_delivered and (not feed.missing_columns(seen) or not has_read):
        return []
    missing = feed.missing_columns(json_keys)
    for key, column in feed.named_columns() if last_json else ():
        if column in missing:
            where = key_of(last_json, home) if last_json else feed.files
            near = nearest_column(column, FileColumns(json_keys, may_have_more=True), feed)
            near += preset_advice(feed.preset, key, column)
            words = f"column '{column}' is no key in the first objects of {where}.{near}{advice}"
            lacking.append((key, words))
    return lacking if has_delivered else faults + lacking


def _lacking(
    feed: Feed, file: Path, columns: FileColumns, home: Path
) -> Iterator[tuple[YamlPath, str]]:
    """``(key below the feed, problem)`` of each column that a table lacks, or has twice."""
    advice = f" {columns.advice}" if columns.advice else ""
    missing = feed.missing_columns(columns.present(feed))
    for path, column in feed.named_columns():
        count = columns.count(column)
        if column in missing:
            near = nearest_column(column, columns, feed)
            near += preset_advice(feed.preset, path, column)
            yield path, f"column '{column}' is not in {key_of(file, home)}.{near}{advice}"
        elif count > 1:
            hint = told_apart(plain_name(column), count)
            yield path, f"column '{column}' is {count} times in {key_of(file, home)}. {hint}"


def _describe(path: str, fault: FileFault) -> str:
    return f"{path}: {as_sentence(fault.detail)} {fault.advice}"


def require_readable(configuration: Configuration, files: Iterable[SetAside]) -> None:
    """Raise ``ConfigurationError`` for files that are set aside and all that their feeds ever delivered."""
    mistakes = []
    places = {channel.name: i for i, channel in enumerate(configuration.channels)}
    for file in files:
        where = configuration.place(("channels", places[file.channel], file.feed, "files"))
        mistakes.append(
            f"{where}: {file.path}: {as_sentence(file.detail)} {file.advice}"
            " It is all that this feed has delivered."
        )
    if mistakes:
        raise ConfigurationError("\n".join(mistakes))


def _no_file(feed: Feed, home: Path) -> str:
    if scheme_of(feed.files) is not None:
        return f"'{feed.files}' matches no object. Look whether bucket and folder are spelt as they are there."
    return f"'{feed.files}' matches no file. {_nearest_place(feed.files, home)}"


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
