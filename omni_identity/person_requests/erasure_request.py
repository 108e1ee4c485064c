"""Where an erasure is prepared: who a term means, and what goes with them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import polars as pl

from omni_identity.channels.configuration import Configuration
from omni_identity.channels.fetching.fetched_places import path_of
from omni_identity.channels.quotations import Quotations
from omni_identity.channels.written_ids import bare_id
from omni_identity.engines import Engine
from omni_identity.erasure.erasing import Erased, complete_erasures
from omni_identity.erasure.requests import Erasure, append_request, suppression_of
from omni_identity.erasure.search import (
    Person,
    carriers_of,
    find_person,
    is_known,
    records_of_customer,
)
from omni_identity.identity.standardised_contacts import standardise_landed_contacts
from omni_identity.insight.interactions import standardise_interaction_identifiers
from omni_identity.lookup.customer_search import GOLDEN_ID, Found, find_customers, readings
from omni_identity.lookup.published_file import open_published
from omni_identity.model.errors import UsageError
from omni_identity.model.home import Home
from omni_identity.pipeline.run_context import utc_now
from omni_identity.pipeline.warehouse import open_tables
from omni_identity.stewardship.erasure_entries import erasure_key
from omni_identity.stewardship.judgement_files import RecordKey


@dataclass(frozen=True)
class Target:
    """Who is to be erased: the customer, if they are one now, and how the term led there."""

    golden_id: str | None
    person: Person
    how: str = ""


class SeveralFound(UsageError):
    """A term that names no one person: ``golden_ids`` are whom it names."""

    def __init__(self, golden_ids: tuple[str, ...]) -> None:
        super().__init__("Several customers have that. Name the one by their golden ID.")
        self.golden_ids = golden_ids


def find_target(home: Home, configuration: Configuration, term: str) -> Target:
    """Find the one person that a term names exactly, in the publication.

    A person who is no customer (any more) is found in what has landed.
    Raises ``SeveralFound``, ``UsageError`` for nobody, ``HomeIsBusy`` while a run is at work.
    """
    found = Found(())
    if home.published_file.exists():
        with open_published(home) as published:
            found = find_customers(published, configuration, term)
            if len(found.golden_ids) > 1:
                raise SeveralFound(found.golden_ids)
    with open_tables(home, configuration) as engine:
        standardise_landed_contacts(engine, configuration)
        standardise_interaction_identifiers(engine, configuration)
        golden_id = found.golden_ids[0] if found.golden_ids else None
        if golden_id is None:
            records = _without_customer(engine, configuration, term.strip())
        else:
            records = records_of_customer(engine, golden_id)
        if not records:
            raise UsageError(
                f"Nobody found.{f' {found.how}' if found.how else ''} An e-mail, a phone number, a "
                "handle, channel:record_id or a golden ID names the person; `omni lookup` finds it by other things."
            )
        return Target(golden_id, find_person(engine, records, configuration.vocabulary), found.how)


def _without_customer(engine: Engine, configuration: Configuration, text: str) -> list[RecordKey]:
    """Records that a term names and that belong to no published customer."""
    if GOLDEN_ID.fullmatch(text):
        return records_of_customer(engine, text.upper())
    channel, colon, record = text.partition(":")
    key = RecordKey(channel, bare_id(record))
    if colon and is_known(engine, key):
        return [key]
    found = {name: values for name, values in readings(configuration, text).items() if values}
    return carriers_of(engine, found, configuration.vocabulary)


def count_interactions(home: Home, target: Target) -> int:
    """Interactions of the customer as published, or of the records where there is no customer."""
    if target.golden_id is None:
        return target.person.interaction_count
    with open_published(home) as published:
        rows = published.execute(
            "select count(*) from interactions where golden_id = $id", {"id": target.golden_id}
        ).fetchall()
    return int(rows[0][0])


@dataclass(frozen=True)
class Request:
    """What a privacy officer has confirmed."""

    golden_id: str | None
    person: Person
    requested_by: str
    reason: str


def request_erasure(home: Home, configuration: Configuration, request: Request) -> Erased:
    """Write a request down, then carry it out; return what went."""
    now = utc_now()
    with open_tables(home, configuration) as engine:
        hashes = request.person.hashes(erasure_key(home))
        erasure_id = f"e-{secrets.token_hex(6)}"
        known = suppression_of(hashes, erasure_key(home), configuration)
        texts = pl.Series([request.requested_by, request.reason])
        by, reason = Quotations(known).marked(texts).to_list()
        append_request(home, Erasure(erasure_id, now, request.golden_id, by, reason, hashes))
        return complete_erasures(engine, home, configuration, now)


def list_files_left_alone(home: Home, configuration: Configuration) -> list[str]:
    """Delivered files in which nobody could look: damaged or set aside, or of channels no longer declared."""
    with open_tables(home, configuration) as engine:
        found = engine.fetch(
            """
            select distinct l.path from landed.landings l join landed.files f
                using (channel, feed, content_hash)
            where not list_contains($channels::varchar[], l.channel) or f.file_no in (
                select file_no from landed.quarantined_rows
                where row_number is null and reason_code <> 'empty_file'
            )
            union
            select path from landed.quarantined_files where channel <> '' and reason_code <> 'empty_file'
            order by 1
            """,
            {"channels": [channel.name for channel in configuration.channels]},
        )
    return [path for path in found["path"] if path_of(path, home.root).exists()]
