"""Whether a home is so small that a second thread would cost the engine more than it saves."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.deliveries import list_files
from omni_identity.channels.fetching.fetched_places import scheme_of
from omni_identity.model.home import Home

SMALL = 64 * 2**20
"""Bytes of a warehouse; that of the demo's 3,000 customers has 48 MB. There one thread took 8 % less of the
processors than two, and no longer; of ten times as many customers two take less time."""
GROWTH = 6
"""How many bytes of a warehouse come of one that is delivered (measured on the demo)."""


def is_small(home: Home, configuration: Configuration) -> bool:
    """Whether what a run has to do with, delivered and in the warehouse, is little; False if that cannot be known.

    What stands in object stores and databases is not known before it is fetched.
    """
    feeds = [feed for channel in configuration.channels for _, feed in channel.feeds()]
    if any(feed.source or scheme_of(feed.files) for feed in feeds):
        return False
    # the warehouse first: of a large home nothing has to be listed
    if sum(_sizes([home.warehouse_file])) > SMALL:
        return False
    return GROWTH * sum(_sizes(list_files(configuration, home.root))) <= SMALL


def _sizes(files: list[Path]) -> Iterator[int]:
    for file in files:
        with suppress(OSError):  # one that vanishes meanwhile, or is not there yet
            yield file.stat().st_size
