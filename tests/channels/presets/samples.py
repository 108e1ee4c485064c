"""Samples of presets: an invented export in exactly each vendor's format, and what a person reads in it.

``samples/VENDOR/EXPORT/`` holds the files, ``expected/VENDOR/EXPORT.yaml`` what is in them:

- ``country``: the channel's; ``feed``: keys that a user has to add;
- ``files``: a glob, where the sample's files need different keys: then there is a list of all this;
- ``rows``: how many the files have, ``filtered``: how many of them ``where`` keeps out, ``absent``: how many
  documents have none, ``further``: how many are further lines of an interaction, ``held_back``: the reason of
  each that is held back;
- ``records``, or ``interactions`` and ``lines``: all that is read, in the order of files and rows. Nothing and
  null are one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from omni_identity.channels.batches import Batch
from omni_identity.channels.configuration import Channel, Configuration, parse_configuration
from omni_identity.channels.deliveries import find_deliveries
from omni_identity.channels.feed_checks import check_columns
from omni_identity.channels.presets.preset_files import read_preset
from omni_identity.channels.readers import read_contacts, read_interactions
from omni_identity.model.attributes import FACTS, MESSAGE_WORDS
from omni_identity.standardise import Rules, standardise_contacts, standardise_identifiers

HERE = Path(__file__).parent
NOW = datetime(2025, 1, 1)
WORKING_COLUMNS = (
    *("_key", "_canonical", "placeholders", "invalid", "house_number", "row_number"),
    *("birth_year", "birth_month_day"),
)
"""Of standardised records: what is there for comparing, not for reading."""


@dataclass(frozen=True)
class Sample:
    """One preset's sample, as it was read."""

    row_count: int
    filtered: int
    absent: int
    further: int
    held_back: list[str]
    values: list[dict[str, Any]]
    lines: list[dict[str, Any]]


def expectations(name: str) -> list[dict[str, Any]]:
    """What is to be read in the sample of a preset: of all its files, or of each."""
    text = (HERE / "expected" / f"{name}.yaml").read_text(encoding="utf-8")
    found = yaml.load(text, Loader=_Texts)
    return found if isinstance(found, list) else [found]


class _Texts(yaml.SafeLoader):
    """Times and dates stay texts."""


_Texts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith("timestamp")]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def files_of_sample(name: str) -> list[Path]:
    """The files of a preset's sample."""
    return sorted((HERE / "samples" / name).iterdir())


def read_sample(name: str, country: str | None, feed: dict[str, Any], pattern: str = "*") -> Sample:
    """Read the files of a preset's sample as ``preset: name`` reads them, values standardised."""
    kind = read_preset(name).feed
    folder = HERE / "samples" / name
    settings = {"preset": name, "files": f"{folder}/{pattern}", **feed}
    channel = {"name": "shop", kind: settings} | ({"country": country} if country else {})
    configuration = parse_configuration({"version": 1, "channels": [channel]})
    check_columns(configuration, HERE)
    parts = [_read(configuration, delivery) for delivery in find_deliveries(configuration, HERE)]
    batches = [batch for part in parts for batch in part]
    values = [row for batch in batches for row in _values(configuration, batch)]
    held_back = [reason for batch in batches for reason in batch.quarantined["reason_code"]]
    return Sample(
        row_count=sum(
            b.accepted.height + b.quarantined.height + b.passed_over.count for b in batches
        ),
        filtered=sum(batch.passed_over.filtered for batch in batches),
        absent=sum(batch.passed_over.absent for batch in batches),
        further=sum(batch.passed_over.further for batch in batches),
        held_back=held_back,
        values=values,
        lines=[row for batch in batches for row in _lines(batch)],
    )


def _read(configuration: Configuration, delivery: Any) -> list[Batch]:
    channel = configuration.channel("shop")
    if delivery.feed == "contacts":
        return list(read_contacts(delivery, channel, configuration.vocabulary))
    return list(read_interactions(delivery, channel, configuration.vocabulary, NOW))


def _values(configuration: Configuration, batch: Batch) -> list[dict[str, Any]]:
    channel = configuration.channel("shop")
    rows = batch.accepted
    rules = _rules(configuration, channel)
    if channel.contacts is not None:
        shown = standardise_contacts(rows, rules)
        dropped = [c for c in shown.columns if c.endswith(WORKING_COLUMNS)]
        shown = shown.drop(dropped, strict=False)
    else:
        names = ("interaction_id", "source_record_id", "kind", "occurred_at")
        said = [name for name in MESSAGE_WORDS if name in rows.columns]
        read = rows.select(*names, *configuration.vocabulary.identifiers, *FACTS, *said)
        shown = standardise_identifiers(read, configuration.vocabulary, rules)
    return [_plain(row) for row in shown.to_dicts()]


def _lines(batch: Batch) -> list[dict[str, Any]]:
    """The lines of a batch's interactions, each with the ID of its interaction."""
    if batch.lines is None:
        return []
    ids = batch.accepted.select("interaction_id", interaction_row="row_number")
    lines = ids.join(batch.lines, on="interaction_row", maintain_order="right")
    return [
        _plain(row) for row in lines.drop("interaction_row", "row_number", "line_number").to_dicts()
    ]


def _rules(configuration: Configuration, channel: Channel) -> Rules:
    feed = channel.contacts
    order = feed.date_order if feed else None
    country = channel.country or "US"
    return Rules(
        vocabulary=configuration.vocabulary,
        country=country,
        date_order=order or ("mdy" if country == "US" else "dmy"),
        timezone=feed.timezone if feed else "UTC",
        opt_outs=feed.opt_outs if feed else frozenset(),
    )


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """The filled values as YAML writes them; false flags that nothing was said of are nothing."""
    return {
        name: _text(value)
        for name, value in row.items()
        if value is not None and not (name == "is_deleted" and value is False)
    }


def _text(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value == int(value):
        return int(value)
    return value.to_list() if isinstance(value, pl.Series) else value
