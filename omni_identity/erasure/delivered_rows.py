"""Finds the rows of erased persons in delivered files, by file and number, as the files stand now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.deliveries import Delivery, SetAside, find_deliveries
from omni_identity.channels.feeds import FeedKind
from omni_identity.channels.file_faults import FileFault
from omni_identity.channels.redaction import suppressed_rows
from omni_identity.channels.suppression import Suppression
from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.model.home import Home

Place = tuple[str, FeedKind, str]
"""Channel, feed and content hash of a file."""


@dataclass(frozen=True)
class DeliveredRows:
    """Every delivered file with the numbers of its rows that are erased persons' (it may be of several feeds).

    ``landed`` are the files of which such rows have landed, ``left`` those that could not be looked into.
    """

    by_path: Mapping[Path, list[tuple[Delivery, set[int]]]]
    landed: frozenset[Place]
    left: list[SetAside]


def find_delivered_rows(
    engine: Engine,
    home: Home,
    configuration: Configuration,
    suppression: Suppression,
    now: datetime,
) -> DeliveredRows:
    """Find the rows of erased persons in all that is delivered.

    Files that were read are known by their content; which of them hold erased rows, the warehouse
    says, but for files of which not all rows have landed. These are read again, and so are files that are not
    known: some were not landed yet, some came again or were not put in place when an erasure was killed. The
    numbers of landed rows are those of the file as it was delivered: where a former erasure took rows out of
    it, they name others by now. Reads ``ROWS``, ``HELD_BACK``, ``landed.files`` and ``landed.redactions``.
    """
    erased = _erased_files(engine)
    known = set(engine.fetch("select channel, feed, content_hash from landed.files").iter_rows())
    partly_landed = set(engine.fetch(statement(__file__, "partly_landed_files")).iter_rows())
    redacted = "select channel, feed, content_hash from landed.redactions"
    rewritten = set(engine.fetch(redacted).iter_rows())
    by_path: dict[Path, list[tuple[Delivery, set[int]]]] = defaultdict(list)
    left: list[SetAside] = []
    for delivery in find_deliveries(configuration, home.root):
        place = (delivery.channel, delivery.feed, delivery.content_hash)
        rows = set[int]() if place in rewritten else erased.get(place, set())
        if place in erased or place not in known or place in partly_landed:
            channel = configuration.channel(delivery.channel)
            words = configuration.vocabulary
            try:
                rows |= suppressed_rows(delivery, channel, words, suppression, now)
            except FileFault as fault:
                left.append(set_aside(delivery, fault))
                continue
        by_path[delivery.absolute].append((delivery, rows))
    return DeliveredRows(by_path, frozenset(erased), left)


def set_aside(delivery: Delivery, fault: FileFault) -> SetAside:
    """The delivered file as one that could not be looked into or rewritten."""
    place = (delivery.channel, delivery.feed, delivery.path)
    return SetAside.by(fault, *place, delivery.content_hash)


def _erased_files(engine: Engine) -> dict[Place, set[int]]:
    """Row numbers of erased rows, by the channel, feed and content of the file that they were read from."""
    found = engine.fetch(statement(__file__, "erased_files"))
    return {
        (channel, feed, content_hash): {n for n in numbers if n is not None}
        for channel, feed, content_hash, numbers in found.iter_rows()
    }
