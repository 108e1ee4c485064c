"""Compares each record with what was published of it: gone, somebody else, or without what it had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from omni_identity.channels.column_sources import describe_sources
from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.identity.record_versions import NEWEST_FIRST, believed
from omni_identity.model.attributes import Vocabulary
from omni_identity.publish.feeds.contacts import mapped_attributes
from omni_identity.publish.feeds.delivered import CONTACTS
from omni_identity.publish.feeds.figure import WHOLE, Figure

FORMER = "former_versions"
"""Temporary: ``channel, source_record_id, file_no, row_number`` of the published version of delivered records."""


def measure_records(engine: Engine, configuration: Configuration) -> Iterator[Figure]:
    """Per contact feed: the records that are gone, and of those delivered again what became of them."""
    yield from _gone(engine, configuration)
    snapshots = [
        c.name for c in configuration.channels if c.contacts and c.contacts.feed == "snapshot"
    ]
    attributes = mapped_attributes(configuration)
    engine.run(_FORMER, {"snapshots": snapshots})
    found = engine.fetch(_compared_sql(configuration.vocabulary, attributes))
    engine.run(f"drop table {FORMER}")
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
    found = engine.fetch(_GONE)
    declared = [c.name for c in configuration.channels]
    for channel, published, gone in found.iter_rows():
        if channel in declared:
            yield Figure.share((channel, "contacts", WHOLE), "gone", gone, published)


_GONE = """
    with gone as (
        -- who went is noted until it is published
        select l.channel, l.source_record_id
        from (select distinct record_no from changed.records) p
        join ledger.records l on l.record_no = p.record_no
        left join derived.source_records s on s.record_no = p.record_no
        where s.record_no is null
    ), gone_counts as (
        select s.channel, count(*) as n from settled.crosswalk s
        join gone g on g.channel = s.channel and g.source_record_id = s.source_record_id
        group by s.channel
    ), published as (
        -- an erasure leaves rows that name no channel
        select channel, count(*) as n from settled.crosswalk where channel is not null group by channel
    )
    select p.channel, p.n as published, coalesce(g.n, 0) as gone
    from published p left join gone_counts g on g.channel = p.channel order by p.channel
"""

_FORMER = f"""
    create or replace temp table {FORMER} as
    with places as (
        select l.channel, l.content_hash, max((l.path, l.version)) as place,
            arg_max(l.path, (l.path, l.version)) as path,
            arg_max(l.version, (l.path, l.version)) as version
        from landed.landings l join settled.landings s
            on s.channel = l.channel and s.feed = l.feed and s.path = l.path and s.version = l.version
        where l.feed = 'contacts' group by l.channel, l.content_hash
    ), first_landed as (
        select channel, content_hash, min(landed_at) as landed_at from landed.landings
        where feed = 'contacts' group by channel, content_hash
    ), positions as (
        select f.file_no, p.path, p.version, a.landed_at,
            list_contains($snapshots::varchar[], f.channel) as is_snapshot
        from landed.files f
        join places p on p.channel = f.channel and p.content_hash = f.content_hash
        join first_landed a on a.channel = f.channel and a.content_hash = f.content_hash
        where f.feed = 'contacts'
    ), sought as (
        select d.channel, d.source_record_id from {CONTACTS} d
        join settled.crosswalk s on s.channel = d.channel and s.source_record_id = d.source_record_id
        where d.state = 'current'
    ), versions as (
        select s.channel, s.source_record_id, s.file_no, s.row_number, p.path, p.version,
            p.is_snapshot, {believed("s", "p")} as updated_at
        from landed.standardised_contacts s
        join positions p on p.file_no = s.file_no
        join sought t on t.channel = s.channel and t.source_record_id = s.source_record_id
    ), ranked as (
        select channel, source_record_id, file_no, row_number, row_number() over (
            partition by channel, source_record_id order by {NEWEST_FIRST}
        ) as age
        from versions
    )
    select channel, source_record_id, file_no, row_number from ranked where age = 1
"""


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
        join {FORMER} f on f.channel = d.channel and f.source_record_id = d.source_record_id
        join landed.standardised_contacts n
            on n.file_no = d.file_no and n.row_number = d.row_number
        join landed.standardised_contacts o
            on o.file_no = f.file_no and o.row_number = f.row_number
        where d.state = 'current'
        group by d.channel order by d.channel
    """


def _named(alias: str) -> str:
    return f"({alias}.first_name_key is not null or {alias}.last_name_key is not null)"
