"""E-mail addresses, telephone numbers and profile links made from people's names."""

from __future__ import annotations

import polars as pl

from benchmarks.accuracy.generated.words import Random, weigh

MAIL_HOSTS = weigh(
    {"gmail.com": 40, "yahoo.com": 15, "hotmail.com": 14, "outlook.com": 9, "icloud.com": 7,
     "aol.com": 4, "btinternet.com": 4, "gmx.net": 4, "live.co.uk": 3}
)  # fmt: skip


def ascii_word(words: pl.Series) -> pl.Series:
    """Letters of a name as an address has them."""
    plain = words.str.normalize("NFKD").str.to_lowercase()
    return plain.str.replace_all("ß", "ss").str.replace_all(r"[^a-z]", "")


def emails(random: Random, people: pl.DataFrame, hosts: pl.Series | None = None) -> pl.Series:
    """An address a person, made from first_name, last_name and the year of birth_date, at ``hosts``."""
    count = people.height
    first, last = ascii_word(people["first_name"]), ascii_word(people["last_name"])
    year = people["birth_date"].dt.year().cast(pl.String)
    number = pl.Series(random.integers(1, 1000, count)).cast(pl.String)
    styles = [
        first + "." + last,
        first.str.slice(0, 1) + last,
        first + last + year.str.slice(2),
        first + "_" + last + number,
        last + "." + first,
        first + number,
        first.str.slice(0, 1) + "." + last + number,
    ]
    style = pl.Series(random.integers(0, len(styles), count))
    frame = pl.DataFrame({"style": style, **{str(i): s for i, s in enumerate(styles)}})
    local = frame.select(
        pl.coalesce(pl.when(pl.col("style") == i).then(str(i)) for i in range(len(styles)))
    ).to_series()
    return local + "@" + (MAIL_HOSTS.draw(random, count) if hosts is None else hosts)


def phones(random: Random, count: int, start: str = "07") -> pl.Series:
    """British numbers of eleven digits, none of them twice but by accident."""
    digits = 11 - len(start)
    return start + pl.Series(random.integers(0, 10**digits, count)).cast(pl.String).str.zfill(
        digits
    )


def respace(random: Random, numbers: pl.Series) -> pl.Series:
    """Numbers as people write them: bare, in groups, or with the country's code."""
    style = pl.Series(random.integers(0, 3, len(numbers)))
    grouped = numbers.str.slice(0, 5) + " " + numbers.str.slice(5)
    abroad = "+44 " + numbers.str.slice(1)
    return numbers.zip_with(style == 0, grouped.zip_with(style == 1, abroad))
