"""A person's rows as channels delivered them: whole, with columns that nothing reads, from the files themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.deliveries import Delivery
from omni_identity.channels.file_faults import FileFault, guarded
from omni_identity.channels.readers import payloads_of, read_rows
from omni_identity.engines import Engine
from omni_identity.erasure.delivered_rows import find_delivered_rows
from omni_identity.export.subject import Subject, records_of_others
from omni_identity.model.home import Home


@dataclass(frozen=True)
class DeliveredTexts:
    """``rows``: channel, feed, path, row number and text of every row of the person.

    ``naming_count`` are rows that were held back of somebody else's record and name the person, ``left`` the
    paths of files that could not be looked into.
    """

    rows: list[dict[str, Any]]
    naming_count: int
    left: tuple[str, ...]


def read_delivered_texts(
    engine: Engine, home: Home, configuration: Configuration, subject: Subject, now: datetime
) -> DeliveredTexts:
    """Read the rows that an erasure would take out of the delivered files, but those of others that name the person."""
    found = find_delivered_rows(engine, home, configuration, subject.suppression, now)
    rows: list[dict[str, Any]] = []
    left = {one.path for one in found.left}
    naming = 0
    for deliveries in found.by_path.values():
        for delivery, numbers in deliveries:
            if not numbers:
                continue
            try:
                held = _held_back(engine, delivery, configuration, subject, now)
                naming += len(numbers & held.of_others)
                rows += _texts(delivery, configuration, sorted(numbers - held.of_others), held)
            except FileFault:
                left.add(delivery.path)
    return DeliveredTexts(rows, naming, tuple(sorted(left)))


@dataclass(frozen=True)
class _HeldBack:
    """The rows of a file that were held back: their texts by number, and which are of somebody else's record."""

    texts: dict[int, str]
    of_others: set[int]


def _held_back(
    engine: Engine,
    delivery: Delivery,
    configuration: Configuration,
    subject: Subject,
    now: datetime,
) -> _HeldBack:
    channel = configuration.channel(delivery.channel)
    texts: dict[int, str] = {}
    named: dict[int, tuple[str, str]] = {}
    for batch in guarded(read_rows(delivery, channel, configuration.vocabulary, now)):
        held = batch.quarantined
        texts |= dict(held.select("row_number", "payload").drop_nulls().iter_rows())
        if "source_record_id" in held.columns:
            pairs = held.select("row_number", "source_record_id").drop_nulls()
            named |= {number: (channel.name, record) for number, record in pairs.iter_rows()}
    others = records_of_others(engine, subject, list(named.values()))
    return _HeldBack(texts, {number for number, record in named.items() if record in others})


def _texts(
    delivery: Delivery, configuration: Configuration, numbers: list[int], held: _HeldBack
) -> Iterator[dict[str, Any]]:
    feed = dict(configuration.channel(delivery.channel).feeds())[delivery.feed]
    texts = payloads_of(delivery, feed, numbers)
    for number, text in zip(numbers, texts, strict=True):
        yield {
            "channel": delivery.channel,
            "feed": delivery.feed,
            "path": delivery.path,
            "row_number": number,
            "text": text or held.texts.get(number, ""),  # what is no row has its text there alone
        }
