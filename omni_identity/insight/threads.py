"""Threads: what belongs together in one customer's history, across channels.

A conversation that moves from chat to the telephone is one thread, as are a cart, its order, its
pick-up and its return.
"""

from __future__ import annotations

from omni_identity.engines import Engine
from omni_identity.linkage.components import label_components

OPENERS = {
    "conversation_id": None,
    "ticket_id": "ticket_opened",
    "order_id": "order",
    "cart_id": None,
}
"""What interactions of one thread share, and the kind of interaction that opens one with a number of its own."""

REFER_ELSEWHERE = ("return", "pickup")
"""Kinds whose ``reference_id`` may name an order of another channel."""


def find_threads(engine: Engine, source: str, target: str) -> None:
    """Create the temporary table ``target``: ``channel, interaction_id, thread_id`` of what has others in its thread.

    ``source`` holds every interaction of each of its customers. A thread is a connected component of
    one customer's interactions that share a conversation, ticket, order or cart ID, or that refer to one
    another. It is called after its earliest interaction, ``channel:interaction_id``. A ticket or order
    number that two channels both opened is two. All others, those of nobody known among them, are threads
    of their own, called after themselves.
    """
    columns = ", ".join(OPENERS)
    shares = ", ".join((*OPENERS, "reference_id"))
    # most interactions, visits above all, name nothing and are named by nothing
    engine.run(
        f"""
        create or replace temp table thread_nodes as
        select row_number() over () as record_no, golden_id, channel, interaction_id, occurred_at,
            kind, reference_id, {columns}
        from {source}
        where golden_id is not null and (
            coalesce({shares}) is not null
            or (golden_id, interaction_id) in (
                select (golden_id, reference_id) from {source}
                where golden_id is not null and reference_id is not null
            )
        )
        """
    )
    shared = " union all ".join(_shared_sql(name, opener) for name, opener in OPENERS.items())
    engine.run(f"create or replace temp table thread_pairs as {shared} union all {_REFERENCES}")
    label_components(engine, "thread_pairs", "thread_labels")
    engine.run(
        f"""
        create or replace temp table {target} as
        with members as (
            select n.channel, n.interaction_id, n.occurred_at, l.component_no
            from thread_nodes n join thread_labels l using (record_no)
        ), names as (
            select component_no, arg_min(
                channel || ':' || interaction_id, (occurred_at, channel, interaction_id)
            ) as thread_id
            from members group by component_no
        )
        select channel, interaction_id, thread_id from members join names using (component_no)
        """
    )
    for table in ("nodes", "pairs", "labels"):
        engine.run(f"drop table thread_{table}")


def _shared_sql(name: str, opener: str | None) -> str:
    """Pairs of every interaction and one of its customer's that has the same ID."""
    if opener is None:
        scope = "''"
    else:
        # two channels that count from one give two tickets the same number; the least and the
        # greatest opener differ where there are several: not every engine counts distinct in windows
        scope = (
            f"case when min(case when kind = '{opener}' then channel end) over same"
            f" < max(case when kind = '{opener}' then channel end) over same"
            " then channel else '' end"
        )
    window = f" window same as (partition by golden_id, {name})" if opener else ""
    return (
        "select record_no_l, record_no_r from ("
        " select min(record_no) over (partition by golden_id, value, scope) as record_no_l,"
        " record_no as record_no_r from ("
        f" select record_no, golden_id, {name} as value, {scope} as scope"
        f" from thread_nodes where {name} is not null{window}"
        ")) where record_no_l < record_no_r"
    )


_REFERENCES = f"""
    select least(a.record_no, coalesce(own.record_no, other.record_no)) as record_no_l,
        greatest(a.record_no, coalesce(own.record_no, other.record_no)) as record_no_r
    from thread_nodes a
    left join thread_nodes own on own.golden_id = a.golden_id and own.channel = a.channel
        and own.interaction_id = a.reference_id
    left join (
        select golden_id, interaction_id, min(record_no) as record_no from thread_nodes
        where kind = 'order' group by golden_id, interaction_id having count(*) = 1
    ) other on other.golden_id = a.golden_id and other.interaction_id = a.reference_id
        and a.kind in {REFER_ELSEWHERE}
    where a.reference_id is not null
        and coalesce(own.record_no, other.record_no) <> a.record_no
"""
