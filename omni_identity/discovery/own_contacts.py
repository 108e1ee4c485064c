"""A contacts feed of the customers who stand in a table of orders alone."""

from __future__ import annotations

from omni_identity.discovery.column_meanings import LIKELY, SURE
from omni_identity.discovery.contacts_drafts import draft_contacts
from omni_identity.discovery.drafts import Ask, FeedDraft, Said
from omni_identity.discovery.tables import Table


def draft_own_contacts(table: Table, ask: Ask) -> FeedDraft | None:
    """A contacts feed of the customers in a table of orders, where it says more of them than a number."""
    own = [p for p in table.columns if not p.named.is_of_others]
    if (
        max((p.score("email", "phone", "full_name", "last_name") for p in own), default=0.0)
        < LIKELY
    ):
        return None
    ids = [
        p for p in own if p.score("id:person") >= SURE and table.uniqueness([p.column])[0] >= 0.98
    ]
    reaches = sorted(
        (p for p in own if p.score("email", "phone", "id:loyalty") >= LIKELY),
        key=lambda p: -table.uniqueness([p.column])[0],
    )
    keys = [p.column for p in ids[:1]] or [p.column for p in reaches[:1]]
    if not keys:
        return None
    without = [p for p in table.columns if p.score("id:order", "id:ticket", "amount") < LIKELY]
    narrowed = Table(
        table.name, table.samples, tuple(without), table.rows.select(p.column for p in without)
    )
    feed = draft_contacts(narrowed, ask)
    if isinstance(feed, str):
        return None
    feed.key_columns = tuple(keys)
    why = f"likely: one record for each {keys[0]} in its rows; the newest counts"
    feed.keys["record_id"] = Said(keys[0], why)
    feed.mapping.pop("created_at", None)
    feed.notes = []
    return feed
