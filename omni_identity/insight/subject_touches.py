"""The relations that every figure is reckoned from: who touched which channel when, what they ordered, their carts.

A *subject* is whoever a figure takes for one customer: a golden customer, a channel's own record, or (in a
benchmark) the true person. The same relations and the same SQL serve all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine

RELATIONS = (
    *("bounds", "rates", "known_interactions", "subjects", "touches", "visits"),
    *("orders", "unowned", "carts", "online_orders"),
)
"""Temporary tables that ``create_subject_touches`` makes.

``subjects``: ``subject_id`` (a number), ``seen_as``, ``golden_id`` and ``segment``, by the channels touched.
``touches``: ``subject_id, channel, interaction_id, kind, occurred_at`` (UTC), ``local_at`` and ``day`` (in
``insight.time_zone``), ``touch_no`` (their order), ``is_inbound`` (something that the subject did),
``is_in_store``, the IDs, ``status``, ``amount`` (null where it does not count) in ``currency``,
``duration_seconds``, ``satisfaction``.
``visits``: one row a subject, channel and day with anything inbound, and their ``touch_count``.
``orders``: one row an order that was not cancelled, ``order_number`` counting those of the subject from 1.
``unowned``: orders, returns and pick-ups that are nobody's, or stand for somebody else's, as seen by one
way of seeing customers (``seen_as``). They count for the cart or order that they name, if ``only_channel``
is null or its channel.
``carts``: one row a cart, with the subject's next order in any channel (``next_order_at``).
``online_orders``: those of ``orders`` that were not placed in a store, and whether a pick-up or a return
in one, of the same subject or one of ``unowned``, names them.
``bounds``: one row with the windows of ``omni.yaml``.
"""


def create_subject_touches(
    engine: Engine, settings: InsightSettings, source: str, subjects: Sequence[str]
) -> None:
    """Make the temporary tables ``RELATIONS`` from ``source``.

    ``source`` is a query for the columns of ``derived.interactions`` and for those named by ``subjects``:
    each tells whose an interaction is, by one way of seeing customers (``seen_as``), null for nobody's.
    Who sees customers as ``records`` sees one channel only.
    """
    _create_bounds(engine, settings)
    _create_rates(engine, settings)
    _create_known_interactions(engine, settings, source, subjects)
    keys = " union all ".join(
        f"select \"{name}\" as subject, '{name}' as seen_as, * from known_interactions"
        f' where "{name}" is not null'
        for name in subjects
    )
    engine.run(_SUBJECTS.format(keys=keys))
    engine.run(_TOUCHES.format(keys=keys))
    engine.run(_SEGMENTS)
    engine.run(_VISITS)
    engine.run(_ORDERS, {"cancelled": list(settings.cancelled_statuses)})
    unowned = " union all ".join(_UNOWNED.format(name=name) for name in subjects)
    engine.run(f"create or replace temp table unowned as {unowned}")
    engine.run(_CARTS)
    in_store = {
        "is_picked_up_in_store": _IN_STORE.format(kind="pickup"),
        "is_returned_to_store": _IN_STORE.format(kind="return"),
    }
    columns = ", ".join(f"{condition} as {name}" for name, condition in in_store.items())
    engine.run(
        "create or replace temp table online_orders as"
        f" select o.subject_id, o.channel, o.day, {columns}"
        " from orders o join subjects s using (subject_id) where not o.is_in_store"
    )


def drop_subject_touches(engine: Engine) -> None:
    """Drop the temporary tables ``RELATIONS``."""
    for name in RELATIONS:
        engine.run(f"drop table if exists {name}")


def _create_known_interactions(
    engine: Engine, settings: InsightSettings, source: str, subjects: Sequence[str]
) -> None:
    parameters = {f"store_{n}": name for n, name in enumerate(settings.store_channels)}
    listed = "".join(f" or channel = ${name}" for name in parameters)
    local = "half_hour"
    if settings.time_zone != "UTC":
        local = "(half_hour at time zone 'UTC') at time zone $time_zone"
        parameters["time_zone"] = settings.time_zone
    names = ", ".join(f'h."{name}"' for name in subjects)
    sql = _KNOWN.format(source=source, subjects=names, local=local, listed=listed)
    engine.run(sql, parameters)


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


_HALF_HOUR = (
    "date_trunc('hour', occurred_at)"
    " + case when extract(minute from occurred_at) >= 30 then interval 30 minute"
    " else interval 0 minute end"
)
"""No zone changes its clocks in between; converting only these is many times as quick."""

_KNOWN = f"""
    create or replace temp table known_interactions as
    with held as (
        select *, {_HALF_HOUR} as half_hour from ({{source}})
    ), clocks as (
        select half_hour, {{local}} as local_half_hour
        from (select distinct half_hour from held)
    )
    select {{subjects}}, h.golden_id, h.channel, h.interaction_id, h.kind, h.occurred_at,
        order_id, cart_id, ticket_id, status, resolved_by,
        local_half_hour + (occurred_at - h.half_hour) as local_at,
        kind not in ('ticket_closed', 'email_sent')
            and coalesce(direction, 'inbound') <> 'outbound' as is_inbound,
        store is not null {{listed}} as is_in_store,
        -- ordered below nothing is a mistake of the channel; of a return the sign says nothing
        case when h.currency is null or (kind = 'order' and amount < 0) then null
            else round(abs(amount) * coalesce(r.rate, 1), 2)::decimal(18, 2) end as amount,
        coalesce(r.worth_in, h.currency) as currency,
        round(duration_seconds, 2)::decimal(18, 2) as duration_seconds,
        round(satisfaction, 2)::decimal(18, 2) as satisfaction
    from held h join clocks c on c.half_hour = h.half_hour
    left join rates r on r.currency = h.currency
"""

_SUBJECTS = """
    create or replace temp table subjects as
    with keys as ({keys})
    select row_number() over () as subject_id, subject, seen_as, golden_id, 'one channel' as segment
    from (
        select subject, seen_as, any_value(golden_id) as golden_id
        from keys group by subject, seen_as
    )
"""

_TOUCHES = """
    create or replace temp table touches as
    with keys as ({keys})
    select s.subject_id, k.channel, k.interaction_id, k.kind, k.occurred_at, k.local_at,
        k.local_at::date as day, k.is_inbound, k.is_in_store,
        k.order_id, k.cart_id, k.ticket_id, k.status, k.resolved_by,
        k.amount, k.currency, k.duration_seconds, k.satisfaction,
        row_number() over (
            partition by s.subject_id order by k.occurred_at, k.channel, k.interaction_id
        ) as touch_no
    from keys k join subjects s using (subject, seen_as)
"""

_SEGMENTS = """
    update subjects set segment = found.segment
    from (
        select subject_id,
            case when count(distinct channel) = 2 then 'two channels'
                else 'three channels and more' end as segment
        from touches where is_inbound
        group by subject_id having count(distinct channel) > 1
    ) found
    where found.subject_id = subjects.subject_id
"""

_VISITS = """
    create or replace temp table visits as
    select subject_id, channel, day, count(*) as touch_count
    from touches where is_inbound group by subject_id, channel, day
"""

_ORDERS = """
    create or replace temp table orders as
    with versions as (
        select subject_id, touch_no, channel, interaction_id, order_id, occurred_at, local_at, day,
            is_in_store, amount, currency, status, coalesce(order_id, interaction_id) as order_key,
            row_number() over (
                partition by subject_id, channel, coalesce(order_id, interaction_id)
                order by touch_no desc
            ) as age,
            row_number() over (
                partition by subject_id, channel, coalesce(order_id, interaction_id)
                order by touch_no
            ) as version
        from touches where kind = 'order'
    ), lasting as (
        select subject_id, channel, order_key, amount, currency
        from versions where age = 1 and not coalesce(list_contains($cancelled::varchar[], lower(status)), false)
    )
    select v.subject_id, v.touch_no, v.channel, v.order_key, v.order_id, v.interaction_id,
        v.occurred_at, v.local_at, v.day, v.is_in_store, l.amount, l.currency,
        row_number() over (
            partition by v.subject_id order by v.touch_no
        ) as order_number
    from versions v join lasting l using (subject_id, channel, order_key)
    where v.version = 1
"""

_UNOWNED = """
    select '{name}' as seen_as, case when '{name}' = 'records' then channel end as only_channel, channel,
        kind, occurred_at, is_in_store, order_id, cart_id
    from known_interactions
    where golden_id is null and "{name}" is null and kind in ('order', 'return', 'pickup')
"""

_CARTS = """
    create or replace temp table carts as
    with moments as (
        select subject_id, channel, cart_id, kind, occurred_at, local_at, day,
            coalesce(resolved_by, '') as resolved_by,
            row_number() over (
                partition by subject_id, channel, kind, coalesce(cart_id, interaction_id)
                order by touch_no
            ) as version,
            min(case when kind = 'order' then occurred_at end) over (
                partition by subject_id order by occurred_at
                range between current row and unbounded following
            ) as next_order_at
        from touches where kind in ('cart', 'order')
    ), begun as (
        select m.*, s.seen_as from moments m join subjects s using (subject_id)
        where m.kind = 'cart' and m.version = 1
            -- known by what was done on the device later, above all by the order: who did nothing more
            -- stays unknown, so counting these would make carts look bought
            and not (s.seen_as = 'customers' and m.resolved_by = 'device_history')
    ), bought as (
        select seen_as, channel, cart_id, min(occurred_at) as bought_at
        from unowned where kind = 'order' and cart_id is not null
        group by seen_as, channel, cart_id
    )
    select b.subject_id, b.channel, b.occurred_at, b.local_at, b.day,
        case when u.bought_at < b.occurred_at then b.occurred_at
            when b.next_order_at is null or u.bought_at < b.next_order_at then u.bought_at
            else b.next_order_at end as next_order_at
    from begun b left join bought u
        on u.seen_as = b.seen_as and u.channel = b.channel and u.cart_id = b.cart_id
"""

_IN_STORE = """(
    exists (
        select 1 from touches t
        where t.kind = '{kind}' and t.is_in_store
            and t.subject_id = o.subject_id and t.order_id = o.order_id
    ) or exists (
        select 1 from unowned n
        where n.kind = '{kind}' and n.is_in_store
            and n.seen_as = s.seen_as and n.order_id = o.order_id
            and coalesce(n.only_channel, o.channel) = o.channel
    )
)"""
