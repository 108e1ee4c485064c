"""Draws what a customer said and heard, and how they went on from channel to channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from omni_identity.cli.screens.listing import cell, listing_if_any
from omni_identity.cli.terminal import plain_table
from omni_identity.model.visible import visible

if TYPE_CHECKING:
    import duckdb

SAID = 14
"""Entries of conversations on the screen."""
LETTERS = 240
"""Letters of what was said that are shown of each."""
HANDED_OVER = 3
"""Handoffs on the screen: the agent's eyes are on the last one."""


_CONVERSATIONS = """
    with entries as (
        select i.thread_id, i.occurred_at, i.channel, i.interaction_id, i.kind, i.direction, i.subject,
            m.agent, m.is_bot, m.text
        from interactions i left join messages m
            on m.channel = i.channel and m.interaction_id = i.interaction_id
        where i.golden_id = $id and i.kind in ('message', 'call', 'ticket_opened', 'ticket_closed')
    ), last_threads as (
        select thread_id, max(occurred_at) as last_at from entries group by thread_id
        having count(text) > 0 order by last_at desc, thread_id limit 2
    )
    select e.occurred_at as "when", e.channel as "where", case
            when e.is_bot then coalesce(e.agent || ' (bot)', 'bot')
            when e.agent is not null then e.agent
            when coalesce(e.direction, 'inbound') <> 'outbound' and e.kind <> 'ticket_closed' then 'customer'
            else 'company' end as who,
        coalesce(e.text, concat_ws(': ', replace(e.kind, '_', ' '), e.subject)) as said,
        e.thread_id
    from entries e join last_threads t using (thread_id)
    order by t.last_at desc, t.thread_id, e.occurred_at desc, e.channel, e.interaction_id
"""


def conversation(published: duckdb.DuckDBPyConnection, customer: dict[str, str]) -> RenderableType:
    """What was said in the last two threads in which anything was, the newest last; nothing without any."""
    query = published.execute(_CONVERSATIONS, customer)
    headings = [column[0] for column in query.description or []][:-1]
    rows = query.fetchall()
    if not rows:
        return Text("")
    table = plain_table(*headings, title=f"What was said ({len(rows)})")
    before = None
    for *place, said, thread in reversed(rows[:SAID]):
        if before not in (None, thread):
            table.add_row()
        before = thread
        table.add_row(*map(cell, place), Text(visible(" ".join(said.split())[:LETTERS])))
    earlier = len(rows) - SAID
    return Group(Text(f"... {earlier} earlier", "dim"), table) if earlier > 0 else table


def _lasting(seconds: str) -> str:
    """SQL for so many seconds in minutes, hours or days, whichever is the largest of which there are two."""
    return f"""
        replace(case when {seconds} < 7200 then (({seconds} + 59) // 60) || ' min'
            when {seconds} < 172800 then round({seconds} / 3600, 1) || ' h'
            else round({seconds} / 86400, 1) || ' d' end, '.0 ', ' ')"""


_HANDOFFS = f"""
    select occurred_at as "when", from_channel || ' > ' || to_channel as "from > to",
        replace(kind, '_', ' ') as kind, {_lasting("seconds_between")} as "#after",
        case when context_carried then carried_by when not context_carried then 'no' end as carried,
        case when asked_again then said_again when not asked_again then 'no' end as "asked again",
        case when seconds_lost > 0 then {_lasting("seconds_lost")} end as "#lost",
        case when is_resolved is null then 'not yet' when not is_resolved then 'no'
            else case resolved_by when 'agent' then 'by an agent' when 'bot' then 'by a bot'
                when 'self_service' then 'by themselves' else 'yes' end end as resolved
    from handoffs where golden_id = $id
    order by occurred_at desc, to_channel, to_interaction_id
"""


def handoffs(published: duckdb.DuckDBPyConnection, customer: dict[str, str]) -> RenderableType:
    """The last steps into another channel, or from a bot to a person; nothing without any.

    What each says is what ``handoffs`` has: whether the other side had what was there before (and by what), what
    had to be said again, how long that cost, and who settled it. Blank is what nobody can tell.
    """
    return listing_if_any(published, "Handoffs", _HANDOFFS, customer, HANDED_OVER)
