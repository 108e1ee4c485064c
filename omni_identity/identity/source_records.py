"""Which landed row is whose newest version: current, superseded, deleted; and the table of current records."""

from __future__ import annotations

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine

NEWEST_FIRST = """
    case when is_snapshot then path end desc, case when is_snapshot then version end desc,
    updated_at desc nulls last, path desc, version desc, row_number desc
"""
"""The order of a record's versions. It never looks at when something arrived, only at what it says:
the newest ``updated_at`` wins, among equals the file whose name sorts last, then the later row; in a
snapshot feed the newer snapshot wins first."""


def build_source_records(engine: Engine, configuration: Configuration) -> None:
    """Rebuild ``derived.row_states``, ``derived.source_records`` and ``derived.channel_counts``."""
    snapshots = [
        c.name for c in configuration.channels if c.contacts and c.contacts.feed == "snapshot"
    ]
    channels = [channel.name for channel in configuration.channels]
    engine.run("create schema if not exists derived")
    with engine.transaction():
        _build_row_states(engine, snapshots)
        engine.run(
            """
            create or replace table derived.source_records as
            select l.record_no, l.first_landed_at, s.*
            from derived.row_states t
            join landed.standardised_contacts s using (file_no, row_number)
            join ledger.records l on l.channel = s.channel and l.source_record_id = s.source_record_id
            where t.state = 'current'
            order by l.record_no
            """
        )
        engine.run(
            """
            create or replace table derived.channel_counts as
            with landed_rows as (
                select channel, sum(row_count)::bigint as landed_count,
                    sum(suppressed_count)::bigint as suppressed_count
                from landed.files where feed = 'contacts' group by channel
            ), states as (
                select channel,
                    count(*) filter (where state = 'current') as current_count,
                    count(*) filter (where state = 'superseded') as superseded_count,
                    count(*) filter (where state = 'deleted') as deleted_count
                from derived.row_states group by channel
            ), held_back as (
                select channel, count(*) as quarantined_count
                from landed.quarantined_rows where feed = 'contacts' group by channel
            )
            select channel,
                coalesce(landed_count, 0) as landed_count,
                coalesce(current_count, 0) as current_count,
                coalesce(superseded_count, 0) as superseded_count,
                coalesce(deleted_count, 0) as deleted_count,
                coalesce(quarantined_count, 0) as quarantined_count,
                coalesce(suppressed_count, 0) as suppressed_count
            from (select unnest($channels::varchar[]) as channel
                union select channel from landed_rows)
            left join landed_rows using (channel)
            left join states using (channel)
            left join held_back using (channel)
            order by channel
            """,
            {"channels": channels},
        )


def _build_row_states(engine: Engine, snapshots: list[str]) -> None:
    """One row per standardised contact row: its record and ``state``.

    A record that the newest complete snapshot of its channel lacks is deleted. A snapshot that could
    not be read to its end deletes nobody, nor does a row of it that was quarantined.
    """
    engine.run(
        f"""
        create or replace table derived.row_states as
        with places as (
            select channel, feed, content_hash, arg_max(path, (path, version)) as path,
                arg_max(version, (path, version)) as version
            from landed.landings group by channel, feed, content_hash
        ), positions as (
            select f.file_no, f.channel, p.path, p.version, f.is_complete,
                list_contains($snapshots::varchar[], f.channel) as is_snapshot
            from landed.files f join places p using (channel, feed, content_hash)
            where f.feed = 'contacts'
        ), newest_snapshots as (
            select channel, arg_max(file_no, (path, version)) as file_no,
                max((path, version)) as place
            from positions where is_snapshot and is_complete group by channel
        ), held_back as (
            select q.channel, q.source_record_id
            from landed.quarantined_rows q join newest_snapshots using (file_no)
            where q.source_record_id is not null
        ), versions as (
            select s.file_no, s.row_number, s.channel, s.source_record_id, s.is_deleted,
                p.is_snapshot, (p.path, p.version) as place,
                row_number() over (
                    partition by s.channel, s.source_record_id order by {NEWEST_FIRST}
                ) as age
            from landed.standardised_contacts s join positions p using (file_no)
        )
        select v.file_no, v.row_number, v.channel, v.source_record_id,
            case
                when v.age > 1 then 'superseded'
                when v.is_deleted then 'deleted'
                when v.is_snapshot and n.file_no is not null and v.place < n.place
                    and h.source_record_id is null then 'deleted'
                else 'current'
            end as state
        from versions v
        left join newest_snapshots n using (channel)
        left join (select distinct channel, source_record_id from held_back) h
            using (channel, source_record_id)
        """,
        {"snapshots": snapshots},
    )
