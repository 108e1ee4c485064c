"""Finds the person that is to be erased: their records, and the identifiers that are theirs alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from omni_identity.channels.suppression import (
    INTERACTION,
    RECORD,
    WEAK,
    keyed_hash,
    keyed_hashes,
    kind_of,
)
from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.identity.golden_ids import GOLDEN_ID
from omni_identity.model.attributes import Vocabulary
from omni_identity.standardise.mailbox import mailbox_keys
from omni_identity.stewardship.judgement_files import RecordKey


@dataclass(frozen=True)
class Person:
    """Whose data goes.

    ``records`` are all of them, ``former`` those that the channel had dropped and that belong to no
    customer now. ``identifiers`` are, by kind, values that nobody else carries: with them no row will
    be taken any more. ``shared_count`` are those that others carry too, which stay usable. ``with_lines`` are
    interactions (channel, ID) whose lines another feed delivers, which names nothing else of the person.
    """

    records: tuple[RecordKey, ...]
    former: tuple[RecordKey, ...]
    identifiers: Mapping[str, frozenset[str]]
    shared_count: int
    interaction_count: int
    with_lines: tuple[tuple[str, str], ...] = ()

    def hashes(self, key: bytes) -> dict[str, frozenset[str]]:
        """What is remembered: hashes by kind."""
        records = (keyed_hash(key, RECORD, r.channel, r.source_record_id) for r in self.records)
        remembered = {RECORD: frozenset(records)}
        if self.with_lines:
            named = (keyed_hash(key, INTERACTION, *one) for one in self.with_lines)
            remembered[INTERACTION] = frozenset(named)
        return remembered | {
            kind: frozenset(keyed_hashes(key, kind, pl.Series(sorted(values))).to_list())
            for kind, values in self.identifiers.items()
            if values
        }


def records_of_customer(engine: Engine, golden_id: str) -> list[RecordKey]:
    """The published records of a customer; of one that is retired without an heir, its founder.

    Reads ``settled.crosswalk`` and ``ledger.records``.
    """
    found = engine.fetch(
        "select channel, source_record_id from settled.crosswalk where golden_id = $id"
        " and channel is not null order by all",
        {"id": golden_id},
    )
    if not found.height:
        found = engine.fetch(
            "select channel, source_record_id from ledger.records"
            f" where {GOLDEN_ID.format('seniority')} = $id and channel is not null",
            {"id": golden_id},
        )
    return [RecordKey(*row) for row in found.iter_rows()]


def is_known(engine: Engine, record: RecordKey) -> bool:
    """Whether ``ledger.records`` or ``landed.quarantined_rows`` has the record."""
    found = engine.fetch(
        "select 1 as x from ledger.records where channel = $channel and source_record_id = $record"
        " union all select 1 from landed.quarantined_rows"
        " where channel = $channel and source_record_id = $record limit 1",
        {"channel": record.channel, "record": record.source_record_id},
    )
    return found.height > 0


def carriers_of(
    engine: Engine, identifiers: Mapping[str, list[str]], vocabulary: Vocabulary
) -> list[RecordKey]:
    """Records in ``landed.standardised_contacts`` that ever carried one of these standardised identifiers."""
    carried = _carried_sql(vocabulary, "landed.standardised_contacts")
    engine.run("create or replace temp table sought (kind VARCHAR, value VARCHAR)")
    for name, values in identifiers.items():
        rows = pl.DataFrame({"kind": [kind_of(name)] * len(values), "value": values})
        engine.write("sought", rows.cast(pl.String))
    found = engine.fetch(
        "select distinct channel, source_record_id"
        f" from ({carried}) semi join sought using (kind, value) order by all"
    )
    return [RecordKey(*row) for row in found.iter_rows()]


def find_person(engine: Engine, records: list[RecordKey], vocabulary: Vocabulary) -> Person:
    """Everything that an erasure of these records concerns.

    Records that their channel has dropped and that carry one of the person's own identifiers are the
    person's too. Every landed row has to be standardised already. Reads ``landed.standardised_contacts``,
    ``landed.interactions``, ``landed.interaction_identifiers``, ``settled.crosswalk`` and, where it is there,
    ``derived.source_records``.
    """
    engine.run("create or replace temp table person (channel VARCHAR, source_record_id VARCHAR)")
    _add_records(engine, records)
    _list_carried(engine, vocabulary)
    former = engine.fetch(statement(__file__, "former_records"), {"weak": sorted(WEAK)})
    dropped = [RecordKey(*row) for row in former.iter_rows()]
    _add_records(engine, dropped)
    if dropped:
        _list_carried(engine, vocabulary)
    own = engine.fetch("select kind, value from own_identifiers order by all")
    identifiers = {
        str(kind): frozenset(rows["value"].to_list()) for (kind,), rows in own.group_by("kind")
    }
    counts = engine.fetch(statement(__file__, "person_counts"))
    return Person(
        (*records, *dropped),
        tuple(dropped),
        identifiers,
        counts["shared"][0],
        counts["interactions"][0],
        _with_lines(engine, vocabulary),
    )


def _with_lines(engine: Engine, vocabulary: Vocabulary) -> tuple[tuple[str, str], ...]:
    """The person's interactions of which ``landed.lines`` has lines: by record, and by an identifier of their own.

    Reads ``person``, ``own_identifiers`` and ``mailboxes``.
    """
    theirs = [
        "select i.channel, i.interaction_id from landed.interactions i"
        " semi join person using (channel, source_record_id)"
    ]
    for name in vocabulary.identifiers:
        if kind_of(name) in WEAK:
            continue
        value = "coalesce(m.mailbox, x.value)" if name == "email" else "x.value"
        mailbox = "left join mailboxes m on m.email = x.value" if name == "email" else ""
        theirs.append(
            "select i.channel, i.interaction_id from landed.interactions i join"
            f' (select file_no, row_number, unnest("{name}") as value'
            f" from landed.interaction_identifiers) x using (file_no, row_number) {mailbox}"
            f" where {value} in (select value from own_identifiers where kind = '{kind_of(name)}')"
        )
    found = engine.fetch(
        f"select distinct channel, interaction_id from ({' union '.join(theirs)})"
        " semi join landed.lines using (channel, interaction_id) order by all"
    )
    return tuple(found.rows())


def _add_records(engine: Engine, records: list[RecordKey]) -> None:
    rows = [(r.channel, r.source_record_id) for r in records]
    schema = {"channel": pl.String, "source_record_id": pl.String}
    engine.write("person", pl.DataFrame(rows, schema=schema, orient="row"))


def _list_carried(engine: Engine, vocabulary: Vocabulary) -> None:
    """Tables of identifiers: ``carried`` by the person, and of these, ``own_identifiers``.

    Others' identifiers are those of every record that was published, or is current, and is not the
    person's; in any version, for one of them may come again. What an interaction of somebody else
    carries is not the person's own either.
    """
    contacts = _carried_sql(vocabulary, "landed.standardised_contacts")
    engine.run(f"create or replace temp table carried_by_all as {contacts}")
    engine.run(
        f"create or replace temp table carried_in_interactions as {_in_interactions(vocabulary)}"
    )
    _keep_mailboxes(engine)
    is_known = "derived.source_records" in engine.columns()
    current = "union select channel, source_record_id from derived.source_records"
    engine.run(
        "create or replace temp table others as select * from ("
        " select channel, source_record_id from settled.crosswalk where channel is not null"
        f" {current if is_known else ''}) anti join person using (channel, source_record_id)"
    )
    engine.run(statement(__file__, "carried_identifiers"))
    engine.run(statement(__file__, "own_identifiers"))


def _carried_sql(vocabulary: Vocabulary, table: str) -> str:
    """``channel, source_record_id, kind, value`` of every identifier in contact rows, e-mails as mailboxes."""
    return " union ".join(
        f"select channel, source_record_id, '{kind_of(name)}' as kind,"
        f' unnest("{"email_key" if name == "email" else name}") as value from {table}'
        for name in vocabulary.identifiers
    )


def _in_interactions(vocabulary: Vocabulary) -> str:
    return " union ".join(
        f"select i.channel, i.source_record_id, '{kind_of(name)}' as kind, unnest(\"{name}\") as value"
        " from landed.interaction_identifiers join ("
        " select file_no, row_number, channel, source_record_id from landed.interactions"
        " where source_record_id is not null) i using (file_no, row_number)"
        for name in vocabulary.identifiers
    )


def _keep_mailboxes(engine: Engine) -> None:
    """Turn the e-mails of interactions into mailboxes, which is what is compared."""
    emails = engine.fetch(
        "select distinct value from carried_in_interactions where kind = 'email'"
    )["value"]
    engine.run("create or replace temp table mailboxes (email VARCHAR, mailbox VARCHAR)")
    if len(emails):
        keys = mailbox_keys(emails.alias("email"))
        engine.write("mailboxes", pl.DataFrame({"email": emails, "mailbox": keys}))
        engine.run(
            "update carried_in_interactions set value = mailbox from mailboxes"
            " where kind = 'email' and value = email"
        )
