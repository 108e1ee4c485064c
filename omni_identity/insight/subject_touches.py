"""The relations that every figure is reckoned from: who touched which channel when, what they ordered, their carts.

A *subject* is whoever a figure takes for one customer: a golden customer, a channel's own record, or (in a
benchmark) the true person. The same relations and the same SQL serve all of them.
"""

from __future__ import annotations

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine

RELATIONS = ("touches", "orders", "carts", "subjects", "bounds")
"""Temporary tables that ``create_subject_touches`` makes.

``touches``: ``subject_id, channel, interaction_id, kind, occurred_at`` (UTC), ``local_at`` and ``day`` (in
``insight.time_zone``), ``is_inbound`` (something that the subject did), ``is_in_store``, the IDs, ``status``,
``amount`` (null where it does not count) in ``currency``, ``duration_seconds``, ``satisfaction``.
``orders``: one row an order that was not cancelled, ``order_number`` counting those of the subject from 1.
``carts``: one row a cart, with the subject's next order in any channel (``next_order_at``).
``subjects``: ``golden_id`` and ``segment``. ``bounds``: one row with the windows of ``omni.yaml``.
"""


def create_subject_touches(engine: Engine, settings: InsightSettings, source: str) -> None:
    """Make the temporary tables ``RELATIONS`` from ``source``.

    ``source`` is a query for the columns of ``derived.interactions``, the customer's ``golden_id`` and
    ``subject_id``, which may both be null: such rows are nobody's and are left out.
    """
    _create_bounds(engine, settings)
    _create_rates(engine, settings)
    in_stores = {f"store_{n}": name for n, name in enumerate(settings.store_channels)}
    listed = "".join(f" or channel = ${name}" for name in in_stores)
    zone = "occurred_at"
    if settings.time_zone != "UTC":
        zone = "(occurred_at at time zone 'UTC') at time zone $time_zone"
        in_stores["time_zone"] = settings.time_zone
    engine.run(_TOUCHES.format(source=source, local=zone, listed=listed), in_stores)
    cancelled = {f"word_{n}": word for n, word in enumerate(settings.cancelled_statuses)}
    words = "".join(f" or lower(status) = lower(${name})" for name in cancelled)
    engine.run(_ORDERS.format(is_cancelled=f"(false{words})"), cancelled)
    engine.run(_CARTS)
    engine.run(_SUBJECTS)


def drop_subject_touches(engine: Engine) -> None:
    """Drop the temporary tables ``RELATIONS``."""
    for name in (*RELATIONS, "rates"):
        engine.run(f"drop table if exists {name}")


def _create_bounds(engine: Engine, settings: InsightSettings) -> None:
    names = (
        "abandoned_cart_hours",
        "cart_recovery_days",
        "first_contact_days",
        "journey_silence_days",
    )
    columns = ", ".join(f"${name}::integer as {name}" for name in names)
    engine.run(
        f"create or replace temp table bounds as select {columns}",
        {name: getattr(settings, name) for name in names},
    )


def _create_rates(engine: Engine, settings: InsightSettings) -> None:
    """Make ``rates``: what one unit of a currency is worth in which; none for those that stay what they are."""
    engine.run(
        "create or replace temp table rates"
        " (currency VARCHAR, worth_in VARCHAR, rate DECIMAL(18, 8))"
    )
    if settings.currency is None:
        return
    for currency, rate in {**settings.rates, settings.currency: 1}.items():
        engine.run(
            "insert into rates values ($currency, $worth_in, $rate::decimal(18, 8))",
            {"currency": currency, "worth_in": settings.currency, "rate": str(rate)},
        )


_TOUCHES = """
    create or replace temp table touches as
    with known as (
        select *, {local} as local_at,
            -- what is ordered below nothing is a mistake of the channel; of a return the sign says nothing
            case when kind = 'order' and amount < 0 then null else abs(amount) end as counted
        from ({source}) where subject_id is not null
    )
    select k.subject_id, k.golden_id, k.channel, k.interaction_id, k.kind, k.occurred_at, k.local_at,
        k.local_at::date as day,
        k.kind not in ('email_sent', 'ticket_closed')
            and coalesce(k.direction, 'inbound') <> 'outbound' as is_inbound,
        k.store is not null {listed} as is_in_store,
        k.order_id, k.cart_id, k.ticket_id, k.reference_id, k.status,
        case when k.currency is null then null
            else round(k.counted * coalesce(r.rate, 1), 2)::decimal(18, 2) end as amount,
        coalesce(r.worth_in, k.currency) as currency,
        round(k.duration_seconds, 2)::decimal(18, 2) as duration_seconds,
        round(k.satisfaction, 2)::decimal(18, 2) as satisfaction
    from known k left join rates r using (currency)
"""

_ORDERS = """
    create or replace temp table orders as
    with versions as (
        select *, coalesce(order_id, interaction_id) as order_key,
            row_number() over (
                partition by subject_id, channel, coalesce(order_id, interaction_id)
                order by occurred_at desc, interaction_id desc
            ) as age,
            row_number() over (
                partition by subject_id, channel, coalesce(order_id, interaction_id)
                order by occurred_at, interaction_id
            ) as version
        from touches where kind = 'order'
    ), lasting as (
        select subject_id, channel, order_key, amount, currency
        from versions where age = 1 and not {is_cancelled}
    )
    select v.subject_id, v.golden_id, v.channel, v.order_key, v.order_id, v.interaction_id,
        v.occurred_at, v.local_at, v.day, v.is_in_store, l.amount, l.currency,
        row_number() over (
            partition by v.subject_id order by v.occurred_at, v.channel, v.order_key
        ) as order_number
    from versions v join lasting l using (subject_id, channel, order_key)
    where v.version = 1
"""

_CARTS = """
    create or replace temp table carts as
    with moments as (
        select subject_id, golden_id, channel, interaction_id, kind, occurred_at, local_at, day,
            row_number() over (
                partition by subject_id, channel, kind, coalesce(cart_id, interaction_id)
                order by occurred_at, interaction_id
            ) as version,
            min(case when kind = 'order' then occurred_at end) over (
                partition by subject_id order by occurred_at
                range between current row and unbounded following
            ) as next_order_at
        from touches where kind in ('cart', 'order')
    )
    select subject_id, channel, occurred_at, local_at, day, next_order_at
    from moments where kind = 'cart' and version = 1
"""

_SUBJECTS = """
    create or replace temp table subjects as
    select subject_id, any_value(golden_id) as golden_id,
        case when count(distinct case when is_inbound then channel end) >= 3
                then 'three channels and more'
            when count(distinct case when is_inbound then channel end) = 2 then 'two channels'
            else 'one channel' end as segment
    from touches group by subject_id
"""
