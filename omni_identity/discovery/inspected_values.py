"""Inspected values: whether what is mapped looks like what it is mapped to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import polars as pl

from omni_identity.channels.column_sources import column_names, describe_sources
from omni_identity.channels.feeds import ContactsFeed, Feed, InteractionsFeed
from omni_identity.discovery.column_meanings import agreement, said
from omni_identity.discovery.configuration_text import flow
from omni_identity.discovery.findings import Finding
from omni_identity.discovery.kind_words import kind_of_word
from omni_identity.discovery.samples import Sample
from omni_identity.discovery.tables import PROFILED_ROWS, spread
from omni_identity.discovery.value_shapes import (
    ValueShapes,
    has_dates_of_two_orders,
    look_at_columns,
)
from omni_identity.model.attributes import CONSENT, INTERACTION_KINDS
from omni_identity.standardise.consent import standardise_consent

_LEAST = 0.5
"""Share of values that must look like what they are mapped to."""
_FOREIGN = {
    "email": ("phone", "street", "time"),
    "phone": ("email", "street", "time"),
    "first_name": ("email", "phone", "time", "street"),
    "last_name": ("email", "phone", "time", "street"),
    "full_name": ("email", "phone", "time"),
    "city": ("email", "phone", "time", "street"),
    "street": ("email", "phone", "time"),
    "postcode": ("email", "phone", "time"),
}
_PLAIN_WORDS = {
    "email": "e-mail addresses",
    "phone": "phone numbers",
    "street": "streets",
    "time": "dates or times",
}
_MOST_KINDS = 20
_MANY = 20
"""Rows in all of which a mapped column is empty, from which on that is odd."""


def value_findings(feed: Feed, rows: pl.DataFrame, name: str) -> Iterator[Finding]:
    """Mapped attributes that are empty, or whose values do not look like them; those that seem to be swapped."""
    if not rows.height:
        return
    mapped = [a for a in feed.mapping if a in rows.columns and column_names(feed.mapping[a])]
    shapes = look_at_columns(_texts(spread(rows, PROFILED_ROWS), mapped))
    odd: dict[str, str] = {}
    empty = [attribute for attribute in mapped if not shapes[attribute].filled]
    if empty:
        is_odd = feed.preset is None and rows.height >= _MANY and bool({*empty} & {*_FOREIGN})
        words = f"mapping: empty in all {rows.height:,} rows: {', '.join(empty)}."
        yield Finding("doubtful" if is_odd else "note", name, words)
    for attribute in mapped:
        found = shapes[attribute]
        agrees = agreement(attribute, found)
        if not found.filled or agrees is None or agrees[0] >= _LEAST:
            continue
        looks_like = _looks_like(attribute, found)
        if feed.preset is not None and looks_like is None:
            continue  # vendors' columns hold what they hold: names beside numbers, and codes of their own
        odd[attribute] = looks_like or ""
        columns = describe_sources(feed.mapping[attribute])
        words = f"mapping.{attribute}: {columns}: only {said(agrees[0], found, agrees[1])}"
        if looks_like:
            words += f"; they look like {_PLAIN_WORDS[looks_like]}"
        yield Finding("doubtful", name, f"{words}.")
    for attribute, other in odd.items():
        if other in odd and other != attribute:
            words = f"mapping.{attribute} and mapping.{other} seem to be swapped."
            yield Finding("doubtful", name, words)


def _looks_like(attribute: str, shapes: ValueShapes) -> str | None:
    """What else most of the values are, if they are that."""
    for kind in _FOREIGN.get(attribute, ()):
        if shapes.share(kind) >= 0.8:
            return kind
    return None


def _texts(rows: pl.DataFrame, names: Sequence[str]) -> pl.DataFrame:
    """Canonical columns as texts: of identifiers the first value, of numbers what they are."""
    columns = []
    for attribute in names:
        dtype = rows.schema[attribute]
        column = pl.col(attribute)
        columns.append(
            (column.list.first() if isinstance(dtype, pl.List) else column).cast(pl.String)
        )
    return rows.select(columns)


def repeated_ids(feed: Feed, files: Sequence[pl.DataFrame], name: str) -> Iterator[Finding]:
    """IDs that several rows of one file have, where each is to be one record or one interaction."""
    column = "source_record_id" if isinstance(feed, ContactsFeed) else "interaction_id"
    if isinstance(feed, InteractionsFeed) and feed.group is not None:
        return
    if feed.preset is not None and (feed.rows is not None or feed.format == "whatsapp_chat"):
        return  # whoever wrote several messages is named in each
    ids = [rows[column].drop_nulls() for rows in files if column in rows.columns]
    total = sum(map(len, ids))
    repeated = total - sum(one.n_unique() for one in ids)
    if not repeated:
        return
    key = "record_id" if column == "source_record_id" else "interaction_id"
    words = f"{key}: {repeated:,} of {total:,} rows have an ID that another row has, too; the newest counts."
    if isinstance(feed, InteractionsFeed):
        words += " If they are lines of one order, say so with one_per and lines; else make the ID of two columns."
    yield Finding("doubtful" if repeated / total > 0.02 else "note", name, words)


def kind_findings(feed: InteractionsFeed, rows: pl.DataFrame, name: str) -> Iterator[Finding]:
    """Kinds that are none of ours, with the lines that map them."""
    if "kind" not in rows.columns or not rows.height:
        return
    known = {*INTERACTION_KINDS, *feed.kinds.values()}
    counts = Counter(rows["kind"].drop_nulls().to_list())
    unknown = {kind: count for kind, count in counts.items() if kind not in known}
    if not unknown:
        return
    total = sum(unknown.values())
    words = (
        f"kind: {total:,} of {rows.height:,} rows are of {len(unknown)} kinds that are not known."
    )
    if len(unknown) > _MOST_KINDS or 2 * len(unknown) > max(total, 3):
        words += " It hardly is a column of kinds: name another, or kind: {value: order} if all rows are of one."
        yield Finding("doubtful", name, words)
        return
    lines = ["kinds:"]
    for word, count in sorted(unknown.items(), key=lambda item: -item[1]):
        meant = kind_of_word(word)
        line = f"{flow(word)}: {meant or word}"
        lines.append(f"  {line}  # {count:,} rows{'' if meant else '; or one of ours'}")
    yield Finding("doubtful", name, f"{words} Below {name.split()[-1]}:", tuple(lines))


def consent_findings(feed: ContactsFeed, rows: pl.DataFrame, name: str) -> Iterator[Finding]:
    """Consents whose words are not understood: such a word is no yes."""
    for attribute in feed.mapping:
        match = CONSENT.match(attribute)
        if match is None or match.group(2) or attribute not in rows.columns:
            continue
        values = rows[attribute].alias("raw")
        own = feed.consent_words.get(attribute)
        read = standardise_consent(values, "c", attribute in feed.opt_outs, own)
        unread = int(read["invalid:c"].sum())
        filled = len(values.drop_nulls())
        if unread:
            columns = describe_sources(feed.mapping[attribute])
            words = (
                f"mapping.{attribute}: {unread:,} of {filled:,} values of {columns} are words that nobody knows, and"
                f" so are no yes: write {{from: {columns}, yes: [...], no: [...]}}."
            )
            yield Finding("doubtful", name, words)


def date_findings(
    feed: Feed, samples: Sequence[Sample], country: str | None, name: str
) -> Iterator[Finding]:
    """Dates like 03/04/2024 that no other date of their file settles."""
    if feed.date_order is not None:
        return
    named = {column for _, column in feed.named_columns()}
    for sample in samples:
        rows = spread(sample.rows, PROFILED_ROWS)
        # most columns have none: to look at all kinds of all their values takes as long as the rest of a check
        columns = [c for c in sample.columns if c in named and has_dates_of_two_orders(rows[c])]
        shapes = look_at_columns(rows.select(columns))
        needing = [c for c in columns if shapes[c].share("time") >= _LEAST]
        settled = {shapes[c].date_order for c in needing} - {None}
        if needing and not settled:
            first = "month" if country == "US" else "day"
            words = (
                f"{', '.join(needing)} of {sample.path.name}: dates such as 03/04 can be read in two ways, and none"
                f" settles it; the {first} is taken for the first. Write date_order: dmy or date_order: mdy."
            )
            yield Finding("doubtful", name, words)
            return
