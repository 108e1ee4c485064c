"""Pick-ups and returns of an order by somebody else than whose order it is.

A relative fetches a parcel, or the customer does and the till knows them by a record that nothing links to
the web shop's. Either way the order is fetched; nothing follows for who is one person.
"""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.identity.changes import CUSTOMERS, mark_changed

KINDS = ("order", "return", "pickup")
"""What may change whose order was done with, and by whom."""


def done_by_others_sql(source: str, whose: str) -> str:
    """SQL for pick-ups and returns of ``source`` that are of another customer's order.

    ``source`` is a relation with the columns of ``derived.interactions``; its rows come with
    ``order_golden_id`` and ``order_channel`` before them. ``whose`` is a condition on the orders that are
    asked for. Only what leaves no choice counts: the ID is of the orders of one known customer in one
    channel and of no other order anywhere, the order was not placed more than a day later (clocks and days
    of delivery differ between channels), and no purchase of whoever came is what they referred to.
    """
    return f"""
        select n.golden_id as order_golden_id, n.channel as order_channel, i.*
        from {source} i
        join (
            select order_id, min(golden_id) as golden_id, min(channel) as channel,
                min(occurred_at) as ordered_at
            from {source} o
            where kind = 'order'
                and order_id in (select order_id from {source} a where kind = 'order' and {whose})
            group by order_id
            having count(*) = count(golden_id) and min(golden_id) = max(golden_id)
                and min(channel) = max(channel)
        ) n on n.order_id = i.order_id
        where i.kind in ('return', 'pickup') and i.golden_id <> n.golden_id
            and i.occurred_at > n.ordered_at - interval 1 day
            and not exists (
                select 1 from {source} r
                where r.golden_id = i.golden_id and r.channel = i.channel
                    and r.interaction_id = i.reference_id
                    and coalesce(r.order_id, '') <> i.order_id
            )
    """


def find_done_by_others(engine: Engine) -> None:
    """Make the temporary table ``done_by_others``: what others did with the orders of changed customers.

    Reads ``derived.interactions``. Columns: ``order_golden_id, order_channel, order_id, kind``, and the
    pick-up's or return's own ``channel`` and ``interaction_id``.
    """
    query = done_by_others_sql("derived.interactions", CUSTOMERS.is_marked())
    engine.run(
        "create or replace temp table done_by_others as"
        " select order_golden_id, order_channel, order_id, kind, channel, interaction_id"
        f" from ({query})"
    )


def mark_order_owners(engine: Engine, order_ids: str) -> None:
    """Mark the customers who have an order of an ID that the query ``order_ids`` returns.

    Reads ``derived.interactions``.
    """
    mark_changed(
        engine,
        CUSTOMERS,
        "select distinct golden_id from derived.interactions"
        f" where kind = 'order' and golden_id is not null and order_id in ({order_ids})",
    )
