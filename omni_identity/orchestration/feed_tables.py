"""What lands of each feed: the columns of the registry's landed tables that its ``omni.yaml`` fills, and from what."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from omni_identity.channels.column_sources import Source, column_names, describe_sources
from omni_identity.channels.configuration import Channel
from omni_identity.channels.feeds import Feed, FeedKind
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.tables import Table
from omni_identity.model.tables.landed import (
    LINES,
    MESSAGES,
    contacts,
    interactions,
    standardised_contacts,
)

_ALWAYS = ("file_no", "row_number", "channel")
_OURS = {"record_id": "source_record_id", "contact": "source_record_id", "deleted": "is_deleted"}


def landed_table(name: str, kind: FeedKind, feed: Feed, vocabulary: Vocabulary) -> Table:
    """One channel's landed rows of a feed, under ``name``: the columns that its ``omni.yaml`` fills."""
    landed = {"contacts": contacts, "interactions": interactions}
    table = landed[kind](vocabulary) if kind in landed else LINES
    origins = _origins(feed)
    known = {column.name: column for column in (*MESSAGES.columns, *table.columns)}
    filled = (replace(known[ours], comment=said) for ours, said in origins.items())
    comment = table.comment.replace("a channel has", "the channel has")
    keys = (table.column(key) for key in _ALWAYS)
    return replace(table, name=name, comment=comment, columns=(*keys, *filled))


def _origins(feed: Feed) -> dict[str, str]:
    """``{our column: "The file's given, family."}``: what each of ours is filled from.

    What a feed names besides these (``where``, ``lines``) fills no column of its landed table.
    """
    origins: dict[str, list[str]] = {}
    for key in feed.column_keys():
        if key != "one_per" and getattr(feed, key):
            origins.setdefault(_OURS.get(key, key), []).append(_origin(getattr(feed, key)))
    for attribute, columns in feed.mapping.items():
        origins.setdefault(attribute, []).append(_origin(columns))
    return {name: " ".join(sentences) for name, sentences in origins.items()}


def _origin(found: Source | tuple[Source, ...]) -> str:
    described = describe_sources(found)
    return f"The file's {described}." if column_names(found) else f"Always {described}."


def standardised_table(channels: Iterable[Channel], vocabulary: Vocabulary) -> Table:
    """Every landed contact row, standardised, with the landed columns that each column is made from."""
    landed = [(f"contacts/{c.name}", _origins(c.contacts)) for c in channels if c.contacts]
    table = standardised_contacts(vocabulary)
    columns = (
        replace(
            column,
            sources=tuple(
                (asset, raw)
                for asset, origins in landed
                for raw in _raw_attributes(column.name)
                if raw in origins
            ),
        )
        for column in table.columns
    )
    return replace(table, columns=tuple(columns), schema="landed")


def _raw_attributes(standardised: str) -> tuple[str, ...]:
    """The raw attributes that a standardised column can come from."""
    name = standardised.removeprefix("word_").removesuffix("_key").removesuffix("_canonical")
    if name in ("first_name", "middle_name", "last_name", "name_suffix"):
        return (name, "full_name")
    if name == "full_name":
        return ("full_name", "first_name", "middle_name", "last_name", "name_suffix")
    return ("street",) if name == "house_number" else (name,)
