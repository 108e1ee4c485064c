"""What each record says on being contacted, and the person's own word: the latest over all their records."""

from __future__ import annotations

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.engines.declared import columns_of, create_missing
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import CUSTOMERS, RECORDS, mark_changed, replace_changed
from omni_identity.model.attributes import word_of

USUAL = {"sms": "phone", "call": "phone", "push": "device_id"}
"""Consents that are not called after the identifier that they are about."""

DEVICE = "device_id"
"""The identifier of apps and of browsers. Nothing is sent to a browser by the cookie that it keeps."""


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
    """Bring ``derived.record_consents`` up to date for changed records, and mark the customers whom that affects.

    Reads ``derived.source_records`` and, where it is there, ``derived.profile_lineage``. One row per current
    record, consent that it has a word on, and address that the word is about: ``record_no, consent,
    identifier, address, is_address, is_given, decided_at, word``. ``address`` is null where the record has
    none of that identifier; ``is_address`` says whether it can be written to, which the cookie of a browser
    cannot; ``is_given`` is null where the word was not understood.

    The customers who have an address that a changed record refuses, or refused, are marked as changed.
    """
    push = list(configuration.insight.push_channels)
    with engine.transaction():
        create_missing(engine, "derived.record_consents")
        columns = columns_of("derived.record_consents")
        engine.run(f"create or replace table derived.new_record_consents ({columns})")
        for consent in configuration.vocabulary.consents:
            identifier = identifier_of(consent, configuration)
            engine.run(
                f"insert into derived.new_record_consents {_said_sql(consent, identifier)}",
                {"push": push} if identifier == DEVICE else {},
            )
        if "derived.profile_lineage" in engine.columns():
            mark_changed(engine, CUSTOMERS, statement(__file__, "refused_by_changed_records"))
        replace_changed(engine, "record_consents", RECORDS)


def _said_sql(consent: str, identifier: str | None) -> str:
    """SQL for the rows of changed records for one consent; for devices, ``$push`` are the channels of apps."""
    about = f"'{identifier}'" if identifier else "null::varchar"
    is_address = "list_contains($push::varchar[], channel)" if identifier == DEVICE else "true"
    said = (
        f"{is_address} as is_address, consent_{consent} as is_given,"
        f" {decided_at_sql(consent)} as decided_at, {word_of(consent)} as word"
        f" from derived.source_records where {RECORDS.is_marked()}"
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


def build_person_consents(engine: Engine) -> None:
    """Rebuild ``derived.person_consents``: the decision on each consent that holds for an affected customer.

    Reads ``derived.record_consents`` and ``derived.affected_customers``.
    """
    engine.run(statement(__file__, "person_consents"))


LINEAGE = """
    select golden_id, 'consent_' || consent as attribute, 1 as position,
        is_given::varchar as value, record_no, 'latest_decision' as rule
    from derived.person_consents where is_given is not null
"""
"""The lineage of each customer's consents; one who never said anything understood has none."""
