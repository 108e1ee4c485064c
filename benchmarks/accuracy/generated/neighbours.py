"""A census and a survey of streets of families: who lives next door shares street, postcode and city."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.accuracy.generated import corruptions as wrong
from benchmarks.accuracy.generated.people import addresses, draw_families, finish, spread


def build(records: int = 20_000, seed: int = 1) -> pl.DataFrame:
    """Two lists of the same people, one to three records each; one in twelve has moved since."""
    random = np.random.default_rng(seed)
    person = spread(random, records, (1, 2, 3), (0.3, 0.5, 0.2))
    people = draw_families(random, int(person[-1]) + 1)
    families = int(people["family"][-1]) + 1
    # One house in three stands empty, and relatives live three doors on.
    house = random.permutation(families * 4 // 3)[:families]
    place = np.arange(records) - np.searchsorted(person, person)
    here = house[people["family"].to_numpy()[person]]
    has_moved = (random.random(records) < 0.12) & (place > 0)
    moved = addresses(np.where(has_moved, random.integers(0, families * 4 // 3, records), here))
    rows = people[person].hstack(moved)
    born = wrong.slip_dates(random, rows["birth_date"], 0.06).dt.strftime("%Y-%m-%d")
    only_year = pl.Series(random.random(records) < 0.06)
    first = wrong.nickname(random, rows["first_name"], 0.06)
    first = wrong.slip(random, wrong.initial(random, first, 0.03), 0.08)
    return finish(
        random,
        pl.DataFrame(
            {
                "source": np.where(place > 0, "survey", "census"),
                "first_name": wrong.lose(random, first, 0.02),
                "last_name": wrong.slip(
                    random, wrong.misread(random, rows["last_name"], 0.05), 0.06
                ),
                "gender": wrong.lose(random, rows["gender"], 0.03),
                "birth_date": wrong.lose(
                    random, born.str.slice(0, 4).zip_with(only_year, born), 0.05
                ),
                "house_number": wrong.slip(random, rows["house_number"], 0.03),
                "street": wrong.slip(random, rows["street"], 0.08),
                "postcode": wrong.lose(random, wrong.slip(random, rows["postcode"], 0.04), 0.04),
                "city": wrong.slip(random, rows["city"], 0.03),
            }
        ),
        person,
    )
