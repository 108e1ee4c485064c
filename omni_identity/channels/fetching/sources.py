"""Sources: everything that feeds fetch from elsewhere, fetched at the beginning of a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from omni_identity.channels.catalogue_files import CATALOGUE
from omni_identity.channels.configuration import Configuration, Feed
from omni_identity.channels.deliveries import SetAside
from omni_identity.channels.fetching.fetched_places import scheme_of
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
        if scheme_of(feed.files) is None:
            continue
        if feed.files not in by_url:
            by_url[feed.files] = fetch_objects(feed.files, home)
        found.setdefault((channel, kind), []).extend(
            SetAside.by(fault, channel, kind, url, "") for url, fault in by_url[feed.files].items()
        )
    return found


def list_sources(configuration: Configuration) -> list[str]:
    """What feeds fetch from elsewhere, in words: each URL once, in the order of ``omni.yaml``."""
    urls = (feed.files for _, _, feed in _feeds(configuration) if scheme_of(feed.files))
    return list(dict.fromkeys(urls))


def _feeds(configuration: Configuration) -> Iterator[tuple[str, str, Feed]]:
    for channel in configuration.channels:
        for kind, feed in channel.feeds():
            yield channel.name, kind, feed
    for catalogue in configuration.catalogue:
        yield catalogue.channel, CATALOGUE, catalogue
