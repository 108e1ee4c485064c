"""A catalogue feed for a table that lists products: what they cost, and where how many are in stock."""

from __future__ import annotations

from collections.abc import Sequence

from omni_identity.discovery.drafts import ChannelDraft, FeedDraft, Said
from omni_identity.discovery.tables import Table

_WORDS = {
    "id:product": "product_id",
    "price": "price",
    "currency": "currency",
    "store": "store",
    "stock": "stock",
    "quantity": "stock",
    "availability": "availability",
    "promotion": "promotion",
}
"""By the meaning of a column, the word of a catalogue's mapping."""

_RIVALS = """
    rival rivals competitor competitors competition konkurrenz konkurrent wettbewerb wettbewerber concurrent
    concurrents concurrence competencia competidor competidores concorrente concorrenti concorrenza concorrencia
    concurrentie concurrenten konkurencja konkurent konkurenci
"""
_OUTSIDERS = frozenset(_RIVALS.split())
"""What folders with the prices of others are called; ``written_words`` leaves no accents."""


def draft_catalogue(table: Table, place: str, channels: Sequence[ChannelDraft]) -> FeedDraft | str:
    """The draft of a catalogue of ``table``; a sentence where it can be none.

    Products belong to the channel called ``place``, as their folder is, else to the first of ``channels`` with orders;
    those in a folder of a competitor's are an outsider's.
    """
    if table.source is not None:
        return "it lists products, and `catalogue` takes files only: export it, and name the file there"
    with_orders = [channel for channel in channels if channel.interactions is not None]
    sellers = with_orders or channels
    if not sellers:
        return "it has products, and there is no channel that sells them"
    feed = FeedDraft("catalogue", table)
    if _OUTSIDERS & set(place.split("_")):
        feed.keys["channel"] = Said(place, "likely: its folder is called so, and is no channel's")
        feed.keys["outsider"] = Said(True, "likely: its folder is called after a competitor")
    elif any(channel.name == place for channel in channels):
        feed.keys["channel"] = Said(place, "likely: its folder is called so")
    else:
        words = "likely: whose products they are is not in the file; of a competitor's say `outsider: true`"
        feed.keys["channel"] = Said(sellers[0].name, words)
    for profile in sorted(table.columns, key=lambda p: -p.score(*_WORDS, "id")):
        best = profile.best
        name = None if best is None else _WORDS.get(best.name)
        if best is not None and best.name == "id" and "product_id" not in feed.mapping:
            name = "product_id"
        if best is not None and name is not None and name not in feed.mapping:
            feed.mapping[name] = Said(profile.column, f"{best.level}: {best.reason}")
    if "product_id" not in feed.mapping:
        return "none of its columns is the ID of a product"
    return feed
