"""What goes wrong with a value on its way into a file: each function changes a share of a column."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from benchmarks.accuracy.generated.words import Random

LETTERS = pl.Series(list("abcdefghijklmnopqrstuvwxyz"))
_MISREAD = {
    **{"rn": "m", "m": "rn", "cl": "d", "d": "cl", "li": "h", "h": "li", "vv": "w", "w": "vv"},
    **{"e": "c", "c": "e", "l": "1", "o": "0", "s": "5", "g": "q", "u": "v", "n": "h", "t": "f"},
    **{"0": "O", "1": "l", "5": "S", "8": "B", "2": "Z", "6": "G"},
}
_SOUNDS = {
    **{"ph": "f", "f": "ph", "ck": "k", "k": "ck", "ie": "y", "y": "ie", "ee": "ea", "ea": "ee"},
    **{"ll": "l", "l": "ll", "nn": "n", "n": "nn", "tt": "t", "th": "t", "c": "k", "z": "s"},
    **{"s": "z", "ou": "u", "ai": "ay", "ei": "ie", "gh": "", "oe": "o", "mm": "m", "rr": "r"},
}


def keep_or(random: Random, values: pl.Series, share: float, changed: pl.Series) -> pl.Series:
    """``values``, but ``changed`` in a share of the rows."""
    return values.zip_with(pl.Series(random.random(len(values)) >= share), changed)


def lose(random: Random, values: pl.Series, share: float) -> pl.Series:
    """A share of the values is missing."""
    return keep_or(
        random, values, share, pl.Series([None], dtype=values.dtype).new_from_index(0, len(values))
    )


def slip(random: Random, values: pl.Series, share: float) -> pl.Series:
    """One character is inserted, lost, mistyped or changes places with the next."""
    count = len(values)
    text = pl.col("text")
    at = (pl.col("place") * text.str.len_chars()).cast(pl.Int64)
    head, here, rest = text.str.slice(0, at), text.str.slice(at, 1), text.str.slice(at + 1)
    typed = pl.when(here.str.contains(r"\d")).then(pl.col("digit")).otherwise(pl.col("letter"))
    typed = pl.when(here.str.contains(r"[A-Z]")).then(typed.str.to_uppercase()).otherwise(typed)
    frame = pl.DataFrame(
        {
            "text": values,
            "kind": random.integers(0, 4, count),
            "place": random.random(count),
            "letter": LETTERS.gather(random.integers(0, 26, count)),
            "digit": pl.Series(random.integers(0, 10, count)).cast(pl.String),
        }
    )
    kind, is_long = pl.col("kind"), text.str.len_chars() > 2
    changed = frame.select(
        pl.when(kind == 0)
        .then(head + here + typed.str.to_lowercase() + rest)
        .when((kind == 1) & is_long)
        .then(head + rest)
        .when((kind == 2) & is_long)
        .then(head + text.str.slice(at + 1, 1) + here + text.str.slice(at + 2))
        .otherwise(head + typed + rest)
    ).to_series()
    return keep_or(random, values, share, changed)


def misread(random: Random, values: pl.Series, share: float) -> pl.Series:
    """A character is taken for one that looks like it, as by a scanner."""
    return keep_or(random, values, share, _respell(random, values, _MISREAD))


def mishear(random: Random, values: pl.Series, share: float) -> pl.Series:
    """A sound is spelled another way, as by someone who only heard the name."""
    return keep_or(random, values, share, _respell(random, values, _SOUNDS))


def _respell(random: Random, values: pl.Series, spellings: dict[str, str]) -> pl.Series:
    """One spelling of ``spellings`` that the word has, after its first letter, becomes the other."""
    count = len(values)
    rules = list(spellings.items())
    text = pl.col("text")
    frame = pl.DataFrame({"text": values, "first": random.integers(0, len(rules), count)})
    changed = pl.lit(None, pl.String)
    # Every word tries the rules in their order, beginning at one of its own.
    for start in range(2 * len(rules)):
        old, new = rules[start % len(rules)]
        tail = text.str.slice(1)
        applies = (
            (pl.col("first") <= start) & changed.is_null() & tail.str.contains(old, literal=True)
        )
        spelled = text.str.slice(0, 1) + tail.str.replace(old, new, literal=True)
        frame = frame.with_columns(
            pl.when(applies).then(spelled).otherwise(changed).alias("changed")
        )
        changed = pl.col("changed")
    return frame.select(pl.coalesce("changed", "text")).to_series()


@cache
def _nicknames() -> dict[str, str]:
    from nicknames import NickNamer

    from benchmarks.accuracy.generated.words import given_names

    names = [name for g in "fm" for name in given_names("en_US", g).words]
    known = NickNamer()
    found = {name: sorted(known.nicknames_of(name)) for name in names}
    return {name: short[len(name) % len(short)].title() for name, short in found.items() if short}


def nickname(random: Random, values: pl.Series, share: float) -> pl.Series:
    """A given name is replaced by its short form, where it has one."""
    return keep_or(random, values, share, values.replace(_nicknames()))


def initial(random: Random, values: pl.Series, share: float) -> pl.Series:
    """Of a name only its first letter is given."""
    return keep_or(random, values, share, values.str.slice(0, 1))


def swap(
    random: Random, one: pl.Series, other: pl.Series, share: float
) -> tuple[pl.Series, pl.Series]:
    """Two columns change places in a share of the rows."""
    kept = pl.Series(random.random(len(one)) >= share)
    return one.zip_with(kept, other), other.zip_with(kept, one)


def slip_dates(random: Random, dates: pl.Series, share: float) -> pl.Series:
    """One slip in a date: another day or month, day and month swapped, or a digit of the year."""
    count = len(dates)
    kind = random.integers(0, 5, count)
    day, month, year = (
        part.fill_null(1900).to_numpy().astype(np.int64)
        for part in (dates.dt.day(), dates.dt.month(), dates.dt.year())
    )
    swapped = (kind == 0) & (day <= 12)
    another_day = 1 + (day + random.integers(0, 27, count)) % 28
    another_month = 1 + (month + random.integers(0, 11, count)) % 12
    step = random.choice(np.asarray([-10, -1, 1, 10]), count)
    new_day = np.where(swapped, month, np.where(kind == 1, another_day, day))
    new_month = np.where(swapped, day, np.where(kind == 2, another_month, month))
    new_year = np.where((kind >= 3) | ((kind == 0) & ~swapped), year + step, year)
    exists = (new_month == month) & (new_year == year)
    parts = {
        "year": new_year,
        "month": new_month,
        "day": np.where(exists, new_day, np.minimum(new_day, 28)),
    }
    frame = pl.DataFrame(parts).with_columns(pl.when(pl.lit(dates).is_not_null()).then(pl.all()))
    changed = frame.select(pl.date("year", "month", "day")).to_series()
    return keep_or(random, dates, share, changed)
