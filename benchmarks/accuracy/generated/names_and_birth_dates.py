"""Names and a birth date alone: nine originals in ten, and duplicates with exactly one slip each."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.accuracy.generated import corruptions as wrong
from benchmarks.accuracy.generated.people import draw_dates, finish
from benchmarks.accuracy.generated.words import family_names, frequent, given_names, mix


def build(records: int = 10_000, seed: int = 3) -> pl.DataFrame:
    """German names; one record in ten is a duplicate with a slip in one name or in the birth date."""
    random = np.random.default_rng(seed)
    copies = records // 10
    count = records - copies
    given = mix(*((0.5, frequent(given_names("de_DE", gender), 80)) for gender in "fm"))
    family = frequent(family_names("de_DE"), 120)
    people = pl.DataFrame(
        {
            "first_name": given.draw(random, count),
            "last_name": family.draw(random, count),
            "birth_date": draw_dates(random, random.integers(1920, 2010, count)),
        }
    )
    person = np.concatenate([np.arange(count), random.permutation(count)[:copies]])
    rows = people[person]
    slipped = random.integers(0, 3, records)
    slipped[:count] = 3
    changed = {
        "first_name": wrong.slip(random, rows["first_name"], 1),
        "last_name": wrong.slip(random, rows["last_name"], 1),
        "birth_date": wrong.slip_dates(random, rows["birth_date"], 1),
    }
    rows = rows.with_columns(
        values.zip_with(pl.Series(slipped == i), rows[name]).alias(name)
        for i, (name, values) in enumerate(changed.items())
    )
    return finish(random, rows, person)
