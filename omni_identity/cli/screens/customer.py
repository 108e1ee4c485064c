"""Draws a customer: profile, consent, records, links, interactions, conversations, history of the ID."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from omni_identity.cli.screens.conversation import conversation, handoffs
from omni_identity.cli.screens.listing import FEW, SHOWN, cell, listing, listing_if_any
from omni_identity.cli.terminal import plain_table
from omni_identity.lookup.customer.parts import history_query, part_query
from omni_identity.model.visible import visible

if TYPE_CHECKING:
    import duckdb

LAST = 8
"""Interactions on the screen: what was said in them stands above."""
_ABOUT = {
    "contact_channels": "",
    "preferred_channel": "",
    "most_used_channel": "",
    "first_seen_at": "",
    "last_seen_at": "",
    "record_count": "",
    "identity_confidence": "",
    "interaction_count": "",
    "order_count": "",
    "total_spend": "spend_currency",
    "total_spend_reporting": "",
    "last_order_at": "last_order_state",
    "last_touch_at": "last_touch_channel",
}
"""What the company knows of a customer, and what is said beside it in the same line."""
_OTHERWISE = {"total_spend_reporting": "total_spend"}
"""What is said only where the other is not known: spend in one currency needs no second line."""
_NAME = ("full_name", "first_name", "middle_name", "last_name", "name_suffix")
_ELSEWHERE = {
    "golden_id",
    "household_id",
    "channels",
    "channel_count",
    "order_amounts",
    *_ABOUT,
    *_ABOUT.values(),
}


def show_customer(console: Console, published: duckdb.DuckDBPyConnection, golden_id: str) -> None:
    """Print one live customer in full."""
    customer = {"id": golden_id}
    query = published.execute("select * from unified_profiles where golden_id = $id", customer)
    names = [column[0] for column in query.description or []]
    profile = dict(zip(names, query.fetchall()[0], strict=True))
    title = Text.assemble((visible(profile["full_name"] or "(no name)"), "bold"), f"  {golden_id}")
    parts: list[RenderableType] = [
        _side_by_side(_attributes(profile), _about({**profile, **_context(published, customer)})),
        Group(
            listing(published, "Open", part_query("open_matters"), customer),
            listing_if_any(
                published, "In open carts and orders", part_query("open_lines"), customer, FEW
            ),
        ),
        listing(published, "Next steps", part_query("audiences"), customer),
        listing(published, "Orders", part_query("orders"), customer, FEW),
        conversation(published, customer),
        handoffs(published, customer),
        listing(published, "Last interactions", _INTERACTIONS, customer, LAST),
        listing(published, "Records", part_query("records"), customer),
        listing(published, "Links", part_query("links"), customer, FEW),
        # a publication of before there were households has none
        *(
            [listing(published, "Household", part_query("household"), customer)]
            if "household_id" in profile
            else []
        ),
        listing(published, "History of the ID", history_query(published), customer),
    ]
    filled = [part for part in parts if not isinstance(part, Text) or part.plain]
    spaced = [item for part in filled for item in (part, Text(""))][:-1]
    console.print(Panel(Group(*spaced), title=title, title_align="left", border_style="cyan"))


def show_customers(
    console: Console,
    published: duckdb.DuckDBPyConnection,
    golden_ids: Sequence[str],
    more: int = 0,
    limit: int = SHOWN,
) -> None:
    """Print several customers, a line each, ``limit`` at most; ``more`` are not among ``golden_ids``."""
    shown = published.execute(
        "select golden_id, full_name, city, postcode, birth_date, record_count, channels"
        " from unified_profiles where list_contains($ids, golden_id)"
        " order by list_position($ids, golden_id)",
        {"ids": list(golden_ids[:limit])},
    ).fetchall()
    table = plain_table("golden_id", "name", "city", "postcode", "born", "#records", "channels")
    table.title = f"{len(golden_ids) + more:,} customers"
    for row in shown:
        table.add_row(*map(cell, row))
    console.print(table)
    _say_rest(console, len(golden_ids) + more - len(shown))
    console.print("omni lookup GOLDEN_ID shows one of them in full.")


def _context(published: duckdb.DuckDBPyConnection, customer: dict[str, str]) -> dict[str, Any]:
    """What ``customer_context`` says beyond the profile."""
    names = ("contact_channels", "last_order_state", "last_touch_at", "last_touch_channel")
    rows = published.execute(
        f"select {', '.join(names)} from customer_context where golden_id = $id", customer
    ).fetchall()
    return dict(zip(names, rows[0], strict=True)) if rows else {}


def _side_by_side(left: Table, right: Table) -> Table:
    grid = Table.grid(padding=(0, 4))
    grid.add_row(left, right)
    return grid


def _attributes(profile: dict[str, Any]) -> Table:
    """Names, address, identifiers, consent: all that is filled and says who this is."""
    table = plain_table("", "")
    for name, value in profile.items():
        dated = name.startswith("consent_") and name.endswith("_at")
        if name in _ELSEWHERE or dated or value is None or name in _NAME[1:]:
            continue
        text = cell(value, is_tall=True)
        at = profile.get(f"{name}_at")
        if name.startswith("consent_") and at is not None:
            text.append(f" since {cell(at)}", "dim")
        table.add_row(Text(name.replace("_", " "), "dim"), text)
    return table


def _about(profile: dict[str, Any]) -> Table:
    """What the company knows of its dealings with the customer."""
    table = plain_table("", "")
    table.add_row(Text("channels", "dim"), cell(profile["channels"]))
    for name, beside in _ABOUT.items():
        if profile.get(name) is None or (name in _OTHERWISE and profile.get(_OTHERWISE[name])):
            continue
        label = name.removesuffix("_at").replace("_", " ")
        value = Text.assemble(cell(profile[name]), " ", cell(profile.get(beside)))
        table.add_row(Text(label, "dim"), value)
    return table


_INTERACTIONS = """
    select occurred_at as "when", channel, kind,
        concat_ws(' ', amount, currency) as "#amount",
        concat_ws(' · ', store, status, campaign, subject) as about,
        coalesce(order_id, ticket_id, cart_id, conversation_id) as number,
        case when thread_id <> channel || ':' || interaction_id then thread_id end as "thread"
    from interactions where golden_id = $id
    order by occurred_at desc, channel, interaction_id
"""


def _say_rest(console: Console, rest: int) -> None:
    if rest > 0:
        console.print(f"... and {rest:,} more", style="dim")
