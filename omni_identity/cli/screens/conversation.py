"""Draws what a customer said and heard, and how they went on from channel to channel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from omni_identity.cli.screens.listing import cell, listing_if_any
from omni_identity.cli.terminal import plain_table
from omni_identity.lookup.customer.parts import part_query
from omni_identity.model.visible import visible

if TYPE_CHECKING:
    import duckdb

SAID = 14
"""Entries of conversations on the screen."""
LETTERS = 240
"""Letters of what was said that are shown of each."""
THREADS = 2
"""Threads of which is shown what was said."""
HANDED_OVER = 3
"""Handoffs on the screen: the agent's eyes are on the last one."""


def conversation(published: duckdb.DuckDBPyConnection, customer: dict[str, str]) -> RenderableType:
    """What was said in the last two threads in which anything was, the newest last; nothing without any."""
    query = published.execute(part_query("conversations"), {**customer, "threads": THREADS})
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


def handoffs(published: duckdb.DuckDBPyConnection, customer: dict[str, str]) -> RenderableType:
    """The last steps into another channel, or from a bot to a person; nothing without any.

    What each says is what ``handoffs`` has: whether the other side had what was there before (and by what), what
    had to be said again, how long that cost, and who settled it. Blank is what nobody can tell.
    """
    return listing_if_any(published, "Handoffs", part_query("handoffs"), customer, HANDED_OVER)
