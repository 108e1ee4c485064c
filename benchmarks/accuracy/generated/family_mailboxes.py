"""Households behind one mailbox, colleagues behind info@, twins, sons named as their father, shared telephones."""

from __future__ import annotations

import numpy as np
import polars as pl

from benchmarks.accuracy.generated import corruptions as wrong
from benchmarks.accuracy.generated.contacts import MAIL_HOSTS, ascii_word, emails, phones, respace
from benchmarks.accuracy.generated.people import addresses, draw_families, finish, spread
from benchmarks.accuracy.generated.words import weigh

ROLES = weigh(
    {"info": 30, "sales": 10, "office": 10, "kontakt": 10, "contact": 8, "support": 6, "buero": 5,
     "verkauf": 4, "ventas": 4, "vendite": 3, "accueil": 3, "biuro": 3, "informacion": 2, "admin": 2}
)  # fmt: skip


def build(records: int = 6_000, seed: int = 10) -> pl.DataFrame:
    """One to four records a person; the cause says in what way a person is hard to tell from another.

    A third of the families share one mailbox, a fourth of the couples one telephone; one person in
    six gives the role mailbox of the firm where they work with three to eight colleagues.
    """
    random = np.random.default_rng(seed)
    person = spread(random, records, (1, 2, 3, 4), (0.3, 0.35, 0.25, 0.1))
    people = draw_families(random, int(person[-1]) + 1, juniors=0.3)
    count = people.height
    people, is_twin = _twins(people, random)
    family = people["family"].to_numpy()
    first = np.searchsorted(family, family)
    own, last = emails(random, people), ascii_word(people["last_name"]).gather(first)
    number = pl.Series(random.integers(1, 100, count)).cast(pl.String).gather(first)
    host = MAIL_HOSTS.draw(random, count).gather(first)
    family_box = (
        pl.Series(["family.", "info@", "the"]).gather(random.integers(0, 3, count)).gather(first)
    )
    shared = family_box.str.replace("@", ".") + last + number + "@" + host
    domestic = "info@" + last + number + "-family.example"
    shared = shared.zip_with(family_box != "info@", domestic)
    shares_mail = pl.Series((random.random(count) < 0.33)[first])
    firm = random.integers(0, max(count // 30, 1), count)
    works = pl.Series((random.random(count) < 0.16) & (people["role"].to_numpy() < 2))
    firm_names = ascii_word(people["last_name"]).gather(firm) + pl.Series(firm).cast(pl.String)
    role_box = ROLES.draw(random, count).gather(firm) + "@" + firm_names + ".example"
    mail = role_box.zip_with(works, shared.zip_with(shares_mail, own))
    own_phone = phones(random, count)
    shares_phone = pl.Series((random.random(count) < 0.25)[first] & (people["role"].to_numpy() < 2))
    has_junior = people.select(pl.col("is_junior").any().over("family")).to_series()
    is_father = has_junior & (people["role"] == 0)
    suffix = pl.select(
        pl.when(people["is_junior"]).then(pl.lit("Jr")).when(is_father).then(pl.lit("Sr"))
    ).to_series()
    cause = pl.select(
        pl.when(suffix.is_not_null()).then(pl.lit("junior"))
        .when(is_twin).then(pl.lit("twin"))
        .when(works).then(pl.lit("role mailbox"))
        .when(shares_mail).then(pl.lit("family mailbox"))
        .when(shares_phone).then(pl.lit("shared phone"))
        .otherwise(pl.lit("single"))
    ).to_series()  # fmt: skip
    people = people.hstack(addresses(random.permutation(2 * count)[family])).with_columns(
        mail.alias("email"),
        own_phone.gather(first).zip_with(shares_phone, own_phone).alias("phone"),
        suffix.alias("suffix"),
        cause.alias("cause"),
    )
    rows = people[person]
    dates = wrong.slip_dates(random, rows["birth_date"], 0.03).dt.strftime("%Y-%m-%d")
    home = rows.select("house_number", "street", "postcode", "city").with_columns(
        pl.when(pl.Series(random.random(records) < 0.6)).then(pl.all())
    )
    first_name = wrong.slip(random, wrong.nickname(random, rows["first_name"], 0.08), 0.04)
    return finish(
        random,
        pl.DataFrame(
            {
                "first_name": wrong.initial(random, first_name, 0.03),
                "last_name": wrong.slip(random, rows["last_name"], 0.04),
                "suffix": wrong.lose(random, rows["suffix"], 0.4),
                "birth_date": wrong.lose(random, dates, 0.5),
                "email": wrong.lose(random, rows["email"], 0.2),
                "phone": wrong.lose(random, respace(random, rows["phone"]), 0.4),
                **home.to_dict(),
                "cause": rows["cause"],
            }
        ),
        person,
    )


def _twins(people: pl.DataFrame, random: np.random.Generator) -> tuple[pl.DataFrame, pl.Series]:
    """In a fourth of the families with two children these were born on one day."""
    second = (people["role"].to_numpy() == 3) & (random.random(people.height) < 0.25)
    before = np.maximum(np.arange(people.height) - 1, 0)
    second &= people["role"].to_numpy()[before] == 2
    born = people["birth_date"].gather(np.where(second, before, np.arange(people.height)))
    is_twin = second | np.append(second[1:], False)
    return people.with_columns(born.alias("birth_date")), pl.Series(is_twin)
