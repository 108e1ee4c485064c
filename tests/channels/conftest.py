"""A home with one channel, whose files a test writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from omni_identity.channels.batches import Batch, PassedOver
from omni_identity.channels.configuration import Configuration, parse_configuration
from omni_identity.channels.deliveries import find_deliveries
from omni_identity.channels.readers import read_contacts, read_interactions

NOW = datetime(2025, 1, 1)
Read = Callable[..., Batch]


def configure(contacts: dict[str, Any] | None = None, **channel: Any) -> Configuration:
    """A configuration of one channel, ``web``."""
    if contacts is not None:
        mapping = {"first_name": "name", "email": "mail"}
        base = {"files": "landing/*", "record_id": "id", "mapping": mapping}
        channel["contacts"] = base | contacts
    return parse_configuration({"version": 1, "channels": [{"name": "web", **channel}]})


def joined(batches: list[Batch]) -> Batch:
    if not batches:
        return Batch(pl.DataFrame(), pl.DataFrame())
    lines = [b.lines for b in batches if b.lines is not None]
    unread = Counter[str]()
    for batch in batches:
        unread.update(batch.unread)
    return Batch(
        pl.concat([b.accepted for b in batches]),
        pl.concat([b.quarantined for b in batches], how="diagonal"),
        tuple(number for b in batches for number in b.suppressed),
        sum((b.passed_over for b in batches), PassedOver()),
        pl.concat(lines) if lines else None,
        dict(unread),
    )


@pytest.fixture
def contacts_of(tmp_path: Path) -> Read:
    """Write one contacts file and read it."""

    def read(content: bytes | str, name: str = "a.csv", **settings: Any) -> Batch:
        rows = settings.pop("batch_rows", 200_000)
        country = settings.pop("country", None)
        configuration = configure(settings, **({"country": country} if country else {}))
        path = tmp_path / "landing" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (delivery,) = find_deliveries(configuration, tmp_path)
        channel = configuration.channel("web")
        return joined(list(read_contacts(delivery, channel, configuration.vocabulary, rows)))

    return read


@pytest.fixture
def interactions_of(tmp_path: Path) -> Read:
    """Write one interactions file and read it at ``NOW``."""

    def read(content: bytes | str, name: str = "a.jsonl", **settings: Any) -> Batch:
        base = {"files": "landing/*", "interaction_id": "id", "kind": "type", "occurred_at": "ts"}
        configuration = configure(interactions=base | settings)
        path = tmp_path / "landing" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        (delivery,) = find_deliveries(configuration, tmp_path)
        channel = configuration.channel("web")
        return joined(list(read_interactions(delivery, channel, configuration.vocabulary, NOW)))

    return read


def reasons(batch: Batch) -> list[tuple[int | None, str]]:
    return batch.quarantined.select("row_number", "reason_code").rows()


def ids(batch: Batch) -> list[tuple[int, str]]:
    return batch.accepted.select("row_number", "source_record_id").rows()
