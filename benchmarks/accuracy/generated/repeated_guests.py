"""Guests of a hotel: some have 60 to 250 equal or nearly equal rows, the others one to three."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.accuracy.generated import corruptions as wrong
from benchmarks.accuracy.generated.contacts import emails, phones
from benchmarks.accuracy.generated.people import addresses, draw_people, finish, spread


def build(records: int = 5_000, seed: int = 9) -> pl.DataFrame:
    """A row a stay; a third of all rows are of regular guests, entered anew each time by the same hand."""
    random = np.random.default_rng(seed)
    regular = spread(random, records * 3 // 10, (60, 90, 120, 160, 200, 250), [1] * 6)
    others = spread(random, records - len(regular), (1, 2, 3), (0.6, 0.25, 0.15))
    person = np.concatenate([regular, others + regular[-1] + 1])
    count = int(person[-1]) + 1
    people = draw_people(random, count)
    people = people.hstack(addresses(random.integers(0, 20_000, count))).with_columns(
        emails(random, people).alias("email"),
        phones(random, count).alias("phone"),
    )
    rows = people[person]
    # What a guest did not give is never given, so that most rows of a regular guest are equal.
    gives = {
        name: pl.Series((random.random(count) < share)[person])
        for name, share in (("email", 0.75), ("phone", 0.6), ("street", 0.7), ("birth_date", 0.5))
    }
    columns = {
        "first_name": wrong.initial(random, wrong.slip(random, rows["first_name"], 0.03), 0.03),
        "last_name": wrong.slip(random, rows["last_name"], 0.03),
        "birth_date": rows["birth_date"].dt.strftime("%Y-%m-%d").set(~gives["birth_date"], None),
        "email": wrong.lose(random, rows["email"].set(~gives["email"], None), 0.03),
        "phone": wrong.lose(random, rows["phone"].set(~gives["phone"], None), 0.05),
        **{
            name: rows[name].set(~gives["street"], None)
            for name in ("house_number", "street", "postcode", "city")
        },
    }
    return finish(random, pl.DataFrame(columns), person)
