"""A feed of lines for a table whose rows are parts of another's: what was in its orders, carts and returns."""

from __future__ import annotations

from collections.abc import Sequence

from omni_identity.discovery.column_meanings import LIKELY, ColumnProfile
from omni_identity.discovery.drafts import ChannelDraft, FeedDraft, Said
from omni_identity.discovery.keys import refers_as_part
from omni_identity.discovery.tables import Table

LINE_WORDS = {
    "line_id": ("line_id",),
    "product_id": ("id:product",),
    "product_name": ("product_name",),
    "quantity": ("quantity", "item_count"),
    "price": ("price", "amount"),
    "promotion": ("promotion",),
    "store": ("store",),
}
"""The words that the mapping of a line may use, and the meanings of columns that may be that, the plainest first."""


def draft_lines(
    table: Table, channels: Sequence[ChannelDraft]
) -> tuple[ChannelDraft, FeedDraft] | None:
    """The channel whose interactions the rows of ``table`` are lines of, and the feed; None where they are of none.

    Rows are lines where a column of theirs has IDs of interactions, and another says of what product, or how much.
    """
    if table.source is not None or not _is_of_products(table):
        return None
    found = [
        (share, profile, channel)
        for channel in channels
        if channel.interactions is not None and channel.lines is None
        for key in [channel.interactions.keys.get("interaction_id")]
        if key is not None and isinstance(key.value, str)
        for profile in table.columns
        if (share := refers_as_part(table, profile, channel.interactions.table, key.value))
    ]
    if not found:
        return None
    share, profile, channel = max(found, key=lambda one: one[0])
    assert channel.interactions is not None
    feed = FeedDraft("lines", table)
    words = f"{round(100 * share)} % of its values are IDs in {channel.interactions.table.shown}"
    grade = "sure" if share >= 0.9 else "likely"
    feed.keys["interaction_id"] = Said(profile.column, f"{grade}: {words}")
    taken = {profile.column}
    for name, meanings in LINE_WORDS.items():
        fitting = [p for p in table.columns if p.column not in taken]
        best = max(fitting, key=lambda p: p.score(*meanings), default=None)
        if best is not None and best.score(*meanings) >= LIKELY:
            taken.add(best.column)
            meaning = max((m for m in best.meanings if m.name in meanings), key=lambda m: m.score)
            feed.mapping[name] = Said(best.column, f"{meaning.level}: {meaning.reason}")
    rest = [p.column for p in table.columns if p.column not in taken]
    if rest:
        feed.notes.append(f"not mapped: {', '.join(rest)}")
    return channel, feed


def _is_of_products(table: Table) -> bool:
    return any(_says_what(profile) for profile in table.columns)


def _says_what(profile: ColumnProfile) -> bool:
    return profile.score("id:product", "product_name", "quantity", "item_count") >= LIKELY
