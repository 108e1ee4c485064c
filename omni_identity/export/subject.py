"""Finds the rows of one person by what an erasure of them would remember, so that the two cannot disagree."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.suppression import Suppression
from omni_identity.engines import Engine
from omni_identity.erasure.publication import CUSTOMERS, find_published_rows
from omni_identity.erasure.requests import suppression_of
from omni_identity.erasure.rows import RECORDS, find_erased_rows
from omni_identity.erasure.search import Person
from omni_identity.model.home import Home
from omni_identity.stewardship.erasure_entries import erasure_key

OWN_IDS = "exported_golden_ids"
"""Temporary table: the golden IDs of the person, and retired ones that lead to them."""


@dataclass(frozen=True)
class Subject:
    """Whose data it is: the golden ID, if they are a customer now, and all their records (channel, ID)."""

    golden_id: str | None
    person: Person
    suppression: Suppression
    records: frozenset[tuple[str, str]]


def find_subject(
    engine: Engine,
    home: Home,
    configuration: Configuration,
    golden_id: str | None,
    person: Person,
) -> Subject:
    """Find the landed rows of a person, as the temporary tables of :mod:`~omni_identity.erasure.rows`.

    Every landed row has to be standardised already. Reads what an erasure reads, and changes nothing.
    """
    key = erasure_key(home)
    suppression = suppression_of(person.hashes(key), key, configuration)
    find_erased_rows(engine, configuration, suppression)
    found = engine.fetch(f"select distinct channel, source_record_id from {RECORDS}")
    known = ((one.channel, one.source_record_id) for one in person.records)
    return Subject(golden_id, person, suppression, frozenset((*found.iter_rows(), *known)))


def published_conditions(engine: Engine, subject: Subject) -> Mapping[str, str]:
    """By published table (``schema.table``), what its rows about the person meet, histories of IDs included.

    The publication has to be attached as ``published``. Fills ``OWN_IDS``.
    """
    own = [subject.golden_id] if subject.golden_id else []
    found = find_published_rows(engine, subject.suppression, own)
    names = {table.partition(".")[2]: table for table in engine.columns("published")}
    engine.run(
        f"create or replace temp table {OWN_IDS} as select golden_id from {CUSTOMERS}"
        f" union select retired_golden_id from published.{names['golden_id_redirects']}"
        f" where golden_id in (select golden_id from {CUSTOMERS})"
    )
    ids = f"(select golden_id from {OWN_IDS})"
    history = {
        "golden_id_events": f"golden_id in {ids} or other_golden_id in {ids}",
        "golden_id_redirects": f"golden_id in {ids} or retired_golden_id in {ids}",
        "erasures": f"golden_id in {ids}",
    }
    return {**found, **{names[name]: f"coalesce({sql}, false)" for name, sql in history.items()}}


def records_of_others(
    engine: Engine, subject: Subject, records: Collection[tuple[str, str]]
) -> frozenset[tuple[str, str]]:
    """Which of some records (channel, ID) are somebody else's: in ``ledger.records``, and not the person's."""
    others = sorted(set(records) - subject.records)
    if not others:
        return frozenset()
    schema = {"channel": pl.String, "source_record_id": pl.String}
    engine.run(
        "create or replace temp table held_back_of (channel VARCHAR, source_record_id VARCHAR)"
    )
    engine.write("held_back_of", pl.DataFrame(others, schema=schema, orient="row"))
    found = engine.fetch(
        "select channel, source_record_id from held_back_of"
        " semi join ledger.records using (channel, source_record_id)"
    )
    return frozenset(found.iter_rows())
