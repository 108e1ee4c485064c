"""Phone numbers: valid ones of several countries, and the ways channels write them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from omni_identity.demo.randomness import Draw, Ints

_ABROAD: dict[str, tuple[str, tuple[str, ...], int]] = {
    "DE": ("49", ("151", "160", "171", "175", "176"), 11),
    "GB": ("44", ("7700", "7701", "7771", "7890"), 10),
    "MX": ("52", ("55", "33", "81"), 10),
    "PL": ("48", ("501", "601", "692", "788"), 9),
    "IT": ("39", ("333", "347", "320"), 10),
    "BR": ("55", ("11987", "21987", "31987"), 11),
    "VN": ("84", ("90", "91", "98"), 9),
    "IN": ("91", ("98", "99", "97"), 10),
    "RU": ("7", ("903", "916", "926"), 10),
    "GR": ("30", ("694", "697"), 10),
    "JP": ("81", ("901", "802", "903"), 10),
    "CN": ("86", ("138", "139", "186"), 11),
    "AE": ("971", ("50", "55"), 9),
}
"""Calling code, leading digits and length of national mobile numbers; the test checks them."""
_HOME = {
    "es_MX": "MX", "de_DE": "DE", "pl_PL": "PL", "it_IT": "IT", "pt_BR": "BR", "vi_VN": "VN",
    "en_IN": "IN", "ru_RU": "RU", "el_GR": "GR", "ja_JP": "JP", "zh_CN": "CN", "ar_AA": "AE",
}  # fmt: skip
_CANADA = (416, 514, 604, 403, 613, 902)
_STYLES = (
    "({a}) {b}-{c}",
    "{a}-{b}-{c}",
    "{a}{b}{c}",
    "+1{a}{b}{c}",
    "1 {a} {b} {c}",
    "{a}.{b}.{c}",
)


def home_country(locales: Sequence[str]) -> list[str]:
    """The country whose number a person of each locale may have kept; US where none."""
    return [_HOME.get(locale, "US") for locale in locales]


def draw_phones(draw: Draw, area: Ints, country: pl.Series) -> pl.Series:
    """Valid numbers as 'calling code|national number'.

    `area` is the area code for North America, `country` the country of each number.
    """
    n = len(area)
    moved = draw.chance(0.15, n)
    area = np.where(moved, draw.rng.permutation(area), area)
    exchange = draw.whole(2, 10, n) * 100 + draw.whole(0, 100, n)
    # N11 codes are services, 555 is fiction, and 9-5-0 and 9-7-6 are not subscribers'.
    odd = (exchange % 100 == 11) | np.isin(exchange, (555, 950, 958, 959, 976))
    exchange = np.where(odd, exchange - 1 - (exchange == 959) * 2, exchange)
    national = area * 10_000_000 + exchange * 10_000 + draw.whole(0, 10_000, n)
    here = country.is_in(["US", "CA"])
    digits = pl.Series(national).cast(pl.String)
    canadian = pl.Series([str(code) for code in _CANADA]).gather(draw.whole(0, len(_CANADA), n))
    digits = _choose(country == "CA", canadian + digits.str.slice(3), digits)
    numbers = pl.Series(["1|"]).gather(np.zeros(n, dtype=np.int64)) + digits
    foreign = pl.Series(draw.whole(0, 10**9, n)).cast(pl.String).str.zfill(9)
    for code, (calling, starts, length) in _ABROAD.items():
        start = pl.Series(starts).gather(draw.whole(0, len(starts), n))
        text = pl.DataFrame({"s": start, "f": foreign}).select(
            pl.lit(f"{calling}|") + (pl.col("s") + pl.col("f")).str.slice(0, length)
        )
        numbers = _choose((country == code) & ~here, text.to_series(), numbers)
    return numbers


def _choose(condition: pl.Series, then: pl.Series, otherwise: pl.Series) -> pl.Series:
    return pl.select(pl.when(condition).then(then).otherwise(otherwise)).to_series()


def format_phones(draw: Draw, numbers: pl.Series, styles: Sequence[float]) -> pl.Series:
    """Numbers as people and tills write them; `styles` weighs (415) 555-0123, 415-555-0123,
    4155550123, +14155550123, 1 415 555 0123 and 415.555.0123. Null stays null."""
    n = len(numbers)
    frame = pl.DataFrame(
        {"p": numbers, "style": draw.index(styles, n), "zeros": draw.chance(0.3, n)}
    )
    national = pl.col("p").str.split_exact("|", 1).struct.field("field_1")
    calling = pl.col("p").str.split_exact("|", 1).struct.field("field_0")
    parts = {
        "a": national.str.slice(0, 3),
        "b": national.str.slice(3, 3),
        "c": national.str.slice(6),
    }
    american = pl.lit(None, dtype=pl.String)
    for at, style in enumerate(_STYLES):
        pattern = style.format(a="{}", b="{}", c="{}")
        american = (
            pl.when(pl.col("style") == at)
            .then(pl.format(pattern, *parts.values()))
            .otherwise(american)
        )
    spaced = pl.format("+{} {} {}", calling, national.str.slice(0, 3), national.str.slice(3))
    abroad = (
        pl.when(pl.col("zeros")).then(pl.format("00{}{}", calling, national))
        .when(pl.col("style") == 2).then(pl.format("+{}{}", calling, national))
        .otherwise(spaced)
    )  # fmt: skip
    return frame.select(
        pl.when(calling == "1").then(american).otherwise(abroad).alias("p")
    ).to_series()


def international(numbers: pl.Series, prefix: str = "+") -> pl.Series:
    """Numbers as calling code and national number in one, behind a prefix. Null stays null."""
    return (
        pl.DataFrame({"p": numbers})
        .select(pl.lit(prefix) + pl.col("p").str.replace("|", "", literal=True))
        .to_series()
    )
