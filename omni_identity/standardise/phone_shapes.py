"""Phone numbers that a pattern alone turns into E.164, exactly as the phonenumbers library would."""

from __future__ import annotations

import polars as pl

_NANP = ("US", "CA")
_PLAIN_CHARACTERS = r"^\+?[0-9 ().\-]+$"


def plain_numbers(raw: pl.DataFrame) -> pl.Series:
    """Return E.164 for the plain numbers of ``raw`` (``value``, ``country``); null for all others.

    Plain are ten digits that a North American number can have, with or without the leading one,
    written with nothing but spaces, dots, dashes and round brackets.
    """
    value = pl.col("value")
    packed = value.str.replace_all(r"[ ().\-]+", "")
    frame = raw.select(
        pl.when(value.str.contains(_PLAIN_CHARACTERS)).then(packed).alias("packed"),
        pl.col("country").is_in(_NANP).alias("american"),
    )
    packed = pl.col("packed")
    international = packed.str.extract(r"^\+1([2-9][0-9]{9})$", 1)
    national = packed.str.extract(r"^1?([2-9][0-9]{9})$", 1)
    local = pl.coalesce(international, pl.when("american").then(national))
    return frame.select(pl.concat_str(pl.lit("+1"), local).alias("plain")).to_series()
