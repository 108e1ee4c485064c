"""Five sources of the same people with names, city, e-mail and telephone, and typing errors in all of them."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.accuracy.generated import corruptions as wrong
from benchmarks.accuracy.generated.contacts import emails, phones, respace
from benchmarks.accuracy.generated.people import addresses, draw_people, finish, spread


def build(records: int = 20_000, seed: int = 6) -> pl.DataFrame:
    """One record at most a source and person; every third value has a slip or is missing."""
    random = np.random.default_rng(seed)
    person = spread(random, records, (1, 2, 3, 4, 5), (0.2, 0.25, 0.25, 0.2, 0.1))
    count = int(person[-1]) + 1
    people = draw_people(random, count)
    people = people.with_columns(
        addresses((random.random(count) ** 2 * 30_000).astype(np.int64))["city"],
        emails(random, people).alias("email"),
        phones(random, count).alias("phone"),
    )
    rows = people[person]
    place = np.arange(records) - np.searchsorted(person, person)
    source = (random.integers(0, 5, count)[person] + place) % 5 + 1
    slipped = {
        "first_name": wrong.nickname(random, rows["first_name"], 0.1),
        "last_name": wrong.mishear(random, rows["last_name"], 0.08),
        "city": rows["city"],
        "email": rows["email"],
        "phone": rows["phone"],
    }
    rates = {"first_name": 0.3, "last_name": 0.3, "city": 0.25, "email": 0.4, "phone": 0.4}
    lost = {"first_name": 0.04, "last_name": 0.03, "city": 0.1, "email": 0.35, "phone": 0.4}
    columns = {
        name: wrong.lose(random, wrong.slip(random, values, rates[name]), lost[name])
        for name, values in slipped.items()
    }
    columns["phone"] = respace(random, columns["phone"])
    return finish(
        random,
        pl.DataFrame({"source": "source_" + pl.Series(source).cast(pl.String), **columns}),
        person,
    )
