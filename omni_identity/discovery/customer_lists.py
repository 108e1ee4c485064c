"""Lists of customers in a draft, and which columns of other tables have their record IDs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from omni_identity.discovery.column_meanings import LIKELY, ColumnProfile
from omni_identity.discovery.drafts import ChannelDraft, Draft, FeedDraft, Said
from omni_identity.discovery.keys import ALL_BUT_FEW, refers_to
from omni_identity.discovery.tables import Table

_LEAST_SHARED_IDS = 5
"""Different IDs of another list that a column must have to link two lists."""


@dataclass(frozen=True)
class CustomerList:
    """A contacts feed with the columns of its record ID, as the file calls them."""

    channel: ChannelDraft
    feed: FeedDraft
    key: tuple[str, ...]


def customer_lists(draft: Draft) -> list[CustomerList]:
    """The lists of a draft whose record IDs are columns of their files."""
    return [
        CustomerList(channel, channel.contacts, channel.contacts.key_columns)
        for channel in draft.channels
        if channel.contacts is not None and all(channel.contacts.key_columns)
    ]


def link_lists(draft: Draft, lists: Sequence[CustomerList]) -> None:
    """IDs of one list that stand in another become an identifier of their own, which links their customers."""
    for one in lists:
        for profile in one.feed.table.columns:
            if profile.column in one.key or profile.score("id:person", "id", "id:loyalty") < LIKELY:
                continue
            for other in lists:
                if other is one or len(other.key) != 1:
                    continue
                if _declared(one.feed.table, profile, other) is False:
                    continue
                share = refers_to(one.feed.table, profile, other.feed.table, other.key)
                enough = profile.shapes.distinct >= _LEAST_SHARED_IDS and all(
                    profile.column in sample.columns for sample in one.feed.table.samples
                )
                if share and enough:
                    name = declare_identifier(draft, other)
                    words = share_words(share, other)
                    one.feed.mapping.setdefault(name, Said(profile.column, words))
                    one.feed.notes = [
                        n for n in one.feed.notes if not n.endswith(f" {profile.column}")
                    ]
                    break


def share_words(share: float, other: CustomerList) -> str:
    """The comment on a column of which that share are IDs of a list."""
    grade = "sure" if share >= 0.9 else "likely"
    return f"{grade}: {round(100 * share)} % of its values are IDs in {other.feed.table.shown}"


def declare_identifier(draft: Draft, other: CustomerList) -> str:
    """Declare the identifier that stands for the record IDs of a list, and return its name."""
    name = f"{other.channel.name}_id"
    draft.identifiers.setdefault(
        name, Said({}, f"record IDs of {other.channel.name} that other lists have")
    )
    other.feed.mapping.setdefault(
        name, Said(other.key[0], "the record ID, which other lists refer to")
    )
    return name


def reference_to(
    table: Table, lists: Sequence[CustomerList], place: str
) -> tuple[float, str, CustomerList] | None:
    """The column that has the record IDs of a list, with the share that it has.

    Of several lists that of the channel called ``place``, as the table's own folder is: a till's receipts have
    loyalty cards, too, and are the till's.
    """
    found = [
        (share, profile.score("id:person", "id"), profile.column, other)
        for profile in table.columns
        if not profile.named.is_of_others
        and profile.shapes.filled
        and profile.shapes.share("identifier") + profile.shapes.share("email") >= 0.5
        for other in lists
        if len(other.key) == 1
        and (
            profile.score("id:order", "amount", "occurred_at") < LIKELY
            or _is_key_of(table, profile, other)
        )
        and (share := _share_referring(table, profile, other)) > 0
    ]
    if not found:
        return None
    share, _, column, other = max(
        found, key=lambda one: (one[3].channel.name == place, round(one[0], 1), one[1], one[0])
    )
    return share, column, other


def _is_key_of(table: Table, profile: ColumnProfile, other: CustomerList) -> bool:
    """Whether a column is called as the record ID of a list, and repeats here, as no ID of an order does."""
    is_called_so = [profile.column] == list(other.key)
    return is_called_so and table.uniqueness([profile.column])[1] < ALL_BUT_FEW


def _share_referring(table: Table, profile: ColumnProfile, other: CustomerList) -> float:
    """The share of a column's values that are IDs of a list: all of them where a foreign key says so."""
    declared = _declared(table, profile, other)
    if declared is not None:
        return float(declared)
    return refers_to(table, profile, other.feed.table, other.key)


def _declared(table: Table, profile: ColumnProfile, other: CustomerList) -> bool | None:
    """Whether the database says that a column refers to a list; None where it says nothing.

    Small whole numbers are IDs of any table: a table with foreign keys refers by them alone, and none by its own key.
    """
    source, target = table.source, other.feed.table.source
    if source is None or target is None or source.variable != target.variable:
        return None
    if source.references:
        return source.references.get(profile.column) == (target.name, *other.key)
    return False if profile.column == source.key else None


def share_known(table: Table, lists: Sequence[CustomerList]) -> float:
    """Which share of the addresses and numbers in a table stands in the lists of customers, too."""
    best = 0.0
    for meaning in ("email", "phone", "id:loyalty", "whatsapp"):
        values = _reached(table, meaning)
        if not values:
            continue
        known = set().union(*(_reached(other.feed.table, meaning) for other in lists))
        best = max(best, len(values & known) / len(values))
    return best


def _reached(table: Table, meaning: str) -> set[str]:
    columns = [p.column for p in table.columns if p.score(meaning) >= LIKELY]
    found: set[str] = set()
    for column in columns:
        values = table.rows[column].drop_nulls().str.to_lowercase()
        if meaning in ("phone", "whatsapp"):
            values = values.str.replace_all(r"\D", "").str.tail(8)
        found |= set(values.str.strip_chars().str.strip_chars_start("'").unique().to_list())
    return found - {""}
