"""Sources: everything that feeds fetch from elsewhere, fetched at the beginning of a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from omni_identity.channels.catalogue_files import CATALOGUE
from omni_identity.channels.configuration import Configuration, Feed
from omni_identity.channels.deliveries import SetAside
from omni_identity.channels.fetching.database_tables import fetch_table
from omni_identity.channels.fetching.fetched_places import scheme_of, table_folder
from omni_identity.channels.fetching.object_stores import Faults, fetch_objects


def fetch_sources(
    configuration: Configuration, home: Path
) -> dict[tuple[str, str], list[SetAside]]:
    """Fetch what is new for every feed from elsewhere; by channel and feed, what could not be fetched.

    A feed whose source fails is left with what was fetched before, and stops no other.
    """
    by_url: dict[str, Faults] = {}
    found: dict[tuple[str, str], list[SetAside]] = {}
    for channel, kind, feed in _feeds(configuration):
        if feed.source is not None:
            fault = fetch_table(feed.source, home / table_folder(channel, kind))
            faults = [fault] if fault is not None else []
            shown = feed.source.shown
            found[channel, kind] = [SetAside.by(f, channel, kind, shown, "") for f in faults]
            continue
        if scheme_of(feed.files) is None:
            continue
        if feed.files not in by_url:
            by_url[feed.files] = fetch_objects(feed.files, home)
        found.setdefault((channel, kind), []).extend(
            SetAside.by(fault, channel, kind, url, "") for url, fault in by_url[feed.files].items()
        )
    return found


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
