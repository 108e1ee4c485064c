"""What each record says on being contacted, and the person's own word: the latest over all their records."""

from __future__ import annotations

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.identity.changes import CUSTOMERS, mark_changed
from omni_identity.model.attributes import Vocabulary, word_of

USUAL = {"sms": "phone", "call": "phone", "push": "device_id"}
"""Consents that are not called after the identifier that they are about."""

DEVICE = "device_id"
"""The identifier of apps and of browsers. Nothing is sent to a browser by the cookie that it keeps."""

LATEST_FIRST = """
    case when decided_at is null and not coalesce(is_given, false) then 0 else 1 end,
    decided_at desc nulls last,
    case when is_given then 2 when is_given is null then 1 else 0 end
"""
"""The order of decisions, the one that holds first: the latest, and of equally late ones the more careful.
Where the time is not known a consent is earlier than any other, and what is no consent later."""


def identifier_of(consent: str, configuration: Configuration) -> str | None:
    """The identifier that ``consent_<consent>`` allows to use; None where none is known."""
    name = configuration.insight.contact_by.get(consent) or USUAL.get(consent, consent)
    return name if name in configuration.vocabulary.identifiers else None


def identifiers_of(configuration: Configuration) -> dict[str, str]:
    """The identifier of each consent that is about one."""
    return {
        consent: identifier
        for consent in configuration.vocabulary.consents
        if (identifier := identifier_of(consent, configuration))
    }


def decided_at_sql(consent: str) -> str:
    """SQL for when a record's decision was made, from the columns of a source record; null: not known.

    A decision without a time of its own was made between the record's beginning and its last update. A
    consent then counts as early as it can have been given, all else as late as it can have been said:
    an update of the address must not renew a consent that was taken back elsewhere.
    """
    return (
        f"coalesce(consent_{consent}_at,"
        f" case when consent_{consent} then created_at else coalesce(updated_at, created_at) end)"
    )


def update_record_consents(engine: Engine, configuration: Configuration) -> None:
    """Bring ``derived.record_consents`` up to date for noted records.

    One row per current record, consent that it has a word on, and address that the word is about:
    ``record_no, consent, identifier, address, is_address, is_given, decided_at, word``. ``address`` is
    null where the record has none of that identifier; ``is_address`` says whether it can be written to,
    which the cookie of a browser cannot; ``is_given`` is null where the word was not understood.

    Notes the customers who have an address that a noted record refuses, or refused: whose ever the
    record is, it speaks for them too.
    """
    engine.run(
        "create table if not exists derived.record_consents (record_no BIGINT, consent VARCHAR,"
        " identifier VARCHAR, address VARCHAR, is_address BOOLEAN, is_given BOOLEAN,"
        " decided_at TIMESTAMP, word VARCHAR)"
    )
    refused = (
        "select distinct identifier, address from derived.record_consents"
        " where not is_given and address is not null"
        " and record_no in (select record_no from changed.records)"
    )
    with engine.transaction():
        engine.run(f"create or replace temp table refused_before as {refused}")
        engine.run(
            "delete from derived.record_consents"
            " where record_no in (select record_no from changed.records)"
        )
        push = list(configuration.insight.push_channels)
        for consent in configuration.vocabulary.consents:
            identifier = identifier_of(consent, configuration)
            engine.run(
                f"insert into derived.record_consents {_said_sql(consent, identifier)}",
                {"push": push} if identifier == DEVICE else {},
            )
        if "derived.profile_lineage" in engine.columns():
            mark_changed(
                engine,
                CUSTOMERS,
                "select distinct l.golden_id from derived.profile_lineage l join"
                f" (select * from refused_before union {refused}) r"
                " on l.attribute = r.identifier and l.value = r.address",
            )
        engine.run("drop table refused_before")


def _said_sql(consent: str, identifier: str | None) -> str:
    """A select of the rows of noted records for one consent; of devices, ``$push`` are the channels of apps."""
    about = f"'{identifier}'" if identifier else "null::varchar"
    is_address = "list_contains($push::varchar[], channel)" if identifier == DEVICE else "true"
    said = (
        f"{is_address} as is_address, consent_{consent} as is_given,"
        f" {decided_at_sql(consent)} as decided_at, {word_of(consent)} as word"
        " from derived.source_records"
        " where record_no in (select record_no from changed.records)"
        f" and (consent_{consent} is not null or {word_of(consent)} is not null)"
    )
    start = f"select record_no, '{consent}' as consent, {about} as identifier"
    without = f"{start}, null::varchar as address, {said}"
    if identifier is None:
        return without
    has_any = f'coalesce(len("{identifier}"), 0) > 0'
    return (
        f'{start}, unnest("{identifier}") as address, {said} and {has_any}'
        f" union all {without} and not ({has_any})"
    )


def build_person_consents(engine: Engine, vocabulary: Vocabulary) -> None:
    """Rebuild ``derived.person_consents`` from ``derived.members``: noted customers and their records.

    One row per customer and consent that any record of theirs has a word on: ``golden_id, consent,
    is_given, decided_at, record_no`` of the decision that holds by ``LATEST_FIRST``.
    """
    engine.run(
        "create or replace table derived.person_consents (golden_id VARCHAR, consent VARCHAR,"
        " is_given BOOLEAN, decided_at TIMESTAMP, record_no BIGINT)"
    )
    for consent in vocabulary.consents:
        engine.run(
            f"""
            insert into derived.person_consents
            select golden_id, consent, is_given, decided_at, record_no from (
                select golden_id, '{consent}' as consent, consent_{consent} as is_given,
                    {decided_at_sql(consent)} as decided_at, record_no, channel, source_record_id
                from derived.members
                where consent_{consent} is not null or {word_of(consent)} is not null
            ) said
            qualify row_number() over (
                partition by golden_id order by {LATEST_FIRST}, channel, source_record_id
            ) = 1
            """
        )


LINEAGE = """
    select golden_id, 'consent_' || consent as attribute, 1 as position,
        is_given::varchar as value, record_no, 'latest_decision' as rule
    from derived.person_consents where is_given is not null
"""
"""The lineage of each customer's consents; one who never said anything understood has none."""
