"""A small truth set as vendors hand out: single-line addresses, fathers and sons of one name, families."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.accuracy.generated import corruptions as wrong
from benchmarks.accuracy.generated.contacts import emails, phones, respace
from benchmarks.accuracy.generated.people import addresses, draw_families, finish, spread


def build(records: int = 159, seed: int = 8) -> pl.DataFrame:
    """One to six records a person of three lists; suffix, birth date, address and number come and go."""
    random = np.random.default_rng(seed)
    person = spread(random, records, (1, 2, 3, 4, 5, 6), (0.3, 0.2, 0.2, 0.15, 0.1, 0.05))
    people = draw_families(random, int(person[-1]) + 1, juniors=1)
    count = people.height
    house = random.permutation(400)[people["family"].to_numpy()]
    passport = pl.Series(random.integers(10**8, 10**9, count)).cast(pl.String)
    junior = people["is_junior"]
    first = np.searchsorted(people["family"], people["family"])
    landline = pl.Series((random.random(count) < 0.7)[first])
    number = phones(random, count)
    is_father = pl.Series(
        people.select(pl.col("is_junior").any().over("family") & (pl.col("role") == 0)).to_series()
    )
    suffix = pl.select(
        pl.when(junior).then(pl.lit("Jr")).when(is_father).then(pl.lit("Sr")).otherwise(pl.lit(""))
    ).to_series()
    people = people.hstack(addresses(house)).with_columns(
        emails(random, people).alias("email"),
        number.gather(first).zip_with(landline, number).alias("phone"),
        passport.alias("passport"),
        suffix.alias("suffix"),
    )
    rows = people[person]
    elsewhere = pl.Series(random.random(records) < 0.2)
    other = addresses(random.integers(0, 400, records))
    place = pl.DataFrame(
        {
            n: other[n].zip_with(elsewhere, rows[n])
            for n in ("house_number", "street", "city", "postcode")
        }
    )
    line = place.select(
        pl.format("{} {}, {}, {}", "house_number", "street", "city", "postcode")
    ).to_series()
    first_name = wrong.slip(random, wrong.nickname(random, rows["first_name"], 0.25), 0.08)
    first_name = wrong.initial(random, first_name, 0.2)
    middle = wrong.initial(random, rows["middle_name"], 0.6)
    middle = (" " + middle).zip_with(
        pl.Series(random.random(records) < 0.4), pl.Series([""] * records)
    )
    said = pl.Series(random.random(records) < 0.4)
    after = (" " + rows["suffix"]).zip_with(
        said & (rows["suffix"] != ""), pl.Series([""] * records)
    )
    dates = wrong.slip_dates(random, rows["birth_date"], 0.05)
    written = dates.dt.strftime("%m/%d/%Y").zip_with(
        pl.Series(random.random(records) < 0.5), dates.dt.strftime("%Y-%m-%d")
    )
    return finish(
        random,
        pl.DataFrame(
            {
                "source": pl.Series(["customers", "reference", "watchlist"]).gather(
                    random.choice(3, records, p=[0.6, 0.2, 0.2])
                ),
                "name": first_name + middle + " " + rows["last_name"] + after,
                "birth_date": wrong.lose(random, written, 0.6),
                "address": wrong.lose(random, line, 0.3),
                "phone": wrong.lose(random, respace(random, rows["phone"]), 0.5),
                "email": wrong.lose(random, rows["email"], 0.85),
                "passport": wrong.lose(random, rows["passport"], 0.9),
            }
        ),
        person,
    )
