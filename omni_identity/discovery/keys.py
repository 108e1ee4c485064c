"""Keys: what tells the rows of a table apart, and which columns of one table are the keys of another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import polars as pl

from omni_identity.discovery.column_meanings import ColumnProfile
from omni_identity.discovery.column_names import name_key
from omni_identity.discovery.tables import Table

ALL_BUT_FEW = 0.98
"""Share of rows from which on a column counts as filled, and as having no value twice."""
_TELLING_LENGTH = 5
"""Characters of IDs that two lists do not share by chance."""
_LEAST_SHARED = 0.3
_NO_IDS = (
    "amount",
    "price",
    "quantity",
    "item_count",
    "duration_seconds",
    "satisfaction",
    "postcode",
    "stock",
)
"""What may be a different whole number in each row, and is no ID."""


@dataclass(frozen=True)
class Key:
    """The columns that tell rows apart, with how sure that is and why. ``filled`` and ``unique`` are shares."""

    columns: tuple[str, ...]
    is_sure: bool
    reason: str
    filled: float = 1.0
    unique: float = 1.0


def find_key(table: Table, meanings: Sequence[str], partners: Sequence[str] = ()) -> Key | None:
    """The key of a table: a column of one of these meanings, in their order, else any that is one.

    Where no column is, two are: one of these meanings and another column that has an ID or one of the
    meanings in ``partners``. None where nothing tells its rows apart. A database's table says itself.
    """
    declared = table.source.key if table.source is not None else None
    if declared is not None and declared in table.by_name:
        return Key((declared,), True, "the database lets no two rows have the same")
    ranked = _ranked(table, meanings)
    for profile in ranked:
        filled, unique = table.uniqueness([profile.column])
        if filled >= ALL_BUT_FEW and unique >= ALL_BUT_FEW:
            return Key((profile.column,), True, _words(table, filled, unique), filled, unique)
    named = [p for p in ranked if p.score(*meanings) >= 0.6]
    beside = named + [
        p for p in table.columns if p not in named and p.score(*partners, "id", "line_id") >= 0.4
    ]
    for first, second in combinations(beside, 2):
        if first not in named:
            continue
        filled, unique = table.uniqueness([first.column, second.column])
        if filled >= ALL_BUT_FEW and unique == 1:
            return Key((first.column, second.column), False, "only both together occur once")
    return None


def other_key(table: Table) -> Key | None:
    """A column that no name says to be an ID, but that looks like one and has another value in each row."""
    for profile in table.columns:
        odd = sum(
            profile.shapes.share(kind) for kind in ("decimal", "time", "name", "phone", "epoch")
        )
        is_like = profile.shapes.share("identifier") >= 0.95 and odd < 0.1
        is_like &= profile.score(*_NO_IDS) < 0.4
        filled, unique = table.uniqueness([profile.column])
        if is_like and filled >= ALL_BUT_FEW and unique >= ALL_BUT_FEW:
            words = "no name says ID, but each row has one of its own here"
            if filled < 1 or unique < 1:
                words = f"no name says ID, but {_words(table, filled, unique)}"
            return Key((profile.column,), False, words, filled, unique)
    return None


def nearly_a_key(table: Table, meanings: Sequence[str], least: float) -> Key | None:
    """A column of one of these meanings that is filled in ``least`` of the rows, though values may repeat."""
    for profile in _ranked(table, meanings):
        filled, unique = table.uniqueness([profile.column])
        if filled >= least and profile.score(*meanings) >= 0.6:
            words = _words(table, filled, unique)
            return Key((profile.column,), filled >= ALL_BUT_FEW, words, filled, unique)
    return None


def _ranked(table: Table, meanings: Sequence[str]) -> list[ColumnProfile]:
    """Columns of these meanings, the meanings in their order, the surest first."""
    order = {meaning: i for i, meaning in enumerate(meanings)}

    def rank(profile: ColumnProfile) -> tuple[float, float]:
        places = [(order[m.name], -m.score) for m in profile.meanings if m.name in order]
        usable = [place for place in places if -place[1] >= 0.4]
        return min(usable, default=(len(order), 0.0))

    own = [p for p in table.columns if not p.named.is_of_others and rank(p)[0] < len(order)]
    return sorted(own, key=rank)


def _words(table: Table, filled: float, unique: float) -> str:
    count = table.delivery.height
    rows = f"{count:,} row{'' if count == 1 else 's'}"
    if filled >= 1 and unique >= 1:
        return f"each of {rows} has one, and none occurs twice"
    words = f"{round(100 * filled)} % of {rows} have one"
    return words if unique >= 1 else f"{words}, of which {round(100 * unique)} % are different"


def share_in(table: Table, column: str, other: Table, key: Sequence[str]) -> float:
    """Which share of a column's different values are among the values of another table's key."""
    values = table.values([column])
    if not len(values):
        return 0.0
    return float(values.is_in(other.values(key).implode()).mean() or 0.0)  # type: ignore[arg-type]


def refers_as_part(table: Table, column: ColumnProfile, whole: Table, key: str) -> float:
    """The share of a column's values that are keys of another table's rows, of which its rows are parts; 0 if not.

    Neither table may have all rows looked at, so it is enough if a good part of either's values is in the other's.
    """
    values, keys = table.values([column.column]), whole.values([key])
    if not len(values) or not len(keys):
        return 0.0
    shared = int(values.is_in(keys.implode()).sum())
    alike = name_key(column.column) == name_key(key)
    share = shared / min(len(values), len(keys))
    return share if share >= _LEAST_SHARED and (alike or _are_telling(values)) else 0.0


def refers_to(table: Table, column: ColumnProfile, other: Table, key: Sequence[str]) -> float:
    """The share of a column's values that are keys of another table; 0 where that may be chance.

    Short numbers occur in any two lists: there the names must speak for it, too.
    """
    share = share_in(table, column.column, other, key)
    if share < _LEAST_SHARED:
        return 0.0
    said = column.score("id:person", "id", "id:loyalty") >= 0.4
    alike = any(name_key(column.column) == name_key(name) for name in key)
    is_telling = _are_telling(table.values([column.column]))
    return share if alike or (said and (is_telling or share >= 0.8)) else 0.0


def _are_telling(ids: pl.Series) -> bool:
    """Whether IDs are long enough for two tables not to share them by chance."""
    return float(ids.str.len_chars().median() or 0) >= _TELLING_LENGTH  # type: ignore[arg-type]
