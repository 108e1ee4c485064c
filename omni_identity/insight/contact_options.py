"""By what a customer can be reached, and whether they have allowed or refused it."""

from __future__ import annotations

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.identity.pending import replace_customers

USUAL = {"sms": "phone", "call": "phone", "push": "device_id"}
"""Consents that are not called after the identifier that they are about."""

REACHABLE = ("email", "phone", "whatsapp", "telegram", "instagram", "facebook")
"""Identifiers that a message can be sent to."""


def identifier_of(consent: str, configuration: Configuration) -> str | None:
    """The identifier that ``consent_<consent>`` allows to use; None where none is known."""
    name = configuration.insight.contact_by.get(consent) or USUAL.get(consent, consent)
    return name if name in configuration.vocabulary.identifiers else None


def build_contact_options(engine: Engine, configuration: Configuration) -> None:
    """Bring ``derived.contact_options`` up to date for noted customers.

    One row per customer and way: ``golden_id, channel`` (the consent's name, else the identifier's),
    ``identifier, address`` (the surviving one), ``is_allowed`` (null: never asked), ``decided_at``. An
    identifier that any consent is about has no row without one.
    """
    consents = {
        consent: identifier
        for consent in configuration.vocabulary.consents
        if (identifier := identifier_of(consent, configuration))
    }
    unasked = [name for name in REACHABLE if name not in consents.values()]
    parts = [
        _option_sql(consent, identifier, f"consent_{consent}", f"consent_{consent}_at")
        for consent, identifier in consents.items()
    ]
    parts += [_option_sql(name, name, "null::boolean", "null::timestamp") for name in unasked]
    with engine.transaction():
        engine.run(
            "create or replace table derived.fresh_contact_options as"
            f" {' union all '.join(parts)} order by golden_id, channel"
        )
        replace_customers(engine, "contact_options")


def _option_sql(channel: str, identifier: str, allowed: str, decided_at: str) -> str:
    return (
        f"select golden_id, '{channel}' as channel, '{identifier}' as identifier,"
        f' "{identifier}"[1] as address, {allowed} as is_allowed, {decided_at} as decided_at'
        " from derived.unified_profiles"
        f' where "{identifier}"[1] is not null'
        " and golden_id in (select golden_id from pending.customers)"
    )
