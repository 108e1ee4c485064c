"""By what a customer can be reached, and whether they have allowed or refused it."""

from __future__ import annotations

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.identity.changes import CUSTOMERS, replace_changed
from omni_identity.model.placeholders import NOT_DELIVERABLE
from omni_identity.profile.consent import DEVICE, identifiers_of

REACHABLE = ("email", "phone", "whatsapp", "telegram", "instagram", "facebook")
"""Identifiers that a message can be sent to."""
_IS_DELIVERABLE = f" and not regexp_matches(value, '{NOT_DELIVERABLE}')"


def build_contact_options(engine: Engine, configuration: Configuration) -> None:
    """Bring ``derived.contact_options`` up to date for changed customers.

    Reads ``derived.profile_lineage``, ``derived.person_consents``, ``derived.consents``,
    ``derived.source_records`` and ``derived.affected_customers``.

    One row per customer and way: ``golden_id, channel`` (the consent's name, else the identifier's),
    ``identifier, address``, ``is_allowed`` (null: never asked, or not understood), ``decided_at``. Of
    several addresses it is the one that may be used best: allowed before unknown before refused, one that
    a record speaks for before one without a word, then in the order of the profile. An address without a
    word goes by the person's. An identifier that any consent is about has no row without one. An e-mail
    address that no mail reaches (``maria@example.com``) tells who somebody is, and is no way to them.
    """
    with engine.transaction():
        push = list(configuration.insight.push_channels)
        engine.run(statement(__file__, "app_devices"), {"push": push})
        engine.run(
            f"""
            create or replace table derived.new_contact_options as
            select golden_id, channel, identifier, address, is_allowed, decided_at
            from ({_addresses_sql(configuration)}) options
            qualify row_number() over (
                partition by golden_id, channel
                order by case when is_allowed then 0 when is_allowed is null then 1 else 2 end,
                    case when is_said then 0 else 1 end, position, address
            ) = 1
            order by golden_id, channel
            """
        )
        engine.run("drop table app_devices")
        replace_changed(engine, "contact_options")


def _addresses_sql(configuration: Configuration) -> str:
    """SQL for every address of changed customers, a row for each consent that is about it."""
    consents = identifiers_of(configuration)
    unasked = [name for name in REACHABLE if name not in consents.values()]
    return " union all ".join(
        [
            *(_asked_sql(consent, identifier) for consent, identifier in consents.items()),
            *(_unasked_sql(identifier) for identifier in unasked),
        ]
    )


def _asked_sql(consent: str, identifier: str) -> str:
    """SQL for the addresses of a consent's identifier, with the decision on each, else the person's."""
    apps = " and (l.golden_id, l.value) in (select (golden_id, address) from app_devices)"
    only = {DEVICE: apps, "email": _IS_DELIVERABLE}.get(identifier, "")
    return (
        f"select l.golden_id, '{consent}' as channel, '{identifier}' as identifier,"
        " l.value as address, l.position, c.golden_id is not null as is_said,"
        " case when c.golden_id is not null then c.is_given else p.is_given end as is_allowed,"
        " case when c.golden_id is not null then c.decided_at"
        " when p.is_given is not null then p.decided_at end as decided_at"
        " from derived.profile_lineage l"
        " left join derived.person_consents p on p.golden_id = l.golden_id"
        f" and p.consent = '{consent}'"
        " left join derived.consents c on c.golden_id = l.golden_id"
        f" and c.consent = '{consent}' and c.address = l.value"
        f" where l.attribute = '{identifier}'"
        f" and {CUSTOMERS.is_marked('l.golden_id')}"
        f"{only}"
    )


def _unasked_sql(identifier: str) -> str:
    """SQL for the addresses of an identifier that no consent is about."""
    return (
        f"select golden_id, '{identifier}' as channel, '{identifier}' as identifier,"
        " value as address, position, false as is_said, null::boolean as is_allowed,"
        " null::timestamp as decided_at from derived.profile_lineage"
        f" where attribute = '{identifier}' and {CUSTOMERS.is_marked()}"
        f"{_IS_DELIVERABLE if identifier == 'email' else ''}"
    )
