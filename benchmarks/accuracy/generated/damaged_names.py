"""Two lists of one small town's census, names and street only, in the second of which every name is damaged."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.accuracy.generated import corruptions as wrong
from benchmarks.accuracy.generated.people import addresses, draw_families, finish


def build(records: int = 841, seed: int = 4) -> pl.DataFrame:
    """The first list has 449 of 841 records; four in five of the second's people are in it too."""
    random = np.random.default_rng(seed)
    first = round(records * 449 / 841)
    second = records - first
    both = round(second * 0.84)
    count = records - both
    people = draw_families(random, count)
    people = people.hstack(addresses(people["family"].to_numpy() * 2))
    order = random.permutation(count)
    person = np.concatenate([order[:first], order[:both], order[first:]])
    rows = people[person]
    is_second = np.arange(records) >= first
    damaged_last = wrong.slip(random, wrong.slip(random, rows["last_name"], 1), 0.4)
    damaged_first = wrong.slip(random, wrong.mishear(random, rows["first_name"], 0.3), 0.8)
    damaged_first = wrong.initial(random, damaged_first, 0.1)
    damaged_street = wrong.slip(random, wrong.slip(random, rows["street"], 0.8), 0.2)
    clean = pl.Series(~is_second)
    return finish(
        random,
        pl.DataFrame(
            {
                "source": np.where(is_second, "second", "first"),
                "last_name": rows["last_name"].zip_with(clean, damaged_last),
                "first_name": rows["first_name"].zip_with(clean, damaged_first),
                "middle_initial": wrong.lose(random, rows["middle_name"].str.slice(0, 1), 0.4),
                "house_number": rows["house_number"].zip_with(
                    clean, wrong.slip(random, rows["house_number"], 0.1)
                ),
                "street": rows["street"].zip_with(clean, damaged_street),
            }
        ),
        person,
    )
