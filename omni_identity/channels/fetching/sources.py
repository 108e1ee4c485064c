"""Sources: everything that feeds fetch from elsewhere, fetched at the beginning of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from omni_identity.channels.catalogue_files import CATALOGUE
from omni_identity.channels.configuration import Configuration
from omni_identity.channels.deliveries import SetAside
from omni_identity.channels.feeds import Feed
from omni_identity.channels.fetching.database_source import DatabaseSource
from omni_identity.channels.fetching.database_tables import fetch_table
from omni_identity.channels.fetching.fetched_places import FETCHED, scheme_of, table_folder
from omni_identity.channels.fetching.object_stores import Faults, fetch_objects
from omni_identity.channels.file_faults import FileFault, guarded
from omni_identity.channels.reason_codes import UNREACHABLE_SOURCE


def fetch_sources(
    configuration: Configuration, home: Path
) -> dict[tuple[str, str], list[SetAside]]:
    """Fetch what is new for every feed from elsewhere; by channel and feed, what could not be fetched.

    A feed whose source fails is left with what was fetched before, and stops no other.
    """
    clear_unfinished(home)
    by_url: dict[str, Faults] = {}
    found: dict[tuple[str, str], list[SetAside]] = {}
    for channel, kind, feed in _feeds(configuration):
        if feed.source is not None:
            folder = home / table_folder(channel, kind)
            faults = _fetched(feed.source.shown, partial(_fetch_table, feed.source, folder))
        elif scheme_of(feed.files) is None:
            continue
        elif feed.files in by_url:
            faults = by_url[feed.files]
        else:
            faults = _fetched(feed.files, partial(fetch_objects, feed.files, home))
            by_url[feed.files] = faults
        found.setdefault((channel, kind), []).extend(
            SetAside.by(fault, channel, kind, place, "") for place, fault in faults.items()
        )
    return found


def _fetch_table(source: DatabaseSource, folder: Path) -> Faults:
    fault = fetch_table(source, folder)
    return {} if fault is None else {source.shown: fault}


def _fetched(place: str, fetch: Callable[[], Faults]) -> Faults:
    """What ``fetch`` could not have; whatever goes wrong in it, a panic of native code included, concerns it alone."""

    def begin() -> Iterator[Faults]:
        yield fetch()

    try:
        (faults,) = guarded(begin())
    except FileFault as fault:
        return {place: FileFault(UNREACHABLE_SOURCE, fault.detail, is_of_content=False)}
    return faults


def clear_unfinished(home: Path) -> None:
    """Delete what a killed run had begun to fetch: no later run need come back to it, and no erasure looks there."""
    for path in (home / FETCHED).rglob(".*.part"):
        path.unlink(missing_ok=True)


def list_sources(configuration: Configuration) -> list[str]:
    """What feeds fetch from elsewhere, in words: each once, in the order of ``omni.yaml``."""
    feeds = (feed for _, _, feed in _feeds(configuration) if is_fetched(feed))
    return list(dict.fromkeys(feed.source.shown if feed.source else feed.files for feed in feeds))


def is_fetched(feed: Feed) -> bool:
    """Whether a feed lies elsewhere, and what is read of it was fetched."""
    return feed.source is not None or scheme_of(feed.files) is not None


def _feeds(configuration: Configuration) -> Iterator[tuple[str, str, Feed]]:
    for channel in configuration.channels:
        for kind, feed in channel.feeds():
            yield channel.name, kind, feed
    for catalogue in configuration.catalogue:
        yield catalogue.channel, CATALOGUE, catalogue
