"""Compares each record with what was published of it: gone, somebody else, or without what it had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from omni_identity.channels.column_sources import describe_sources
from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.identity.record_versions import CLOCK_DAYS, snapshot_channels
from omni_identity.model.attributes import Vocabulary
from omni_identity.publish.feeds.contacts import mapped_attributes
from omni_identity.publish.feeds.delivered import CONTACTS
from omni_identity.publish.feeds.figure import WHOLE, Figure


def measure_records(engine: Engine, configuration: Configuration) -> Iterator[Figure]:
    """Per contact feed: the records that are gone, and of those delivered again what became of them.

    Reads ``delivered_contacts``, ``landed``'s tables of files and contacts, ``settled.landings``,
    ``settled.crosswalk``, ``ledger.records``, ``derived.source_records`` and ``changed.records``.
    """
    yield from _gone(engine, configuration)
    parameters = {"snapshots": snapshot_channels(configuration), "clock_days": CLOCK_DAYS}
    attributes = mapped_attributes(configuration)
    engine.run(statement(__file__, "former_versions"), parameters)
    found = engine.fetch(_compared_sql(configuration.vocabulary, attributes))
    engine.run("drop table former_versions")
    rows = {str(row["channel"]): row for row in found.iter_rows(named=True)}
    for channel in configuration.channels:
        if channel.contacts is not None and channel.name in rows:
            mapping = channel.contacts.mapping
            columns = {
                name: describe_sources(mapping[name]) for name in attributes if name in mapping
            }
            yield from _of_channel(channel.name, columns, rows[channel.name])


def _of_channel(channel: str, columns: dict[str, str], row: dict[str, Any]) -> Iterator[Figure]:
    whole = (channel, "contacts", WHOLE)
    yield Figure.share(whole, "other_person", int(row["other_count"]), int(row["named_count"]))
    for name, source in columns.items():
        place = (channel, "contacts", name)
        yield Figure.share(place, "lost", int(row[f"lost_{name}"]), int(row[f"had_{name}"]), source)


def _gone(engine: Engine, configuration: Configuration) -> Iterator[Figure]:
    """Of each channel's published records, those that are current no more."""
    found = engine.fetch(statement(__file__, "gone_records"))
    declared = [c.name for c in configuration.channels]
    for channel, published, gone in found.iter_rows():
        if channel in declared:
            yield Figure.share((channel, "contacts", WHOLE), "gone", gone, published)


def _compared_sql(vocabulary: Vocabulary, attributes: list[str]) -> str:
    shared = " or ".join(
        f'coalesce(list_has_any(n."{name}", o."{name}"), false)' for name in vocabulary.identifiers
    )
    sums = []
    for name in attributes:
        had = f'o."{name}" is not null'
        sums += [
            f'count(*) filter (where {had}) as "had_{name}"',
            f'count(*) filter (where {had} and n."{name}" is null) as "lost_{name}"',
        ]
    listed = "".join(f", {part}" for part in sums)
    return f"""
        select d.channel,
            count(*) filter (where {_named("n")} and {_named("o")}) as named_count,
            count(*) filter (
                where {_named("n")} and {_named("o")}
                    and n.first_name_key is distinct from o.first_name_key
                    and n.last_name_key is distinct from o.last_name_key
                    and not coalesce(n.first_name_key = o.last_name_key, false)
                    and not coalesce(n.birth_date = o.birth_date, false)
                    and not ({shared})
            ) as other_count{listed}
        from {CONTACTS} d
        join former_versions f on f.channel = d.channel and f.source_record_id = d.source_record_id
        join landed.standardised_contacts n
            on n.file_no = d.file_no and n.row_number = d.row_number
        join landed.standardised_contacts o
            on o.file_no = f.file_no and o.row_number = f.row_number
        where d.state = 'current'
        group by d.channel order by d.channel
    """


def _named(alias: str) -> str:
    return f"({alias}.first_name_key is not null or {alias}.last_name_key is not null)"
