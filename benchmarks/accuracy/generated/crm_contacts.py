"""Contacts of a CRM: business e-mail addresses at reserved domains, company, profile link, job title."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.accuracy.generated import corruptions as wrong
from benchmarks.accuracy.generated.contacts import ascii_word, emails
from benchmarks.accuracy.generated.people import draw_people, finish, spread
from benchmarks.accuracy.generated.words import english_names, listed, weigh

RESERVED = weigh({"example.com": 5, "example.org": 3, "example.net": 2})
KINDS = listed("Ltd,Inc,LLC,Group,Partners,Systems,Logistics,Consulting,Foods,Energy,Media,Labs")
TITLES = weigh(
    listed(
        "Sales Manager,Account Executive,Software Engineer,Marketing Manager,CEO,Buyer,"
        "Project Manager,Operations Manager,HR Manager,Consultant,Head of Finance,Controller,"
        "Data Analyst,Designer,Office Manager,Product Manager,VP Sales,CTO,Recruiter,"
        "Procurement Lead"
    ),
    flat=4,
)


def build(records: int = 12_000, seed: int = 5) -> pl.DataFrame:
    """One to five records a contact; one in five has changed company, and with it address and title."""
    random = np.random.default_rng(seed)
    person = spread(random, records, (1, 2, 3, 4, 5), (0.4, 0.3, 0.15, 0.1, 0.05))
    count = int(person[-1]) + 1
    firms = max(count // 12, 3)
    names = english_names()[2].draw(random, firms)
    company = names + " " + pl.Series(KINDS).gather(random.integers(0, len(KINDS), firms))
    domain = ascii_word(names) + pl.Series([".example", ".test", ".com"]).gather(
        random.integers(0, 3, firms)
    )
    people = draw_people(random, count, born=(1955, 2000))
    first, last = ascii_word(people["first_name"]), ascii_word(people["last_name"])
    code = pl.Series(random.integers(0, 16**6, count)).map_elements(
        lambda number: f"{number:06x}", return_dtype=pl.String
    )
    link = "https://www.linkedin.com/in/" + first + "-" + last + "-" + code

    def post(at: np.ndarray) -> pl.DataFrame:
        reserved = pl.Series(random.random(count) < 0.9)
        hosts = RESERVED.draw(random, count).zip_with(reserved, domain.gather(at))
        return pl.DataFrame(
            {
                "company": company.gather(at),
                "job_title": TITLES.draw(random, count),
                "email": emails(random, people, hosts),
            }
        )

    posts = [post(random.integers(0, firms, count)) for _ in range(2)]
    has_changed = (random.random(count) < 0.3)[person] & (random.random(records) < 0.5)
    rows = people[person].with_columns(
        posts[0][name][person].zip_with(pl.Series(~has_changed), posts[1][name][person]).alias(name)
        for name in posts[0].columns
    )
    first_name = wrong.slip(random, wrong.nickname(random, rows["first_name"], 0.15), 0.12)
    return finish(
        random,
        pl.DataFrame(
            {
                "first_name": wrong.initial(random, first_name, 0.05),
                "last_name": wrong.slip(random, rows["last_name"], 0.14),
                "email": wrong.lose(random, wrong.slip(random, rows["email"], 0.12), 0.2),
                "company": wrong.lose(random, wrong.slip(random, rows["company"], 0.15), 0.1),
                "job_title": wrong.lose(random, rows["job_title"], 0.3),
                "profile_link": wrong.lose(random, wrong.slip(random, link[person], 0.06), 0.75),
            }
        ),
        person,
    )
