"""People, families and where they live, before anything is written down wrongly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl

from benchmarks.accuracy.generated.words import Random, english_names, streets, towns

Numbers = np.ndarray[Any, np.dtype[np.int64]]

HOUSES = 40
"""Houses of a street; neighbours are neighbours by number."""


def draw_dates(random: Random, years: Numbers) -> pl.Series:
    """A date in each of the years."""
    frame = pl.DataFrame({"year": years, "day": random.integers(0, 365, len(years))})
    first = pl.date("year", 1, 1)
    return frame.select(first + pl.duration(days="day")).to_series()


def draw_people(random: Random, count: int, born: tuple[int, int] = (1935, 2005)) -> pl.DataFrame:
    """``count`` strangers: gender, first, middle and last name, birth_date."""
    return pl.DataFrame(
        {
            "is_woman": random.random(count) < 0.51,
            "last_name": english_names()[2].draw(random, count),
            "birth_date": draw_dates(random, random.integers(born[0], born[1] + 1, count)),
        }
    ).pipe(_name, random)


def draw_families(
    random: Random, count: int, heads: tuple[int, int] = (1930, 1985), juniors: float = 0.03
) -> pl.DataFrame:
    """``count`` people in families of one to six: as ``draw_people``, with family and role.

    Role 0 is the head, 1 the partner, 2 and more are children. Partners keep their own name in 15 of
    100 families; a share of the first sons, ``juniors``, have the father's first name.
    """
    size = random.choice(np.arange(1, 7), count, p=[0.26, 0.3, 0.17, 0.16, 0.08, 0.03])
    family = np.repeat(np.arange(count), size)[:count]
    first = np.searchsorted(family, family)
    role = np.arange(count) - first
    single_parent = (random.random(count) < 0.15)[first]
    role = np.where((role > 0) & single_parent, role + 1, role)
    head_year = random.integers(heads[0], heads[1] + 1, count)[first]
    year = np.where(role == 1, head_year + random.integers(-5, 6, count), head_year)
    spacing = random.integers(1, 4, count) + 2 * (role - 2)
    year = np.where(role >= 2, head_year + 22 + spacing, year)
    head_woman = (random.random(count) < 0.35)[first]
    woman = np.where(
        role == 0, head_woman, np.where(role == 1, ~head_woman, random.random(count) < 0.5)
    )
    names = english_names()[2]
    own_name = (random.random(count) < 0.15)[first] & (role == 1)
    shared = names.draw(random, count).gather(first)
    people = pl.DataFrame(
        {
            "family": family,
            "role": role,
            "is_woman": woman,
            "last_name": shared.zip_with(~pl.Series(own_name), names.draw(random, count)),
            "birth_date": draw_dates(random, year),
        }
    ).pipe(_name, random)
    is_junior = (role == 2) & ~woman & ~woman[first] & (random.random(count) < juniors)
    same = people["first_name"].gather(first)
    return people.with_columns(
        people["first_name"].zip_with(~pl.Series(is_junior), same).alias("first_name"),
        pl.Series("is_junior", is_junior),
    )


def _name(people: pl.DataFrame, random: Random) -> pl.DataFrame:
    women, men, _ = english_names()
    woman = people["is_woman"]
    names = {
        name: women.draw(random, people.height).zip_with(woman, men.draw(random, people.height))
        for name in ("first_name", "middle_name")
    }
    gender = pl.when("is_woman").then(pl.lit("F")).otherwise(pl.lit("M")).alias("gender")
    return people.with_columns(gender, **names).drop("is_woman")


def addresses(at: Numbers) -> pl.DataFrame:
    """House ``at``: house_number, street, postcode and city; the next number is the house next door.

    Twelve streets a town, and two postcodes a street, as in Britain.
    """
    street = at // HOUSES
    town = street // 12
    number = 1 + at % HOUSES
    names, places = streets(), towns()
    outward = pl.Series(town).cast(pl.String)
    inward = pl.Series(street % 12 % 9 + 1).cast(pl.String)
    letters = pl.Series([a + b for a in "ABDEFGHJLN" for b in "PQRSTUWXYZ"])
    unit = letters.gather((street * 7 + (number > HOUSES // 2)) % len(letters))
    initials = places.gather(town % len(places)).str.slice(0, 2).str.to_uppercase()
    return pl.DataFrame(
        {
            "house_number": pl.Series(number).cast(pl.String),
            "street": names.gather((street * 37 + town * 11) % len(names)),
            "postcode": initials
            + (outward.cast(pl.Int64) % 40 + 1).cast(pl.String)
            + " "
            + inward
            + unit,
            "city": places.gather(town % len(places)),
        }
    )


def spread(random: Random, records: int, sizes: Sequence[int], weights: Sequence[float]) -> Numbers:
    """The person of each of ``records`` records, in order: 0, 0, 1, 2, 2, 2 and so on."""
    share = np.asarray(weights) / sum(weights)
    counts = random.choice(np.asarray(sizes), records, p=share)
    return np.repeat(np.arange(records), counts)[:records]


def finish(random: Random, records: pl.DataFrame, person: Numbers | pl.Series) -> pl.DataFrame:
    """Shuffle the records, and give them ``unique_id`` and ``cluster``."""
    records = records.with_columns(pl.Series("cluster", person).cast(pl.String))
    records = records[random.permutation(records.height)]
    return records.with_row_index("unique_id")
