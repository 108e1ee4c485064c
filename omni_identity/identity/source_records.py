"""Which landed row is whose newest version: current, superseded, deleted; and the table of current records."""

from __future__ import annotations

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.moving import move_rows
from omni_identity.identity.changes import IDENTIFIERS, RECORDS, mark_changed
from omni_identity.identity.held_back_consents import apply_held_back_consents, find_held_back_words
from omni_identity.identity.record_versions import LANDED_AT, NEWEST_FIRST, POSITIONS, believed
from omni_identity.model.attributes import Vocabulary

FRESH = "derived.new_source_records"


def find_touched_records(engine: Engine, configuration: Configuration) -> int:
    """Rebuild ``derived.touched_records`` (``channel, source_record_id``); return how many.

    They are all records that a file names which was landed, or landed anew under another name, since
    this was last asked; and all of a channel whose newest snapshot that was. A row that is held back names
    a record that has others.
    """
    snapshots = _snapshot_channels(configuration)
    _create_tables(engine)
    engine.run(
        """
        create or replace table derived.touched_files as
        select distinct f.file_no, f.channel from landed.files f
        join landed.landings l using (channel, feed, content_hash)
        anti join changed.seen_landings s
            on s.channel = l.channel and s.feed = l.feed and s.content_hash = l.content_hash
            and s.path = l.path and s.version = l.version
        where f.feed = 'contacts'
        """
    )
    engine.run(
        """
        create or replace table derived.touched_records as
        select channel, source_record_id from landed.standardised_contacts
        where file_no in (select file_no from derived.touched_files)
        union
        select q.channel, q.source_record_id from landed.quarantined_rows q
        join derived.row_states r
            on r.channel = q.channel and r.source_record_id = q.source_record_id
        where q.feed = 'contacts' and q.file_no in (select file_no from derived.touched_files)
        union
        select channel, source_record_id from derived.row_states
        where list_contains($snapshots::varchar[], channel)
            and channel in (select channel from derived.touched_files)
        """,
        {"snapshots": snapshots},
    )
    return count_rows(engine, "derived.touched_records")


def update_source_records(engine: Engine, configuration: Configuration) -> None:
    """Bring ``derived.source_records`` and ``derived.row_states`` up to date for the touched records.

    Notes the records that came, changed or went, with the identifiers that they had or have. Rebuilds
    ``derived.channel_counts``.
    """
    vocabulary = configuration.vocabulary
    snapshots = _snapshot_channels(configuration)
    said = _said_sql(engine, vocabulary)
    channels = [channel.name for channel in configuration.channels]
    find_held_back_words(engine, configuration)
    with engine.transaction():
        _update_row_states(engine, snapshots)
        engine.run(
            f"""
            create or replace table derived.new_source_records as
            with landed_files as ({LANDED_AT})
            select l.record_no, l.first_landed_at, {said}
            from derived.row_states t
            join derived.touched_records using (channel, source_record_id)
            join landed.standardised_contacts s using (file_no, row_number)
            join landed_files f on f.file_no = s.file_no
            join ledger.records l on l.channel = s.channel and l.source_record_id = s.source_record_id
            where t.state = 'current'
            """
        )
        apply_held_back_consents(engine, configuration, FRESH, snapshots)
        engine.run(
            """
            create or replace temp table former_records as
            select s.* from derived.source_records s
            semi join derived.touched_records using (channel, source_record_id)
            """
        )
        engine.run(f"create or replace temp table changed_records as {_changed_sql(engine)}")
        mark_changed(engine, RECORDS, "select record_no from changed_records")
        for records in ("former_records", FRESH):
            mark_changed(engine, IDENTIFIERS, _identifiers_sql(vocabulary, records))
        engine.run(
            "delete from derived.source_records where record_no in (select record_no from former_records)"
        )
        move_rows(engine, FRESH, "derived.source_records")
        for table in ("former_records", "changed_records"):
            engine.run(f"drop table {table}")
        engine.run(_CHANNEL_COUNTS, {"channels": channels})
        engine.run(
            """
            insert into changed.seen_landings
            select channel, feed, content_hash, path, version from landed.landings
            where feed = 'contacts' except select * from changed.seen_landings
            """
        )


def _snapshot_channels(configuration: Configuration) -> list[str]:
    return [c.name for c in configuration.channels if c.contacts and c.contacts.feed == "snapshot"]


def _create_tables(engine: Engine) -> None:
    engine.run(
        "create table if not exists derived.row_states (file_no INTEGER, row_number BIGINT,"
        " channel VARCHAR, source_record_id VARCHAR, state VARCHAR)"
    )
    engine.run(
        "create table if not exists derived.source_records as"
        " select l.record_no, l.first_landed_at, s.* from landed.standardised_contacts s"
        " join ledger.records l on false"
    )


def _said_sql(engine: Engine, vocabulary: Vocabulary) -> str:
    """The columns of a standardised row ``s`` of the file ``f``, in their order, as far as they are believed."""
    columns = engine.columns()["landed.standardised_contacts"]
    times = ("updated_at", "created_at", *(f"consent_{x}_at" for x in vocabulary.consents))
    known = {name: believed("s", "f", name) for name in times}
    known["birth_date"] = believed("s", "f", "birth_date")
    known["invalid"] = (
        f"case when s.birth_date is not null and {known['birth_date']} is null"
        " then list_append(s.invalid, 'birth_date') else s.invalid end"
    )
    said = (known.get(name, f's."{name}"') for name in columns)
    return ", ".join(f'{value} as "{name}"' for value, name in zip(said, columns, strict=True))


def _changed_sql(engine: Engine) -> str:
    """SQL for the ``record_no`` of every record that is not, in all that it says, what it was."""
    if not engine.fetch("select 1 as x from former_records limit 1").height:
        return f"select record_no from {FRESH}"
    places = ("record_no", "file_no", "row_number")
    columns = engine.fetch(f"select * from {FRESH} limit 0").columns
    said = [f'"{name}"' for name in columns if name not in places]
    f, s = (", ".join(f"{side}.{name}" for name in said) for side in ("f", "s"))
    return (
        "select coalesce(f.record_no, s.record_no) as record_no"
        f" from {FRESH} f full join former_records s on s.record_no = f.record_no"
        f" where f.record_no is null or s.record_no is null or row({f}) is distinct from row({s})"
    )


def _identifiers_sql(vocabulary: Vocabulary, records: str) -> str:
    return " union ".join(
        f"select '{name}' as identifier, unnest(\"{name}\") as value from {records}"
        f' semi join changed_records using (record_no) where "{name}" is not null'
        for name in vocabulary.identifiers
    )


_CHANNEL_COUNTS = """
    create or replace table derived.channel_counts as
    with landed_rows as (
        select channel, sum(row_count)::bigint as landed_count,
            sum(suppressed_count)::bigint as suppressed_count,
            sum(coalesce(filtered_count, 0) + coalesce(absent_count, 0)
                + coalesce(further_count, 0))::bigint as filtered_count
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
        coalesce(suppressed_count, 0) as suppressed_count,
        coalesce(filtered_count, 0) as filtered_count
    from (select unnest($channels::varchar[]) as channel
        union select channel from landed_rows)
    left join landed_rows using (channel)
    left join states using (channel)
    left join held_back using (channel)
    order by channel
"""


def _update_row_states(engine: Engine, snapshots: list[str]) -> None:
    """One row per standardised contact row: its record and ``state``.

    A record that the newest complete snapshot of its channel lacks is deleted. A snapshot that could
    not be read to its end deletes nobody, nor does a row of it that was quarantined.
    """
    engine.run(
        "delete from derived.row_states using derived.touched_records t"
        " where t.channel = row_states.channel and t.source_record_id = row_states.source_record_id"
    )
    engine.run(
        f"""
        insert into derived.row_states
        with {POSITIONS}, newest_snapshots as (
            select channel, arg_max(file_no, (path, version)) as file_no,
                max((path, version)) as place
            from positions where is_snapshot and is_complete group by channel
        ), held_back as (
            select q.channel, q.source_record_id
            from landed.quarantined_rows q join newest_snapshots using (file_no)
            where q.source_record_id is not null
        ), candidates as (
            select s.file_no, s.row_number, s.channel, s.source_record_id, s.is_deleted,
                p.is_snapshot, p.path, p.version, {believed("s", "p")} as updated_at
            from landed.standardised_contacts s
            join positions p on p.file_no = s.file_no
            semi join derived.touched_records t
                on t.channel = s.channel and t.source_record_id = s.source_record_id
        ), versions as (
            select file_no, row_number, channel, source_record_id, is_deleted, is_snapshot,
                (path, version) as place,
                row_number() over (
                    partition by channel, source_record_id order by {NEWEST_FIRST}
                ) as age
            from candidates
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
