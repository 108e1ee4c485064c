"""Which interactions are looked at again: those that landed, and those that what changed may say whose they are."""

from __future__ import annotations

from collections.abc import Sequence

from omni_identity.engines import Engine

DEVICE = "device_id"
"""The identifier that says who it may have been, not who it was: a device may be shared."""

MOVED_RECORDS = """
    select record_no from changed.records
    union select record_no from derived.customers
    where golden_id in (select golden_id from changed.customers)
"""
"""Records that came, changed or went, and all of the customers that any of this concerns."""


def find_touched_interactions(engine: Engine, identifiers: Sequence[str]) -> None:
    """Make ``sought_interactions`` (every identifier in landed rows) and ``touched_interactions``.

    The latter has ``channel, interaction_id`` of each only once.
    """
    sought = " union all ".join(
        f"select file_no, row_number, '{name}' as identifier, {rank} as rank, unnest(\"{name}\") as value"
        f' from landed.interaction_identifiers where "{name}" is not null'
        for rank, name in enumerate(identifiers)
    )
    engine.run(f"create or replace temp table sought_interactions as {sought}")
    engine.run(_FRESH_FILES)
    if engine.fetch(_SEEN_FILES).height:
        engine.run(_touched_sql(identifiers))
        engine.run(_OF_DEVICES)
    else:
        # all that ever landed is fresh
        engine.run(
            "create or replace temp table touched_interactions as"
            " select distinct channel, interaction_id from landed.interactions"
        )
    engine.run("drop table fresh_files")


_FRESH_FILES = """
    create or replace temp table fresh_files as
    select distinct f.file_no from landed.files f
    join landed.landings l using (channel, feed, content_hash)
    anti join changed.seen_landings s
        on s.channel = l.channel and s.feed = l.feed and s.content_hash = l.content_hash
        and s.path = l.path and s.version = l.version
    where f.feed = 'interactions'
"""

_SEEN_FILES = """
    select file_no from landed.files
    where feed = 'interactions' and file_no not in (select file_no from fresh_files)
"""


def _touched_sql(identifiers: Sequence[str]) -> str:
    held = " union ".join(
        f"select '{name}' as identifier, unnest(\"{name}\") as value from derived.source_records"
        f' where "{name}" is not null and record_no in ({MOVED_RECORDS})'
        for name in identifiers
    )
    return f"""
        create or replace temp table touched_interactions as
        with noted_values as (
            select identifier, value from changed.identifiers union {held}
        ), noted_records as (
            select l.channel, l.source_record_id
            from ledger.records l where record_no in ({MOVED_RECORDS})
        )
        select channel, interaction_id from landed.interactions
        where file_no in (select file_no from fresh_files)
        union
        select i.channel, i.interaction_id from derived.interactions i
        semi join noted_records using (channel, source_record_id)
        union
        select i.channel, i.interaction_id from landed.interactions i
        semi join (
            select file_no, row_number from sought_interactions
            semi join noted_values using (identifier, value)
        ) f using (file_no, row_number)
        union
        select channel, interaction_id from derived.interactions
        where golden_id in (select golden_id from changed.customers)
    """


_OF_DEVICES = f"""
    insert into touched_interactions
    -- who is identified on a device may say whose its other interactions are
    with of_devices as (
        select file_no, row_number, value from sought_interactions where identifier = '{DEVICE}'
    ), devices as (
        select d.value from of_devices d join landed.interactions i using (file_no, row_number)
        semi join touched_interactions t
            on t.channel = i.channel and t.interaction_id = i.interaction_id
    )
    select i.channel, i.interaction_id from landed.interactions i
    semi join (select file_no, row_number from of_devices where value in (select value from devices)) d
        using (file_no, row_number)
    except select channel, interaction_id from touched_interactions
"""
