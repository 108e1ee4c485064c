"""What a verdict would change, for the eyes of a steward: customers before and after, and what moves."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from omni_identity.cli.terminal import plain_table
from omni_identity.model.visible import visible
from omni_identity.stewardship.effect_words import in_words
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


def _row(customer: Customer) -> tuple[Text, str, str, Text]:
    named = ", ".join(map(visible, customer.records[:SHOWN]))
    more = len(customer.records) - SHOWN
    return (
        Text(customer.golden_id),
        f"{len(customer.records):,}",
        f"{customer.interaction_count:,}",
        Text(f"{named} … and {more} more" if more > 0 else named),
    )
