"""Measures what interaction feeds delivered: rows, their columns, kinds that nobody mapped, contacts nobody has."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from omni_identity.channels.column_sources import describe_sources
from omni_identity.channels.configuration import Channel, Configuration
from omni_identity.channels.reason_codes import TIME_IN_FUTURE
from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.model.attributes import MESSAGE_WORDS, Vocabulary
from omni_identity.publish.feeds.contacts import looks, text_of
from omni_identity.publish.feeds.delivered import INTERACTIONS
from omni_identity.publish.feeds.figure import WHOLE, Figure
from omni_identity.publish.feeds.kinds import kind_counts, known_kinds

CONTACT = "contact"
"""The attribute of figures about whom interactions name by the channel's own record ID."""


def measure_interactions(engine: Engine, configuration: Configuration) -> Iterator[Figure]:
    """The figures of each interaction feed that delivered since the last publication, and every feed's kinds.

    Reads ``delivered_files``, ``delivered_interactions``, ``landed.interactions``, ``landed.messages``,
    ``landed.quarantined_rows``, ``derived.row_states`` and ``derived.interactions``.
    """
    yield from _kinds(engine, configuration)
    delivered = engine.fetch(
        statement(__file__, "future_interactions"), {"in_future": TIME_IN_FUTURE}
    )
    attributes = _mapped_attributes(configuration)
    identifiers = configuration.vocabulary.identifiers
    sums = engine.fetch(_sql(configuration.vocabulary, attributes))
    rows = {str(row["channel"]): row for row in sums.iter_rows(named=True)}
    for name, landed, in_future in delivered.iter_rows():
        channel = next((c for c in configuration.channels if c.name == name), None)
        if channel is not None and channel.interactions is not None:
            yield from _of_channel(channel, rows.get(name, {}), landed, in_future, identifiers)


def _mapped_attributes(configuration: Configuration) -> list[str]:
    feeds = [c.interactions for c in configuration.channels if c.interactions]
    return sorted({name for feed in feeds for name in feed.mapping})


def _of_channel(
    channel: Channel,
    row: dict[str, Any],
    landed: int,
    in_future: int,
    identifiers: tuple[str, ...],
) -> Iterator[Figure]:
    feed = channel.interactions
    assert feed is not None, "a channel that delivered interactions has them"
    rows = int(row.get("row_count") or 0)
    yield Figure(channel.name, "interactions", WHOLE, "rows", float(rows), rows)
    at = (channel.name, "interactions", "occurred_at")
    yield Figure.share(at, "in_future", in_future, landed, ", ".join(feed.occurred_at))
    if not rows:
        return
    if feed.contact is not None and channel.contacts is not None:
        whom = (channel.name, "interactions", CONTACT)
        contact = describe_sources(feed.contact)
        named, unknown = int(row["named_count"]), int(row["unknown_count"])
        yield Figure.share(whom, "filled", named, rows, contact)
        yield Figure.share(whom, "unknown", unknown, named, contact)
    for name, columns in feed.mapping.items():
        place, source = (channel.name, "interactions", name), describe_sources(columns)
        filled = int(row[f"filled_{name}"])
        yield Figure.share(place, "filled", filled, rows, source)
        if name not in identifiers:  # campaigns, stores and statuses are called anything
            continue
        for figure in ("with_at", "with_digit"):
            yield Figure.share(place, figure, int(row[f"{figure}_{name}"]), filled, source)
        length = int(row[f"length_{name}"]) / filled if filled else None
        yield Figure(*place, "length", length, None, filled, source)


def _kinds(engine: Engine, configuration: Configuration) -> Iterator[Figure]:
    """Of every feed's interactions, new or old, those of a kind that nobody mapped."""
    counts = kind_counts(engine)
    for channel in configuration.channels:
        if channel.interactions is None or channel.name not in counts:
            continue
        known = known_kinds(channel.interactions)
        of_channel = counts[channel.name]
        unknown = sum(n for kind, n in of_channel.items() if kind not in known)
        place = (channel.name, "interactions", "kind")
        column = describe_sources(channel.interactions.kind)
        yield Figure.share(place, "unknown", unknown, sum(of_channel.values()), column)


def _sql(vocabulary: Vocabulary, attributes: list[str]) -> str:
    sums = []
    for name in attributes:
        filled = f'{"m" if name in MESSAGE_WORDS else "i"}."{name}" is not null'
        sums.append(f'count(*) filter (where {filled}) as "filled_{name}"')
        if name in vocabulary.identifiers:
            sums += looks(name, text_of(name, vocabulary.identifiers, "i"), filled)
    listed = "".join(f", {part}" for part in sums)
    return f"""
        select i.channel, count(*) as row_count,
            count(i.source_record_id) as named_count,
            count(*) filter (where i.source_record_id is not null and r.channel is null)
                as unknown_count{listed}
        from landed.interactions i
        join {INTERACTIONS} d on d.file_no = i.file_no and d.row_number = i.row_number
        left join landed.messages m on m.file_no = i.file_no and m.row_number = i.row_number
        left join (select distinct channel, source_record_id from derived.row_states) r
            on r.channel = i.channel and r.source_record_id = i.source_record_id
        group by i.channel order by i.channel
    """
