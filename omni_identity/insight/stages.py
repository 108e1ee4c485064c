"""Stages of a journey: what each thing that a customer does belongs to, from becoming aware to coming back."""

from __future__ import annotations

STAGE_SQL = """
    case
        when n.kind in ('email_sent', 'email_opened', 'email_clicked') then 'awareness'
        when n.kind = 'session' then case when n.campaign is null then 'consideration' else 'awareness' end
        when n.kind = 'cart' then 'consideration'
        when n.kind = 'order' then case
            when f.ordered_at < n.occurred_at
                and (f.channel <> n.channel or f.order_key <> coalesce(n.order_id, n.interaction_id))
            then 'loyalty' else 'purchase' end
        when n.kind = 'pickup' then 'pick_up'
        when n.kind = 'return' then 'return'
        when n.kind in ('ticket_opened', 'ticket_closed') then 'use_and_service'
        when n.kind in ('message', 'call') then case
            when n.ticket_id is not null or k.thread_id is not null or f.ordered_at <= n.occurred_at
            then 'use_and_service' else 'consideration' end
    end
"""
"""SQL for the stage of an interaction ``n``; null for a kind that is none of ours.

``f`` is the customer's first order that was not cancelled, if any: ``channel, order_key, ordered_at``; ``k`` a row if
the interaction's thread has a ticket. A later order is loyalty. A message or a call is service if its thread has a
ticket, or the customer had ordered by then; else it is a question before a purchase.
"""
