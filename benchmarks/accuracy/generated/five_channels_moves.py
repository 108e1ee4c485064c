"""Five channels, people who move and change address of mail and number, and namesakes in other towns."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.accuracy.generated import corruptions as wrong
from benchmarks.accuracy.generated.contacts import emails, phones, respace
from benchmarks.accuracy.generated.people import addresses, draw_families, finish, spread

CHANNELS = ("web", "shop", "support", "loyalty", "app")
KNOWS = {
    "birth_date": (0.6, 0.0, 0.0, 0.9, 0.3),
    "street": (0.9, 0.2, 0.1, 0.9, 0.1),
    "email": (0.95, 0.3, 0.7, 0.7, 0.9),
    "phone": (0.5, 0.7, 0.6, 0.6, 0.7),
}
"""How often each channel knows what of a customer."""


def build(records: int = 30_000, seed: int = 7) -> pl.DataFrame:
    """One to eight records a person; a third moved once, and namesakes took over one name in four."""
    random = np.random.default_rng(seed)
    person = spread(random, records, range(1, 9), (0.25, 0.22, 0.18, 0.14, 0.09, 0.06, 0.04, 0.02))
    people = draw_families(random, int(person[-1]) + 1)
    count = people.height
    # Namesakes: a few hundred common names are borne by many.
    common = random.integers(0, count, max(count // 40, 1))
    named = np.where(random.random(count) < 0.25, random.choice(common, count), np.arange(count))
    names = people[named].select("first_name", "last_name", "gender")
    people = people.with_columns(names)
    family = people["family"].to_numpy()
    has_moved = (random.random(family[-1] + 1) < 0.33)[family]
    houses = (
        random.permutation(2 * (family[-1] + 1))[family],
        random.permutation(2 * (family[-1] + 1))[family],
    )
    changed = {
        name: has_moved & (random.random(count) < share)
        for name, share in (("email", 0.5), ("phone", 0.6))
    }
    lives = [
        addresses(house).with_columns(
            emails(random, people).alias("email"), phones(random, count).alias("phone")
        )
        for house in houses
    ]
    later = random.random(records) < 0.5
    rows = people[person]
    for name in lives[0].columns:
        moved = pl.Series(later & changed.get(name, has_moved)[person])
        rows = rows.with_columns(
            lives[1][name][person].zip_with(moved, lives[0][name][person]).alias(name)
        )
    channel = random.integers(0, len(CHANNELS), records)
    known = {
        name: pl.Series(random.random(records) < np.asarray(shares)[channel])
        for name, shares in KNOWS.items()
    }
    home = rows.select("house_number", "street", "postcode", "city").with_columns(
        pl.when(known["street"]).then(pl.all())
    )
    first = wrong.slip(random, wrong.nickname(random, rows["first_name"], 0.1), 0.04)
    dates = wrong.slip_dates(random, rows["birth_date"], 0.03).dt.strftime("%Y-%m-%d")
    contact = {
        "email": wrong.slip(random, rows["email"], 0.03),
        "phone": respace(random, wrong.slip(random, rows["phone"], 0.02)),
        "birth_date": dates,
    }
    contact = {name: values.set(~known[name], None) for name, values in contact.items()}
    return finish(
        random,
        pl.DataFrame(
            {
                "source": pl.Series(CHANNELS).gather(channel),
                "first_name": wrong.initial(random, first, 0.05),
                "last_name": wrong.slip(random, rows["last_name"], 0.05),
                **contact,
                **home.to_dict(),
            }
        ),
        person,
    )
