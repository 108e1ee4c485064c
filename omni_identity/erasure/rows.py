"""Finds, by their hashes, the rows of erased persons in the warehouse.

Hashes are all that a request remembers, so what is found does not depend on how much of an erasure
was done before it was interrupted.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.feeds import FeedKind
from omni_identity.channels.suppression import WEAK, Suppression, kind_of, record_hashes
from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.standardise.mailbox import mailbox_keys

RECORDS, ROWS, HELD_BACK = "erased_records", "erased_rows", "erased_held_back"
"""Temporary tables: ``channel, source_record_id, hash``; ``file_no, row_number``;
``file_no, quarantine_number, row_number``."""


def find_erased_rows(
    engine: Engine, configuration: Configuration, suppression: Suppression
) -> None:
    """Rebuild the temporary tables ``RECORDS``, ``ROWS`` and ``HELD_BACK``.

    Every landed row has to be standardised already. Reads the tables of ``landed``, ``ledger.records`` and
    ``settled.crosswalk``.
    """
    find_erased_records(engine, suppression, statement(__file__, "named_records"), RECORDS)
    engine.run(statement(__file__, "erased_rows"))
    for name in configuration.vocabulary.identifiers:
        if kind_of(name) in suppression.hashes:
            _add_contacts(engine, suppression, name)
            _add_interactions(engine, suppression, name)
    engine.run(
        f"insert into {ROWS} select l.file_no, l.row_number from landed.interaction_lines l"
        f" semi join (select file_no, row_number as interaction_row from {ROWS}) e"
        " on e.file_no = l.file_no and e.interaction_row = l.interaction_row"
    )
    engine.run(
        f"insert into {ROWS} select l.file_no, l.row_number from landed.lines l semi join"
        f" (select channel, interaction_id from landed.interactions semi join {ROWS}"
        " using (file_no, row_number)) e using (channel, interaction_id)"
    )
    _find_held_back(engine, configuration, suppression)


def find_erased_records(engine: Engine, suppression: Suppression, named: str, target: str) -> None:
    """Rebuild the temporary table ``target`` with the erased ones of the records that the query ``named`` gives.

    Columns: ``channel, source_record_id, hash``. A null names no record.
    """
    engine.run(
        f"create or replace temp table {target}"
        " (channel VARCHAR, source_record_id VARCHAR, hash VARCHAR)"
    )

    def keep_erased(records: pl.DataFrame) -> pl.DataFrame:
        found = [records.clear().with_columns(hash=pl.lit(None, pl.String))]
        for (channel,), rows in records.group_by("channel", maintain_order=True):
            erased = rows.filter(suppression.records(str(channel), rows["source_record_id"]))
            hashes = record_hashes(suppression.key, str(channel), erased["source_record_id"])
            found.append(erased.with_columns(hashes.alias("hash")))
        return pl.concat(found)

    engine.map_batches(
        "select distinct channel, source_record_id from"
        f" ({named}) where channel is not null and source_record_id is not null",
        keep_erased,
        target,
    )


def _add_contacts(engine: Engine, suppression: Suppression, name: str) -> None:
    if kind_of(name) in WEAK:
        return
    column = "email_key" if name == "email" else name
    table = "landed.standardised_contacts"
    erased = _erased_values(engine, suppression, table, column)
    if erased:
        engine.run(
            f"insert into {ROWS} select file_no, row_number from {table}"
            f' where list_has_any("{column}", $erased::varchar[])',
            {"erased": erased},
        )


def _add_interactions(engine: Engine, suppression: Suppression, name: str) -> None:
    table = "landed.interaction_identifiers"
    erased = _erased_values(engine, suppression, table, name)
    if erased:
        nobody = "where i.source_record_id is null" if kind_of(name) in WEAK else ""
        engine.run(
            f"insert into {ROWS} select file_no, row_number from landed.interactions i"
            f" join (select file_no, row_number from {table}"
            f' where list_has_any("{name}", $erased::varchar[])) using (file_no, row_number) {nobody}',
            {"erased": erased},
        )


def _erased_values(engine: Engine, suppression: Suppression, table: str, column: str) -> list[str]:
    """The values in a column of lists that are those of erased persons, in order."""
    is_address = column == "email"  # as delivered: what was hashed is the mailbox, an email_key
    kind = "email" if column == "email_key" else kind_of(column)

    def keep_erased(values: pl.DataFrame) -> pl.DataFrame:
        found = values["value"]
        keys = mailbox_keys(found.alias("email")) if is_address else found
        return values.filter(suppression.identifiers(kind, keys))

    engine.run("create or replace temp table erased_values (value VARCHAR)")
    query = f'select distinct unnest("{column}") as value from {table}'
    engine.map_batches(query, keep_erased, "erased_values")
    erased = engine.fetch("select value from erased_values order by value")["value"].to_list()
    engine.run("drop table erased_values")
    return erased


def _find_held_back(engine: Engine, configuration: Configuration, suppression: Suppression) -> None:
    """Held-back rows whose record is an erased one, or whose text names one or its identifiers."""
    engine.run(
        f"create or replace temp table {HELD_BACK} as"
        " select file_no, quarantine_number, row_number from landed.quarantined_rows"
        f" semi join {RECORDS} using (channel, source_record_id)"
    )
    for channel, feed, record_column in _quarantined_feeds(engine, configuration):

        def name_erased(
            rows: pl.DataFrame, channel: str = channel, column: str | None = record_column
        ) -> pl.DataFrame:
            return rows.filter(suppression.payloads(rows["payload"], channel, column)).drop(
                "payload"
            )

        engine.map_batches(
            "select file_no, quarantine_number, row_number, payload from landed.quarantined_rows"
            " where channel = $channel and feed = $feed and row_number is not null",
            name_erased,
            HELD_BACK,
            {"channel": channel, "feed": feed},
        )


def _quarantined_feeds(
    engine: Engine, configuration: Configuration
) -> Iterator[tuple[str, str, str | None]]:
    """``(channel, feed, column of the record's ID)`` of all that has rows held back."""
    columns: dict[tuple[str, FeedKind], str | None] = {}
    for channel in configuration.channels:
        if channel.contacts is not None:
            columns[channel.name, "contacts"] = channel.contacts.record_column
        if channel.interactions is not None:
            columns[channel.name, "interactions"] = channel.interactions.record_column
    found = engine.fetch("select distinct channel, feed from landed.quarantined_rows order by all")
    for channel_name, feed in found.iter_rows():
        yield channel_name, feed, columns.get((channel_name, feed))
