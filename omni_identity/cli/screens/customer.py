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
from omni_identity.identity.run_order import newest_first
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
            listing(published, "Open", _OPEN, customer),
            listing_if_any(published, "In open carts and orders", _OPEN_LINES, customer, FEW),
        ),
        listing(published, "Next steps", _AUDIENCES, customer),
        listing(published, "Orders", _ORDERS, customer, FEW),
        conversation(published, customer),
        handoffs(published, customer),
        listing(published, "Last interactions", _INTERACTIONS, customer, LAST),
        listing(published, "Records", _RECORDS, customer),
        listing(published, "Links", _LINKS, customer, FEW),
        # a publication of before there were households has none
        *(
            [listing(published, "Household", _HOUSEHOLD, customer)]
            if "household_id" in profile
            else []
        ),
        listing(published, "History of the ID", _events(published), customer),
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


_OPEN = """
    select since, matter, channel, matter_id as number, waits_for as "waits for",
        case when last_at <> since then last_at end as "last word", last_channel as "in",
        concat_ws(' ', amount, currency) as "#amount"
    from open_matters where golden_id = $id
    order by since desc, matter, channel, matter_id
"""
_OPEN_LINES = """
    with lines as (
        select m.since, m.matter, m.matter_id, m.products, l.*,
            coalesce(l.product_name, l.product_id, '?') as label
        from open_matters m
        join interactions i on i.golden_id = m.golden_id and i.channel = m.channel and i.occurred_at = m.since
            and case m.matter
                when 'cart' then i.kind = 'cart'
                    and coalesce(i.cart_id, i.channel || ':' || i.interaction_id) = m.matter_id
                when 'pickup' then i.kind = 'order' and i.order_id = m.matter_id end
        join interaction_lines l on l.channel = i.channel and l.interaction_id = i.interaction_id
        where m.golden_id = $id
    )
    select matter, matter_id as number, label as product, quantity as "#pieces", price as "#price",
        promotion, concat_ws(' ', fulfilment, store) as how
    from lines
    -- what of it was bought, or brought back, is open no more
    where list_bool_or(list_transform(products, lambda p: p = label or ends_with(p, ' × ' || label)))
    order by since desc, matter, matter_id, line_number
"""
_AUDIENCES = """
    select audience, since, reason, address_kind as by, address, consent as "allowed by"
    from audience_members where golden_id = $id order by since desc, audience
"""
_ORDERS = """
    select i.occurred_at as "when", i.channel, i.order_id as "order",
        concat_ws(' ', i.amount, i.currency) as "#amount", i.item_count as "#items", i.status,
        (select string_agg(distinct f.kind || ' in ' || f.channel, ', ' order by f.kind || ' in ' || f.channel)
            from interactions f where f.golden_id = i.golden_id and f.thread_id = i.thread_id
                and f.kind in ('pickup', 'return') and f.occurred_at >= i.occurred_at) as "then"
    from interactions i where i.golden_id = $id and i.kind = 'order'
    order by i.occurred_at desc, i.channel, i.interaction_id
"""
_RECORDS = """
    select c.channel, c.source_record_id as record, c.match_probability as "#match",
        string_agg(distinct l.attribute, ', ' order by l.attribute) as "gives the profile its"
    from crosswalk c
    left join profile_lineage l on l.golden_id = c.golden_id and l.channel = c.channel
        and l.source_record_id = c.source_record_id and l.position = 1
    where c.golden_id = $id
    group by c.channel, c.source_record_id, c.match_probability
    order by c.channel, c.source_record_id
"""
_HOUSEHOLD = """
    select p.golden_id, p.full_name as name, h.household_id as household, h.probability as "#probability",
        array_to_string(h.reasons, ' ') as by
    from households h join unified_profiles p using (household_id)
    where list_contains(h.golden_ids, $id) and p.golden_id <> $id
    order by p.golden_id
"""
_LINKS = """
    select e.channel_l || ':' || e.source_record_id_l as record,
        e.channel_r || ':' || e.source_record_id_r as "and record",
        e.match_probability as "#match", e.decided_by as by,
        array_to_string(
            [(case when x.against_strangers > 0 then '+' else '-' end) || x.comparison
                for x in e.evidence if x.level is not null and x.against_strangers <> 0],
            ' ') as "evidence for and against"
    from match_edges e
    join crosswalk l on l.channel = e.channel_l and l.source_record_id = e.source_record_id_l
    join crosswalk r on r.channel = e.channel_r and r.source_record_id = e.source_record_id_r
    where l.golden_id = $id and r.golden_id = $id
    order by e.match_weight desc, 1, 2
"""
_INTERACTIONS = """
    select occurred_at as "when", channel, kind,
        concat_ws(' ', amount, currency) as "#amount",
        concat_ws(' · ', store, status, campaign, subject) as about,
        coalesce(order_id, ticket_id, cart_id, conversation_id) as number,
        case when thread_id <> channel || ':' || interaction_id then thread_id end as "thread"
    from interactions where golden_id = $id
    order by occurred_at desc, channel, interaction_id
"""


def _events(published: duckdb.DuckDBPyConnection) -> str:
    return f"""
        select e.occurred_at as "when", e.event, e.golden_id as id, e.other_golden_id as "other id"
        from golden_id_events e join runs r using (run_id)
        where e.golden_id = $id or e.other_golden_id = $id
        order by {newest_first(published, "runs", "r")}, e.event, e.golden_id, e.other_golden_id
    """


def _say_rest(console: Console, rest: int) -> None:
    if rest > 0:
        console.print(f"... and {rest:,} more", style="dim")
