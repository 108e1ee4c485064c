"""People born from 1700 to 1899, up to 21 noisy records each, with namesakes in the family."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.accuracy.generated import corruptions as wrong
from benchmarks.accuracy.generated.people import (
    addresses,
    draw_dates,
    draw_families,
    finish,
    spread,
)
from benchmarks.accuracy.generated.words import listed, weigh

OCCUPATIONS = weigh(
    listed(
        "politician,painter,writer,engineer,military officer,priest,botanist,architect,lawyer,"
        "poet,cricketer,physician,actor,composer,journalist,explorer,mathematician,diplomat,"
        "photographer,banker,sculptor,geologist,historian,judge,merchant,naturalist,novelist,"
        "clockmaker,gardener,printer"
    ),
    flat=3,
)


def build(records: int = 20_000, seed: int = 2) -> pl.DataFrame:
    """Names, birth place, postcode, occupation and birth date, often only its year or 1 January."""
    random = np.random.default_rng(seed)
    sizes = np.arange(1, 22)
    person = spread(random, records, sizes, np.exp(-((sizes - 11.0) ** 2) / 60))
    count = int(person[-1]) + 1
    people = draw_families(random, count, heads=(1700, 1865), juniors=0.25)
    years = np.clip(people["birth_date"].dt.year().to_numpy(), 1700, 1899)
    known = pl.Series(random.random(count) < 0.6)
    born = draw_dates(random, years)
    born = born.zip_with(known, born.dt.truncate("1y"))
    home = random.integers(0, 4_000, count)[people["family"].to_numpy()]
    people = people.hstack(addresses(home * 3)).with_columns(
        born.alias("birth_date"),
        OCCUPATIONS.draw(random, count).alias("occupation"),
    )
    rows = people[person]
    near = addresses(home[person] * 3 + random.integers(-40, 41, records) + 60)
    elsewhere = pl.Series(random.random(records) < 0.25)
    first = wrong.nickname(random, rows["first_name"], 0.15)
    first = wrong.mishear(random, wrong.slip(random, first, 0.12), 0.1)
    middle = wrong.lose(random, rows["middle_name"], 0.6)
    first, middle = (
        wrong.swap(random, first, middle.fill_null(rows["middle_name"]), 0.04)[0],
        middle,
    )
    last = wrong.mishear(random, wrong.slip(random, rows["last_name"], 0.12), 0.1)
    dates = wrong.slip_dates(random, rows["birth_date"], 0.12)
    vague = pl.Series(random.random(records) < 0.2)
    dates = dates.dt.truncate("1y").zip_with(vague, dates).dt.strftime("%Y-%m-%d")
    return finish(
        random,
        pl.DataFrame(
            {
                "first_name": wrong.lose(random, wrong.initial(random, first, 0.05), 0.03),
                "middle_name": middle,
                "last_name": wrong.lose(random, last, 0.03),
                "gender": wrong.lose(random, rows["gender"], 0.3),
                "birth_date": wrong.lose(random, dates, 0.2),
                "birth_place": wrong.lose(
                    random, near["city"].zip_with(elsewhere, rows["city"]), 0.15
                ),
                "postcode": wrong.lose(
                    random, near["postcode"].zip_with(elsewhere, rows["postcode"]), 0.2
                ),
                "occupation": wrong.lose(
                    random,
                    wrong.keep_or(
                        random, rows["occupation"], 0.15, OCCUPATIONS.draw(random, records)
                    ),
                    0.35,
                ),
            }
        ),
        person,
    )
