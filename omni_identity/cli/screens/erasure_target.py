"""Draws who is to be erased, and what would go."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from omni_identity.cli.terminal import plain_table
from omni_identity.lookup.published_file import open_published
from omni_identity.model.home import Home
from omni_identity.model.visible import visible
from omni_identity.person_requests.erasure_request import Target, count_interactions

SHOWN = 12
"""Records that are named; how many more there are is said."""


def show_target(console: Console, home: Home, target: Target) -> None:
    """Print who it is and what would go."""
    if target.how:
        console.print(Text(target.how, style="yellow"), soft_wrap=True)
    person = target.person
    table = plain_table("", "")
    if target.golden_id is not None:
        table.add_row("customer", _name(home, target.golden_id))
    else:
        table.add_row("customer", "none now: records that no customer has")
    names = [visible(record) for record in person.records[:SHOWN]]
    more = len(person.records) - SHOWN
    table.add_row("records", Text(", ".join(names) + (f" … and {more} more" if more > 0 else "")))
    if person.former:
        dropped = ", ".join(map(visible, person.former[:SHOWN]))
        table.add_row("", Text(f"of these dropped by their channel before: {dropped}"))
    channels = sorted({record.channel for record in person.records})
    table.add_row("channels", ", ".join(channels))
    table.add_row("interactions", f"{count_interactions(home, target):,}")
    kinds = [f"{kind} {len(values)}" for kind, values in sorted(person.identifiers.items())]
    table.add_row("kept out from now on", ", ".join(["these records", *kinds]))
    if person.shared_count:
        table.add_row("", f"not {person.shared_count} identifiers that others carry too")
    console.print(table)


def _name(home: Home, golden_id: str) -> Text:
    with open_published(home) as published:
        rows = published.execute(
            "select full_name from unified_profiles where golden_id = $id", {"id": golden_id}
        ).fetchall()
    return Text(f"{golden_id}  {visible(rows[0][0] or '(no name)') if rows else ''}")
