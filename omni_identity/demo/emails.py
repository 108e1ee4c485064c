"""E-mail addresses and social handles, made from names the way people make them."""

from __future__ import annotations

import numpy as np
import polars as pl

from omni_identity.demo.randomness import Draw, Flags, Ints

_DOMAINS = {
    "gmail.com": 42.0, "yahoo.com": 14.0, "hotmail.com": 8.0, "outlook.com": 7.0, "icloud.com": 9.0,
    "aol.com": 4.5, "comcast.net": 2.5, "proton.me": 2.0, "live.com": 2.0, "att.net": 1.5,
    "verizon.net": 1.5, "msn.com": 1.5, "googlemail.com": 0.7,
}  # fmt: skip
_LOCAL_DOMAINS = {
    "de_DE": ("gmx.de", "web.de"), "pl_PL": ("wp.pl", "onet.pl"), "ru_RU": ("mail.ru", "yandex.ru"),
    "zh_CN": ("qq.com", "163.com"), "ja_JP": ("docomo.ne.jp", "yahoo.co.jp"),
    "it_IT": ("libero.it", "alice.it"), "pt_BR": ("uol.com.br", "terra.com.br"),
    "fr_CA": ("videotron.ca", "sympatico.ca"), "es_MX": ("hotmail.es", "yahoo.com.mx"),
}  # fmt: skip
_FANCY = [
    "blue",
    "red",
    "happy",
    "lucky",
    "sunny",
    "crazy",
    "silver",
    "golden",
    "dark",
    "sweet",
    "wild",
    "quiet",
    "magic",
    "super",
    "little",
    "big",
    "tiny",
    "pixel",
    "cosmic",
    "urban",
    "retro",
    "salty",
    "mellow",
    "rusty",
    "velvet",
]
_BEASTS = [
    "fox",
    "wolf",
    "cat",
    "tiger",
    "panda",
    "dragon",
    "rider",
    "runner",
    "gamer",
    "mama",
    "dad",
    "chef",
    "surfer",
    "star",
    "moon",
    "girl",
    "boy",
    "ninja",
    "bunny",
    "knight",
    "eagle",
    "yogi",
    "reader",
    "gardener",
    "baker",
    "hiker",
]
_PATTERNS = {
    "{given}.{family}": 24, "{given}{family}": 15, "{initial}{family}": 15, "{family}.{given}": 6,
    "{given}_{family}": 5, "{given}": 9, "{given}.{middle}.{family}": 3, "{family}": 4,
    "{fancy}{beast}": 9, "{given}{beast}": 3, "{initial}.{family}": 4, "{family}{initial}": 3,
}  # fmt: skip
_HANDLES = {
    "{given}.{family}": 15, "{given}_{family}": 15, "{given}{family}": 12, "{fancy}{beast}": 18,
    "{given}_{beast}": 9, "_{given}": 8, "the{given}": 4, "{given}.{short}": 15,
    "{family}_{given}": 4,
}  # fmt: skip


class Taken:
    """What has been given away so far: a mailbox or a handle belongs to one person only.

    A bitmap of hashes, so that ten million customers need little memory; now and then it takes
    a free word for taken, which costs that person's address a digit more.
    """

    def __init__(self, expected: int) -> None:
        """Nothing is taken at first; `expected` words will be."""
        size = 1 << max(16, (expected * 48).bit_length())
        self._mask = np.uint64(size - 1)
        self._bits = np.zeros(size // 8, dtype=np.uint8)

    def claim(self, words: pl.Series) -> Flags:
        """True for the words that are new, which become taken; a repeat within is not new."""
        hashed = words.hash(seed=11).to_numpy() & self._mask
        byte = (hashed >> np.uint64(3)).astype(np.int64)
        bit = (1 << (hashed & np.uint64(7)).astype(np.uint8)).astype(np.uint8)
        first = np.zeros(len(words), dtype=np.bool_)
        first[np.unique(hashed, return_index=True)[1]] = True
        fresh: Flags = first & (self._bits[byte] & bit == 0)
        np.bitwise_or.at(self._bits, byte[fresh], bit[fresh])
        return fresh


def plain_words(names: pl.Series) -> pl.Series:
    """Latin names as they appear in addresses: lower case letters only."""
    folded = names.str.replace_many(["ł", "Ł", "ß", "ø", "đ", "Đ"], ["l", "l", "ss", "o", "d", "d"])
    return folded.str.normalize("NFKD").str.to_lowercase().str.replace_all("[^a-z]", "")


def _fill(patterns: dict[str, float] | dict[str, int], which: Ints) -> pl.Expr:
    chosen = pl.lit(None, dtype=pl.String)
    for at, pattern in enumerate(patterns):
        columns = [part.split("}")[0] for part in pattern.split("{")[1:]]
        blank = pattern
        for column in columns:
            blank = blank.replace("{" + column + "}", "{}")
        text = pl.format(blank, *[pl.col(column) for column in columns])
        chosen = pl.when(pl.Series(which == at)).then(text).otherwise(chosen)
    return chosen


def local_parts(draw: Draw, names: pl.DataFrame) -> pl.Series:
    """The part before the @ for rows of given, middle, family (plain words), year of birth and
    namesake (a flag)."""
    n = len(names)
    words = _with_fancy(draw, names)
    which = draw.index(list(_PATTERNS.values()), n)
    # Namesakes think alike: only the digits tell their addresses apart.
    which = np.where(names["namesake"].to_numpy() & draw.chance(0.6, n), 0, which)
    stem = words.select(_fill(_PATTERNS, which).alias("stem")).to_series()
    year = names["year"].to_numpy()
    kind = draw.index([0.36, 0.17, 0.12, 0.2, 0.15], n)
    digits = np.select(
        [kind == 1, kind == 2, kind == 3],
        [year % 100, year, draw.whole(1, 100, n)],
        draw.whole(1, 1000, n),
    )
    tail = pl.Series(digits).cast(pl.String)
    # A bare given or family name was taken long ago.
    bare = (kind == 0) & ~np.isin(which, [5, 7])
    return pl.select(pl.when(pl.Series(bare)).then(stem).otherwise(stem + tail)).to_series()


def domains(draw: Draw, locale: pl.Series) -> pl.Series:
    """Mail providers, partly of the country the name comes from."""
    n = len(locale)
    chosen = draw.words(_DOMAINS, n)
    local = draw.chance(0.3, n)
    which = draw.whole(0, 2, n)
    for code, pair in _LOCAL_DOMAINS.items():
        here = (locale == code) & pl.Series(local)
        chosen = pl.select(
            pl.when(here).then(pl.Series(pair).gather(which)).otherwise(chosen)
        ).to_series()
    return chosen


def draw_emails(draw: Draw, names: pl.DataFrame, taken: Taken) -> pl.Series:
    """An address of one's own for each row of given, middle, family, year, locale, namesake."""
    stem, domain = local_parts(draw, names), domains(draw, names["locale"])
    return settle(draw, stem, domain, taken)


def settle(draw: Draw, stem: pl.Series, domain: pl.Series, taken: Taken) -> pl.Series:
    """Addresses, with digits added where the mailbox already is somebody's."""
    frame = pl.DataFrame({"stem": stem, "domain": domain})
    emails = frame.select(pl.format("{}@{}", "stem", "domain")).to_series()
    fresh = taken.claim(emails)
    for width in (100, 10_000, 10_000_000):
        late = np.flatnonzero(~fresh)
        if not len(late):
            break
        digits = pl.Series(draw.whole(1, width, len(late))).cast(pl.String)
        again = frame[late].with_columns(digits.alias("digits"))
        retry = again.select(pl.format("{}{}@{}", "stem", "digits", "domain")).to_series()
        emails = emails.scatter(late, retry)
        fresh[late] = taken.claim(retry)
    return emails


def draw_handles(draw: Draw, names: pl.DataFrame, taken: Taken) -> pl.Series:
    """A social handle of one's own for each row, without the @."""
    n = len(names)
    words = _with_fancy(draw, names).with_columns(pl.col("family").str.slice(0, 3).alias("short"))
    stem = words.select(_fill(_HANDLES, draw.index(list(_HANDLES.values()), n))).to_series()
    number = pl.Series(draw.whole(1, 1000, n)).cast(pl.String)
    numbered = pl.Series(draw.chance(0.6, n))
    handle = pl.select(pl.when(numbered).then(stem + number).otherwise(stem)).to_series()
    late = np.flatnonzero(~taken.claim(handle))
    tail = pl.Series(draw.whole(1000, 10_000_000, len(late))).cast(pl.String)
    return handle.scatter(late, handle.gather(late) + tail)


def _with_fancy(draw: Draw, names: pl.DataFrame) -> pl.DataFrame:
    n = len(names)
    return names.with_columns(
        pl.Series("fancy", _FANCY).gather(draw.whole(0, len(_FANCY), n)),
        pl.Series("beast", _BEASTS).gather(draw.whole(0, len(_BEASTS), n)),
        pl.col("given").str.slice(0, 1).alias("initial"),
        pl.when(pl.col("middle").str.len_chars() > 0)
        .then(pl.col("middle").str.slice(0, 1)).otherwise(pl.lit("x")).alias("middle"),
    )  # fmt: skip


def vary_email(draw: Draw, emails: pl.Series, fiddly: float) -> pl.Series:
    """The same mailbox written another way, in a share `fiddly`: capitals, dots and tags that
    the provider ignores, blanks around. Null stays null."""
    n = len(emails)
    kind = np.where(draw.chance(fiddly, n), draw.index([0.4, 0.25, 0.2, 0.15], n), 9)
    frame = pl.DataFrame({"e": emails, "kind": kind})
    local = pl.col("e").str.split_exact("@", 1).struct.field("field_0")
    domain = pl.col("e").str.split_exact("@", 1).struct.field("field_1")
    gmail = pl.col("e").str.ends_with("@gmail.com")
    return frame.select(
        pl.when(pl.col("kind") == 0)
        .then(pl.col("e").str.to_uppercase())
        .when((pl.col("kind") == 1) & gmail)
        .then(pl.format("{}+shop@{}", local, domain))
        .when((pl.col("kind") == 2) & gmail)
        .then(
            pl.format("{}.{}@{}", local.str.slice(0, 3), local.str.slice(3), domain)
            .str.replace_all("..", ".", literal=True)
            .str.replace(".@", "@", literal=True)
        )
        .when(pl.col("kind") == 3)
        .then(pl.format(" {} ", "e"))
        .otherwise(pl.col("e"))
        .alias("e")
    ).to_series()
