"""By what a customer can be reached, and whether they have allowed or refused it."""

from __future__ import annotations

from omni_identity.channels.configuration import Configuration
from omni_identity.engines import Engine
from omni_identity.identity.changes import replace_changed
from omni_identity.profile.consent import DEVICE, identifiers_of

REACHABLE = ("email", "phone", "whatsapp", "telegram", "instagram", "facebook")
"""Identifiers that a message can be sent to."""


def build_contact_options(engine: Engine, configuration: Configuration) -> None:
    """Bring ``derived.contact_options`` up to date for noted customers.

    One row per customer and way: ``golden_id, channel`` (the consent's name, else the identifier's),
    ``identifier, address``, ``is_allowed`` (null: never asked, or not understood), ``decided_at``. Of
    several addresses it is the one that may be used best: allowed before unknown before refused, one that
    a record speaks for before one without a word, then in the order of the profile. An address without a
    word goes by the person's. An identifier that any consent is about has no row without one.
    """
    consents = identifiers_of(configuration)
    unasked = [name for name in REACHABLE if name not in consents.values()]
    parts = [_asked_sql(consent, identifier) for consent, identifier in consents.items()]
    parts += [_unasked_sql(name) for name in unasked]
    with engine.transaction():
        engine.run(_APPS, {"push": list(configuration.insight.push_channels)})
        engine.run(
            f"""
            create or replace table derived.new_contact_options as
            select golden_id, channel, identifier, address, is_allowed, decided_at
            from ({" union all ".join(parts)}) options
            qualify row_number() over (
                partition by golden_id, channel
                order by case when is_allowed then 0 when is_allowed is null then 1 else 2 end,
                    case when is_said then 0 else 1 end, position, address
            ) = 1
            order by golden_id, channel
            """
        )
        engine.run("drop table derived.app_devices")
        replace_changed(engine, "contact_options")


_APPS = """
    create or replace table derived.app_devices as
    select distinct golden_id, address from (
        select c.golden_id, unnest(s.device_id) as address
        from derived.source_records s join derived.affected_customers c on c.record_no = s.record_no
        where s.device_id is not null and list_contains($push::varchar[], s.channel)
    ) devices
"""
"""The devices that noted customers have an app on: those that an app's own list names."""


def _asked_sql(consent: str, identifier: str) -> str:
    apps = " and (l.golden_id, l.value) in (select (golden_id, address) from derived.app_devices)"
    return (
        f"select l.golden_id, '{consent}' as channel, '{identifier}' as identifier,"
        " l.value as address, l.position, c.golden_id is not null as is_said,"
        f" case when c.golden_id is not null then c.is_given else p.consent_{consent} end as is_allowed,"
        f" case when c.golden_id is not null then c.decided_at else p.consent_{consent}_at end as decided_at"
        " from derived.profile_lineage l"
        " join derived.unified_profiles p on p.golden_id = l.golden_id"
        " left join derived.consents c on c.golden_id = l.golden_id"
        f" and c.consent = '{consent}' and c.address = l.value"
        f" where l.attribute = '{identifier}'"
        " and l.golden_id in (select golden_id from changed.customers)"
        f"{apps if identifier == DEVICE else ''}"
    )


def _unasked_sql(identifier: str) -> str:
    return (
        f"select golden_id, '{identifier}' as channel, '{identifier}' as identifier,"
        " value as address, position, false as is_said, null::boolean as is_allowed,"
        " null::timestamp as decided_at from derived.profile_lineage"
        f" where attribute = '{identifier}' and position = 1"
        " and golden_id in (select golden_id from changed.customers)"
    )
