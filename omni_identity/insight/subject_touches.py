"""The relations that every figure is computed from: who touched which channel when, what they ordered, their carts.

A *subject* is whoever a figure takes for one customer: a golden customer, a channel's own record, or (in a
benchmark) the true person. The same relations and the same SQL serve all of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from omni_identity.channels.insight_settings import InsightSettings
from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.profile.reporting_currency import create_rates

RELATIONS = (
    *("bounds", "rates", "known_interactions", "subjects", "touches", "visits"),
    *("subject_segments", "orders", "unowned", "carts", "online_orders"),
)
"""Temporary tables that ``create_subject_touches`` makes, with all their columns.

Moments are in UTC, those called ``local`` and ``day`` in ``insight.time_zone``. An ID, ``status``, ``amount`` and
``currency`` are null where a channel said none.

``subjects``: ``subject_id`` (a number), ``subject`` (what it is known as), ``seen_as`` and ``golden_id``.
``subject_segments``: ``subject_id, segment``, by the channels touched so far, ``from_day, until_day``.
``touches``: ``subject_id, channel, interaction_id, kind, occurred_at, local_at, day``, ``is_inbound`` (something
that the subject did), ``is_in_store``, ``is_solving`` (closes a ticket, and not because it was given up),
``order_id, cart_id, ticket_id, conversation_id, reference_id, status, campaign``, ``thread_id, stage`` (as in
``interactions``), ``headline`` (its subject), ``resolved_by`` (how it was found whose it is), ``amount`` (null where
it does not count) in ``currency``, ``duration_seconds``, ``satisfaction``, ``touch_no`` (their order).
``visits``: one row a subject, channel and day with anything inbound: ``subject_id, channel, day``, ``touch_count``.
``orders``: one row an order that was not cancelled: ``subject_id, touch_no, channel``, ``order_key`` (never null),
``order_id, interaction_id, occurred_at, local_at, day, is_in_store, amount, currency``, ``order_number`` (counts
those of the subject from 1).
``unowned``: orders, returns, pick-ups and closings of tickets that are nobody's, or stand for somebody else's, as
seen by one way of seeing customers: ``seen_as, only_channel, channel, kind, occurred_at, day, is_in_store,
is_solving, order_id, cart_id, ticket_id``. They count for the cart, order or ticket that they name, if
``only_channel`` is null or its channel.
``carts``: one row a cart: ``subject_id, channel, occurred_at, local_at, day``, ``next_order_at`` (the subject's next
order in any channel, null: none).
``online_orders``: those of ``orders`` that were not placed in a store: ``subject_id, channel, day``,
``is_picked_up_in_store, is_returned_to_store``: whether a pick-up or a return in one, of the same subject or one
of ``unowned``, names them.
``bounds``: one row with the windows of ``omni.yaml``: ``abandoned_cart_hours, cart_recovery_days,
first_contact_days, journey_silence_days``.
``rates``: ``currency, worth_in, rate``. ``known_interactions``: what ``touches`` and ``unowned`` are made from.

``create_journeys`` in ``journeys.py`` makes ``journey_stays``, ``subject_journeys``, ``journey_stages`` and
``order_campaigns`` from them, ``create_handoffs`` in ``handoffs.py`` ``handoffs`` and ``handoff_answers``.
"""


def create_subject_touches(
    engine: Engine, settings: InsightSettings, source: str, subjects: Sequence[str]
) -> None:
    """Make the temporary tables ``RELATIONS`` from ``source``.

    ``source`` is a query for the columns of ``derived.interactions`` and for those named by ``subjects``:
    each says whose an interaction is, by one way of seeing customers (``seen_as``), null for nobody's.
    Who sees customers as ``records`` sees one channel only.
    """
    _create_bounds(engine, settings)
    create_what_was_done(engine, settings, source, subjects)
    engine.run(statement(__file__, "subject_segments"))
    unowned = " union all ".join(_UNOWNED.format(name=name) for name in subjects)
    engine.run(f"create or replace temp table unowned as {unowned}")
    engine.run(statement(__file__, "carts"))
    engine.run(statement(__file__, "online_orders"))


def create_what_was_done(
    engine: Engine, settings: InsightSettings, source: str, subjects: Sequence[str]
) -> None:
    """Make of ``RELATIONS`` ``rates``, ``known_interactions``, ``subjects``, ``touches``, ``visits`` and ``orders``.

    That is all that a KPI which counts nobody's, too, may read; ``source`` and ``subjects`` are as above.
    """
    create_rates(engine, settings)
    columns = ", ".join(f'h."{name}"' for name in subjects)
    engine.run(
        _KNOWN.format(source=source, subjects=columns),
        {
            "time_zone": settings.time_zone,
            "stores": list(settings.store_channels),
            "unsolved": list(settings.unsolved_statuses),
        },
    )
    keys = " union all ".join(
        f"select \"{name}\" as subject, '{name}' as seen_as, golden_id, interaction_no, occurred_at, channel,"
        f' interaction_id from known_interactions where "{name}" is not null'
        for name in subjects
    )
    engine.run(_SUBJECTS.format(keys=keys))
    engine.run(_TOUCHES.format(keys=keys))
    engine.run(statement(__file__, "visits"))
    engine.run(statement(__file__, "orders"), {"cancelled": list(settings.cancelled_statuses)})


def drop_subject_touches(engine: Engine) -> None:
    """Drop the temporary tables ``RELATIONS``."""
    for name in RELATIONS:
        engine.run(f"drop table if exists {name}")


def _create_bounds(engine: Engine, settings: InsightSettings) -> None:
    """Make ``bounds``: one row with the windows that KPIs and journeys use."""
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


_HALF_HOUR = (
    "date_trunc('hour', occurred_at)"
    " + case when extract(minute from occurred_at) >= 30 then interval 30 minute"
    " else interval 0 minute end"
)
"""No zone changes its clocks in between; converting only these is many times as quick."""

_KNOWN = f"""
    create or replace temp table known_interactions as
    with held as (
        select *, {_HALF_HOUR} as half_hour, row_number() over () as interaction_no from ({{source}})
    ), clocks as (
        select half_hour, (half_hour at time zone 'UTC') at time zone $time_zone as local_half_hour
        from (select distinct half_hour from held)
    )
    select {{subjects}}, interaction_no, h.golden_id, h.channel, h.interaction_id, h.kind, h.occurred_at,
        order_id, cart_id, ticket_id, conversation_id, reference_id, thread_id, stage,
        h.subject as headline, status, campaign, resolved_by,
        local_half_hour + (occurred_at - h.half_hour) as local_at,
        kind not in ('ticket_closed', 'email_sent')
            and coalesce(direction, 'inbound') <> 'outbound' as is_inbound,
        store is not null or list_contains($stores::varchar[], channel) as is_in_store,
        kind = 'ticket_closed' and not coalesce(list_contains($unsolved::varchar[], lower(status)), false)
            as is_solving,
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
    select row_number() over () as subject_id, subject, seen_as, golden_id
    from (
        select subject, seen_as, any_value(golden_id) as golden_id
        from keys group by subject, seen_as
    )
"""

_TOUCHES = """
    create or replace temp table touches as
    with keys as ({keys}), numbered as (
        -- keys alone are sorted, and whole rows fetched after: rows are wide
        select s.subject_id, k.interaction_no, row_number() over (
            partition by s.subject_id order by k.occurred_at, k.channel, k.interaction_id
        ) as touch_no
        from keys k join subjects s using (subject, seen_as)
    )
    select n.subject_id, k.channel, k.interaction_id, k.kind, k.occurred_at, k.local_at,
        k.local_at::date as day, k.is_inbound, k.is_in_store, k.is_solving,
        k.order_id, k.cart_id, k.ticket_id, k.conversation_id, k.reference_id, k.thread_id, k.stage,
        k.headline, k.status, k.campaign, k.resolved_by,
        k.amount, k.currency, k.duration_seconds, k.satisfaction, n.touch_no
    from numbered n join known_interactions k using (interaction_no)
"""

_UNOWNED = """
    select '{name}' as seen_as, case when '{name}' = 'records' then channel end as only_channel, channel,
        kind, occurred_at, local_at::date as day, is_in_store, is_solving, order_id, cart_id,
        ticket_id
    from known_interactions
    where golden_id is null and "{name}" is null
        and kind in ('order', 'return', 'pickup', 'ticket_closed')
"""
