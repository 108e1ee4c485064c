"""Consent: per way of contact the latest explicit decision over all records of a customer, and where it stands."""

from __future__ import annotations

from omni_identity.model.attributes import Vocabulary


def decided_at_sql(consent: str) -> str:
    """SQL for when a record's decision was made, from the columns of a source record; null: not known.

    A decision without a time of its own was made between the record's beginning and its last update. A
    consent then counts as early as it can have been given, a refusal as late as it can have been made: an
    update of the address must not renew a consent that was taken back elsewhere.
    """
    return (
        f"coalesce(consent_{consent}_at,"
        f" case when consent_{consent} then created_at else coalesce(updated_at, created_at) end)"
    )


def consent_lineage_sql(vocabulary: Vocabulary) -> list[str]:
    """SQL for the lineage of each consent, from ``derived.members``: one row per customer with a decision.

    The latest decision holds, the refusal where two are equally late; one of unknown time is earlier than
    any other. A customer of whom no record says anything has none.
    """
    return [
        f"select golden_id, 'consent_{x}' as attribute, 1 as position,"
        f" consent_{x}::varchar as value, record_no, 'latest_decision' as rule"
        f" from derived.members where consent_{x} is not null"
        " qualify row_number() over (partition by golden_id order by"
        f" {decided_at_sql(x)} desc nulls last, consent_{x}, recent_rank) = 1"
        for x in vocabulary.consents
    ]
