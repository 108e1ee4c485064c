"""What a verdict would change, for the eyes of a steward: customers before and after, and what moves."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from omni_identity.cli.terminal import plain_table
from omni_identity.model.visible import visible
from omni_identity.stewardship.verdict_effects import Customer, Effect

SHOWN = 8
"""Records of one customer that are named; how many more there are is said."""


def show_effect(console: Console, effect: Effect) -> None:
    """Print the customers as they are and as they would be, and how much moves."""
    if not effect.after:
        console.print(Text("No customer changes."), soft_wrap=True)
        return
    table = plain_table("", "customer", "#records", "#interactions", "which")
    for label, customers in (("now", effect.before), ("then", effect.after)):
        for customer in customers:
            table.add_row(label, *_row(customer))
    console.print(table)
    console.print(Text(in_words(effect)), soft_wrap=True)


def in_words(effect: Effect) -> str:
    """``1 profile becomes 2: 3 records and 17 interactions get another golden ID.``"""
    before, after = len(effect.before), len(effect.after)
    become = "becomes" if before == 1 else "become"
    profiles = (
        f"{_count(before, 'profile')} change"
        if before == after
        else f"{_count(before, 'profile')} {become} {after}"
    )
    moved = (
        f"{_count(effect.moved_record_count, 'record')} and "
        f"{_count(effect.moved_interaction_count, 'interaction')} get another golden ID"
    )
    loose = effect.loose_interaction_count
    anew = (
        f"; {_count(loose, 'interaction')} without a contact record will be placed by the run"
        if loose
        else ""
    )
    listed = ", ".join(
        f"{audience} {count}" if count > 1 else audience
        for audience, count in effect.audience_counts
    )
    audiences = f" The run decides anew who belongs to the audiences: {listed}." if listed else ""
    return f"{profiles}: {moved}{anew}.{audiences}"


def _row(customer: Customer) -> tuple[Text, str, str, Text]:
    named = ", ".join(map(visible, customer.records[:SHOWN]))
    more = len(customer.records) - SHOWN
    return (
        Text(customer.golden_id),
        f"{len(customer.records):,}",
        f"{customer.interaction_count:,}",
        Text(f"{named} … and {more} more" if more > 0 else named),
    )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
