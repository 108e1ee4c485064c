"""Which landed row is whose newest version: current, superseded, deleted; and the table of current records."""

from __future__ import annotations

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine, count_rows
from omni_identity.engines.declared import create_missing
from omni_identity.engines.moving import move_rows
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import IDENTIFIERS, RECORDS, mark_changed
from omni_identity.identity.held_back_consents import apply_held_back_consents, find_held_back_words
from omni_identity.identity.record_versions import (
    believed,
    list_contact_files,
    snapshot_channels,
)
from omni_identity.model.attributes import Vocabulary

NEW = "derived.new_source_records"


def find_affected_records(engine: Engine, configuration: Configuration) -> int:
    """Rebuild ``derived.affected_records`` (``channel, source_record_id``); return how many.

    They are the records whose newest version may be another since ``changed.seen_landings`` was last brought
    up to date. Reads ``landed.files``, ``landed.landings``, ``landed.standardised_contacts``,
    ``landed.quarantined_rows`` and ``derived.row_states``; also rebuilds ``derived.new_contact_files``.
    """
    create_missing(engine, "derived.row_states")
    engine.run(
        "create table if not exists derived.source_records as"
        " select l.record_no, l.first_landed_at, s.* from landed.standardised_contacts s"
        " join ledger.records l on false"
    )
    engine.run(statement(__file__, "new_contact_files"))
    snapshots = snapshot_channels(configuration)
    engine.run(statement(__file__, "affected_records"), {"snapshots": snapshots})
    return count_rows(engine, "derived.affected_records")


def update_source_records(engine: Engine, configuration: Configuration) -> None:
    """Bring ``derived.source_records`` and ``derived.row_states`` up to date for the affected records.

    Reads ``derived.affected_records``, ``ledger.records`` and the tables of ``landed``. Marks the records that
    came, changed or went, with the identifiers that they had or have. Rebuilds ``derived.channel_counts`` and,
    for the affected records, ``derived.held_back_consents``; afterwards ``changed.seen_landings`` knows every
    landing of contacts.
    """
    vocabulary = configuration.vocabulary
    channels = [channel.name for channel in configuration.channels]
    find_held_back_words(engine, configuration)
    with engine.transaction():
        list_contact_files(engine, configuration)
        engine.run(
            "delete from derived.row_states using derived.affected_records a"
            " where a.channel = row_states.channel and a.source_record_id = row_states.source_record_id"
        )
        engine.run(statement(__file__, "row_states"))
        _list_new_records(engine, vocabulary)
        apply_held_back_consents(engine, vocabulary)
        engine.run(
            "create or replace temp table former_records as select * from derived.source_records"
            " semi join derived.affected_records using (channel, source_record_id)"
        )
        engine.run(f"create or replace temp table changed_records as {_changed_sql(engine)}")
        mark_changed(engine, RECORDS, "select record_no from changed_records")
        for records in ("former_records", NEW):
            mark_changed(engine, IDENTIFIERS, _identifiers_sql(vocabulary, records))
        former = "record_no in (select record_no from former_records)"
        move_rows(engine, NEW, "derived.source_records", former)
        for table in ("contact_files", "former_records", "changed_records"):
            engine.run(f"drop table {table}")
        engine.run(statement(__file__, "channel_counts"), {"channels": channels})
        engine.run(
            "insert into changed.seen_landings"
            " select channel, feed, content_hash, path, version from landed.landings"
            " where feed = 'contacts' except select * from changed.seen_landings"
        )


def _list_new_records(engine: Engine, vocabulary: Vocabulary) -> None:
    """Rebuild the table ``NEW``: the current version of each affected record that has one."""
    engine.run(
        f"""
        create or replace table {NEW} as
        select l.record_no, l.first_landed_at, {_believed_columns(engine, vocabulary)}
        from derived.row_states t
        join derived.affected_records using (channel, source_record_id)
        join landed.standardised_contacts s using (file_no, row_number)
        join contact_files f on f.file_no = s.file_no
        join ledger.records l on l.channel = s.channel and l.source_record_id = s.source_record_id
        where t.state = 'current'
        """
    )


def _believed_columns(engine: Engine, vocabulary: Vocabulary) -> str:
    """The columns of a standardised row ``s`` of the file ``f``, in their order, as far as they are believed."""
    columns = engine.columns()["landed.standardised_contacts"]
    times = ("updated_at", "created_at", *(f"consent_{x}_at" for x in vocabulary.consents))
    known = {name: believed("s", "f", name) for name in (*times, "birth_date")}
    is_unborn = f"s.birth_date is not null and {known['birth_date']} is null"
    known["birth_year"] = f"case when not ({is_unborn}) then s.birth_year end"
    known["invalid"] = (
        f"case when {is_unborn} then list_append(s.invalid, 'birth_date') else s.invalid end"
    )
    return ", ".join(
        f'{value} as "{name}"'
        for name, value in ((name, known.get(name, f's."{name}"')) for name in columns)
    )


def _changed_sql(engine: Engine) -> str:
    """SQL for the ``record_no`` of every record that is not, in all that it says, what it was."""
    if not engine.fetch("select 1 as x from former_records limit 1").height:
        return f"select record_no from {NEW}"
    places = ("record_no", "file_no", "row_number")
    columns = engine.fetch(f"select * from {NEW} limit 0").columns
    said = [f'"{name}"' for name in columns if name not in places]
    n, s = (", ".join(f"{side}.{name}" for name in said) for side in ("n", "s"))
    return (
        "select coalesce(n.record_no, s.record_no) as record_no"
        f" from {NEW} n full join former_records s on s.record_no = n.record_no"
        f" where n.record_no is null or s.record_no is null or row({n}) is distinct from row({s})"
    )


def _identifiers_sql(vocabulary: Vocabulary, records: str) -> str:
    return " union ".join(
        f"select '{name}' as identifier, unnest(\"{name}\") as value from {records}"
        f' semi join changed_records using (record_no) where "{name}" is not null'
        for name in vocabulary.identifiers
    )
