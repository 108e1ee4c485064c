"""What is wrong with current interactions, and which of them figures leave out because of it."""

from __future__ import annotations

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine, count_rows
from omni_identity.identity.changes import CUSTOMERS, mark_changed
from omni_identity.insight.done_by_others import KINDS, mark_order_owners
from omni_identity.model.attributes import FACTS

ONE_OFF = ("cart", "order", "return", "pickup", "ticket_opened", "ticket_closed")
"""Kinds that do not happen twice in one instant with the same facts."""


def find_bad_interactions(engine: Engine, settings: InsightSettings) -> int:
    """Rebuild ``derived.interaction_findings``; return how many there are.

    Columns: ``channel, interaction_id, reason_code, detail, is_left_out`` (figures leave it out). Notes
    the customers of interactions whose findings are not what they were. No detail holds personal data.
    """
    with engine.transaction():
        engine.run(f"create table if not exists derived.interaction_findings ({_COLUMNS})")
        engine.run(f"create or replace temp table fresh_findings ({_COLUMNS})")
        engine.run(_MOMENTS)
        engine.run(_ALIKE)
        for query in (_RULES, _REPEATED, _ORDERLESS, _CLOSED_FIRST):
            engine.run(f"insert into fresh_findings {query}")
        if settings.currency:
            rates = [settings.currency, *settings.rates]
            engine.run(f"insert into fresh_findings {_NO_RATE}", {"rates": rates})
        engine.run(
            "create or replace temp table changed_findings as"
            " (select * from fresh_findings except select * from derived.interaction_findings)"
            " union (select * from derived.interaction_findings except select * from fresh_findings)"
        )
        mark_changed(
            engine,
            CUSTOMERS,
            "select distinct golden_id from derived.interactions semi join changed_findings"
            " using (channel, interaction_id) where golden_id is not null",
        )
        changed = (
            "from derived.interactions semi join changed_findings using (channel, interaction_id)"
        )
        # what is left out no longer counts for the order or the cart that it names, whoever did it
        mark_order_owners(engine, f"select order_id {changed} where kind in {KINDS}")
        mark_changed(
            engine,
            CUSTOMERS,
            "select distinct golden_id from derived.interactions"
            f" where golden_id is not null and cart_id in (select cart_id {changed} where kind = 'order')",
        )
        engine.run("delete from derived.interaction_findings")
        engine.run(
            "insert into derived.interaction_findings select * from fresh_findings"
            " order by channel, interaction_id, reason_code"
        )
        for table in ("fresh_findings", "changed_findings", "busy_moments", "alike_moments"):
            engine.run(f"drop table {table}")
    return count_rows(engine, "derived.interaction_findings")


_COLUMNS = (
    "channel VARCHAR, interaction_id VARCHAR, reason_code VARCHAR, detail VARCHAR,"
    " is_left_out BOOLEAN"
)

_RULES = """
    select channel, interaction_id, 'unknown_contact',
        'The channel''s customer list has no such record; the interaction is found by its identifiers or nobody''s.',
        false
    from (
        -- whose record is known is resolved by it
        select channel, interaction_id, source_record_id from derived.interactions
        where source_record_id is not null and coalesce(resolved_by, '') <> 'contact'
            -- zeros are no contact that is unknown, but nobody's
            and replace(replace(source_record_id, '0', ''), '-', '') <> ''
    ) i
    anti join derived.customers c using (channel, source_record_id)
    where i.channel in (select channel from derived.customers)
    union all
    select channel, interaction_id, 'not_yet',
        'It is later than now (runs.as_of); figures count it once now is there.', true
    from derived.interactions where occurred_at > (select as_of from derived.as_of)
    union all
    select channel, interaction_id, 'negative_amount',
        'Of less than nothing; it counts, its amount is part of no sum.', false
    from derived.interactions where kind in ('cart', 'order') and amount < 0
    union all
    select channel, interaction_id, 'no_currency',
        'An amount without a currency; it is part of no sum.', false
    from derived.interactions where amount is not null and currency is null
    union all
    select channel, interaction_id, 'unsure_local_time',
        'Clocks were changed: its local time came twice, or never; the earlier instant is taken.', false
    from derived.interactions semi join (
        select channel, interaction_id, occurred_at from landed.interactions where is_time_unsure
    ) using (channel, interaction_id, occurred_at)
"""

_NO_RATE = """
    select channel, interaction_id, 'no_rate',
        'insight.rates has none for its currency; its amount is in no sum in insight.currency.', false
    from derived.interactions
    where amount is not null and currency is not null and not list_contains($rates::varchar[], currency)
"""

_SAME = ", ".join(f'"{name}"' for name in FACTS)

_TELLING = "order_id, cart_id, ticket_id, amount"

_MOMENTS = f"""
    create or replace temp table busy_moments as
    select channel, kind, occurred_at from derived.interactions
    where kind in {ONE_OFF} group by channel, kind, occurred_at having count(*) > 1
"""

_ALIKE = f"""
    create or replace temp table alike_moments as
    with busy as (
        select channel, kind, occurred_at, golden_id, source_record_id, {_TELLING}
        from derived.interactions semi join busy_moments using (channel, kind, occurred_at)
        where kind in {ONE_OFF}
    ), alike as (
        select channel, kind, occurred_at from busy
        group by channel, kind, occurred_at, golden_id, source_record_id, {_TELLING}
        having count(*) > 1
    )
    select distinct channel, kind, occurred_at from alike
"""
"""What tells most of them apart comes first: whole rows are wide, and hardly any are left to be compared."""

_REPEATED = f"""
    with suspects as (
        select channel, golden_id, source_record_id, interaction_id, kind, occurred_at, {_SAME}
        from derived.interactions semi join alike_moments using (channel, kind, occurred_at)
        where golden_id is not null or source_record_id is not null
    ), delivered_twice as (
        select channel, interaction_id,
            first_value(interaction_id) over (
                partition by channel, golden_id, source_record_id, kind, occurred_at, {_SAME}
                order by interaction_id
            ) as first_id
        from suspects
    )
    select channel, interaction_id, 'duplicate',
        'The same as another of the channel, fact for fact, under another ID; one of them counts.', true
    from delivered_twice where interaction_id <> first_id
"""

_ORDERLESS = """
    with orders as (
        select channel, interaction_id, order_id from derived.interactions where kind = 'order'
    )
    select channel, interaction_id, 'return_without_order',
        'No order of any channel has its order ID or is the one that it refers to; nothing is taken off for it.', true
    from derived.interactions i
    where kind = 'return'
        and not exists (select 1 from orders o where o.order_id = i.order_id)
        and not exists (select 1 from orders o where o.interaction_id = i.reference_id)
"""

_CLOSED_FIRST = """
    with opened as (
        select channel, ticket_id, min(occurred_at) as opened_at from derived.interactions
        where kind = 'ticket_opened' and ticket_id is not null group by channel, ticket_id
    )
    select channel, interaction_id, 'closed_before_opened',
        'The ticket was closed before it was opened; it is closed, but how long it took is unknown.', true
    from derived.interactions i join opened o using (channel, ticket_id)
    where i.kind = 'ticket_closed' and i.occurred_at < o.opened_at
"""
