"""Drafts: what a configuration will say of each table, every entry with how sure it is and why."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from omni_identity.discovery.column_meanings import ColumnProfile, Meaning
from omni_identity.discovery.tables import Table

FeedKind = Literal["contacts", "interactions", "lines", "catalogue"]
Ask = Callable[[str, Sequence[str]], int | None]
"""Asks a person to choose one of several sentences; None where nobody is there to answer."""


def nobody(question: str, options: Sequence[str]) -> int | None:
    """Where nobody is asked, the first option holds, and the doubt is said in a comment."""
    return None


@dataclass(frozen=True)
class Said:
    """A value of ``omni.yaml`` and the comment beside it."""

    value: Any
    comment: str = ""


@dataclass
class FeedDraft:
    """What ``omni.yaml`` will say of one table: keys in their order, and what it leaves out (``notes``)."""

    kind: FeedKind
    table: Table
    keys: dict[str, Said] = field(default_factory=dict)
    mapping: dict[str, Said] = field(default_factory=dict)
    kinds: dict[str, Said] = field(default_factory=dict)
    lines: dict[str, Said] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    about: str = ""
    key_columns: tuple[str, ...] = ()


@dataclass
class ChannelDraft:
    """One channel: its name, and a feed of each kind at most."""

    name: str
    contacts: FeedDraft | None = None
    interactions: FeedDraft | None = None
    lines: FeedDraft | None = None
    country: Said | None = None

    def feeds(self) -> list[FeedDraft]:
        """The feeds that it has, in the order of the configuration."""
        return [f for f in (self.contacts, self.interactions, self.lines) if f is not None]


@dataclass
class Draft:
    """A whole ``omni.yaml``, and the tables and files that it leaves out, with the reason of each."""

    channels: list[ChannelDraft] = field(default_factory=list)
    catalogue: list[FeedDraft] = field(default_factory=list)
    default_country: Said | None = None
    currency: Said | None = None
    identifiers: dict[str, Said] = field(default_factory=dict)
    left_out: list[tuple[str, str]] = field(default_factory=list)

    def feeds(self) -> list[FeedDraft]:
        """All feeds, in the order of the configuration."""
        return [*(feed for channel in self.channels for feed in channel.feeds()), *self.catalogue]


def graded(meaning: Meaning) -> str:
    """A meaning's comment: ``sure: 98 % of 412 values are e-mail addresses; its name says so``."""
    return f"{meaning.level}: {meaning.reason}"


class Chosen:
    """Gives each column to at most one meaning, the surest pairs first; says which doubts were left open."""

    def __init__(self, table: Table, ask: Ask = nobody, skips_lists: bool = False) -> None:
        """``skips_lists``: the first element of a list, such as an order's first item, speaks for no row."""
        self.table = table
        self.ask = ask
        self.skips_lists = skips_lists
        self.used: set[str] = set()

    def free(self) -> list[ColumnProfile]:
        """The columns that are given to nothing yet, are not of somebody else, and of no list inside a row."""
        return [
            p
            for p in self.table.columns
            if p.column not in self.used
            and not p.named.is_of_others
            and not (self.skips_lists and ".0." in p.column)
        ]

    def take(self, column: str) -> None:
        """Give a column away."""
        self.used.add(column)

    def assign(
        self, meanings: Sequence[str], least: float, several: Sequence[str] = ()
    ) -> dict[str, list[tuple[ColumnProfile, Meaning]]]:
        """The columns of each meaning: one, or of those in ``several`` all, with a score of ``least`` or more."""
        pairs = [
            (meaning.score, i, profile, meaning)
            for i, profile in enumerate(self.free())
            for meaning in profile.meanings
            if meaning.name in meanings and meaning.score >= least and not meaning.is_contradicted
        ]
        found: dict[str, list[tuple[ColumnProfile, Meaning]]] = {}
        for _, _, profile, meaning in sorted(pairs, key=lambda pair: (-pair[0], pair[1])):
            is_full = meaning.name in found and meaning.name not in several
            if profile.column in self.used or is_full:
                continue
            self.take(profile.column)
            found.setdefault(meaning.name, []).append((profile, meaning))
        order = {profile.column: i for i, profile in enumerate(self.table.columns)}
        for listed in found.values():
            listed.sort(key=lambda pair: order[pair[0].column])
        return found


def said_of(pairs: Sequence[tuple[ColumnProfile, Meaning]]) -> Said:
    """One column, or a list of them; the comment is the least sure one's."""
    columns = [profile.column for profile, _ in pairs]
    worst = min((meaning for _, meaning in pairs), key=lambda meaning: meaning.score)
    return Said(columns[0] if len(columns) == 1 else columns, graded(worst))


def notes_of_rest(chosen: Chosen, mappable: frozenset[str]) -> list[str]:
    """What is said of columns that are not mapped: doubts with their alternatives, then the others by name."""
    notes = []
    plain = []
    for profile in chosen.table.columns:
        if profile.column in chosen.used:
            continue
        doubts = [m for m in profile.meanings if m.is_contradicted and not m.name.startswith("id")]
        likely = [m for m in profile.meanings if not m.is_contradicted and m.name in mappable]
        if doubts and not likely:
            names = " or ".join(_shown(m.name) for m in doubts[:2])
            notes.append(
                f"doubtful, left out: {_quoted(profile.column)} as {names}: {doubts[0].reason}"
            )
        elif likely and not profile.named.is_of_others:
            best = likely[0]
            notes.append(
                f"left out: {_quoted(profile.column)}, which could be {_shown(best.name)}: {graded(best)}"
            )
        else:
            plain.append(profile.column)
    if plain:
        notes.append(f"not mapped: {', '.join(map(_quoted, plain))}")
    return notes


OF_CONTACTS = frozenset(
    [
        *("full_name", "first_name", "last_name", "birth_date", "gender", "street", "city"),
        *("postcode", "country", "email", "phone", "whatsapp", "created_at", "updated_at"),
        *("deleted", "id:loyalty"),
    ]
)
OF_INTERACTIONS = frozenset(
    ["email", "phone", "whatsapp", "amount", "currency", "occurred_at", "kind", "id:loyalty"]
)
"""What a column that is not mapped may be worth a word for."""


def _shown(meaning: str) -> str:
    return {"id:loyalty": "loyalty_id", "moment": "a time"}.get(meaning, meaning)


def _quoted(column: str) -> str:
    return column if "," not in column else f"'{column}'"
