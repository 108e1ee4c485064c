"""Measures what contact feeds delivered: rows, how far each column is filled, and what its values look like."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from omni_identity.channels.column_sources import describe_sources
from omni_identity.channels.configuration import Channel, Configuration
from omni_identity.engines import Engine
from omni_identity.engines.statements import statement
from omni_identity.model.attributes import CONSENT, Vocabulary
from omni_identity.publish.feeds.delivered import CONTACTS, FILES
from omni_identity.publish.feeds.figure import WHOLE, Figure

SHAPED = ("full_name", "first_name", "last_name", "birth_date", "street", "city", "postcode")
"""Attributes whose values look alike wherever they come from; so do identifiers."""
_TIMES = ("created_at", "birth_date")


def measure_contacts(engine: Engine, configuration: Configuration) -> Iterator[Figure]:
    """The figures of each contact feed that delivered since the last publication.

    Reads ``delivered_files``, ``delivered_contacts``, ``landed.contacts`` and ``landed.standardised_contacts``.
    """
    vocabulary = configuration.vocabulary
    attributes = mapped_attributes(configuration)
    counted = engine.fetch(_sql(vocabulary, attributes))
    rows = {str(row["channel"]): row for row in counted.iter_rows(named=True)}
    not_believed = {
        name: (n, total)
        for name, n, total in engine.fetch(statement(__file__, "future_versions")).iter_rows()
    }
    delivered = engine.fetch(
        f"select distinct channel from {FILES} where feed = 'contacts' order by channel"
    )["channel"]
    for name in delivered:
        channel = next((c for c in configuration.channels if c.name == name and c.contacts), None)
        if channel is not None:
            yield from _of_channel(channel, rows.get(name, {}), not_believed.get(name, (0, 0)))


def mapped_attributes(configuration: Configuration) -> list[str]:
    """The attributes that any contact feed maps, in the vocabulary's order."""
    mapped = {name for c in configuration.channels if c.contacts for name in c.contacts.mapping}
    return [name for name in configuration.vocabulary.raw_columns if name in mapped]


def _of_channel(
    channel: Channel, row: dict[str, Any], not_believed: tuple[int, int]
) -> Iterator[Figure]:
    feed = channel.contacts
    assert feed is not None, "a channel that delivered contacts has them"
    whole = (channel.name, "contacts", WHOLE)
    rows, said = int(row.get("row_count") or 0), int(row.get("said_count") or 0)
    yield Figure(*whole, "rows", float(rows), rows)
    if feed.updated_at is not None:
        ahead = (channel.name, "contacts", "updated_at")
        yield Figure.share(ahead, "in_future", *not_believed, describe_sources(feed.updated_at))
    if not rows:
        return
    if feed.mapping:
        filled = [int(row[f"filled_{name}"]) for name in feed.mapping]
        blank = said - int(row["some_filled"]) if any(filled) else said
        yield Figure.share(whole, "blank", blank, said)
    for name, columns in feed.mapping.items():
        place, source = (channel.name, "contacts", name), describe_sources(columns)
        filled_count = int(row[f"filled_{name}"])
        yield Figure.share(place, "filled", filled_count, said, source)
        yield Figure.share(place, "usable", int(row[f"usable_{name}"]), filled_count, source)
        if is_time(name):
            yield Figure.share(place, "in_future", int(row[f"future_{name}"]), filled_count, source)
        if f"length_{name}" not in row:
            continue
        for figure in ("with_at", "with_digit"):
            yield Figure.share(place, figure, int(row[f"{figure}_{name}"]), filled_count, source)
        length = int(row[f"length_{name}"]) / filled_count if filled_count else None
        yield Figure(*place, "length", length, None, filled_count, source)


def is_time(attribute: str) -> bool:
    """Whether an attribute is a time that cannot be in the future; ``updated_at`` is none, but a key."""
    consent = CONSENT.match(attribute)
    return attribute in _TIMES or bool(consent and consent[2])


def text_of(attribute: str, identifiers: tuple[str, ...], alias: str) -> str:
    """SQL for an attribute of a landed row as one text; null where it is empty."""
    column = f'{alias}."{attribute}"'
    return f"array_to_string({column}, ' ')" if attribute in identifiers else column


def looks(name: str, text: str, filled: str) -> list[str]:
    """SQL for the sums by which values are known: how many hold an @, and a digit, and how long they are."""
    return [
        f"count(*) filter (where {filled} and ({text} like '%@%' or {text} like '%＠%')) as \"with_at_{name}\"",
        f"count(*) filter (where {filled} and regexp_matches({text}, '[0-9]')) as \"with_digit_{name}\"",
        f'coalesce(sum(length({text})), 0)::bigint as "length_{name}"',
    ]


def _sql(vocabulary: Vocabulary, attributes: list[str]) -> str:
    sums = []
    for name in attributes:
        text = text_of(name, vocabulary.identifiers, "c")
        filled = f'c."{name}" is not null'
        unusable = [
            f"coalesce(list_contains(s.\"{kind}\", '{name}'), false)"
            for kind in ("invalid", "placeholders")
        ]
        sums += [
            f'count(*) filter (where d.is_said and {filled}) as "filled_{name}"',
            f'count(*) filter (where d.is_said and {filled} and not ({" or ".join(unusable)})) as "usable_{name}"',
        ]
        if name in (*SHAPED, *vocabulary.identifiers):
            sums += looks(name, text, f"d.is_said and {filled}")
        if is_time(name):
            sums.append(
                f'count(*) filter (where d.is_said and s."{name}" > d.believed_until)'
                f' as "future_{name}"'
            )
    some = " or ".join(f'c."{name}" is not null' for name in attributes) or "false"
    listed = "".join(f", {part}" for part in sums)
    return f"""
        with delivered as (
            select d.file_no, d.row_number, d.channel, d.state = 'current' as is_said, f.believed_until
            from {CONTACTS} d join {FILES} f on f.file_no = d.file_no
        )
        select d.channel, count(*) as row_count, count(*) filter (where d.is_said) as said_count,
            count(*) filter (where d.is_said and ({some})) as some_filled{listed}
        from landed.contacts c
        join delivered d on d.file_no = c.file_no and d.row_number = c.row_number
        join landed.standardised_contacts s
            on s.file_no = c.file_no and s.row_number = c.row_number
        group by d.channel order by d.channel
    """
