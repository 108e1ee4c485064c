"""Numbers as channels write them: 1234.5, 1.234,50, "EUR 12,50", 1 234."""

from __future__ import annotations

import polars as pl

LARGEST = 1e12
"""What is not smaller is a slip of the channel, and more than the sums of a retailer's figures have digits for."""


def parse_numbers(texts: pl.Series) -> pl.Series:
    """Text to ``Float64``; null where there is no number, or one of a trillion (10 to the 12th) or more.

    Currency signs and words around the figure are ignored. Where both separators occur, the last
    is the decimal one; a lone comma is, unless exactly three digits follow it; a lone point always
    is; a separator that occurs twice groups thousands.
    """
    parsed = texts.str.strip_chars().cast(pl.Float64, strict=False)
    parsed = _sensible(parsed)
    missing = texts.is_not_null() & parsed.is_null()
    if not missing.any():
        return parsed
    rest = texts.filter(missing).to_frame("t")
    figure = (
        pl.col("t")
        .str.replace_all(r"[\s'’_]", "")
        .str.replace_all("\N{MINUS SIGN}", "-", literal=True)
        .str.extract(r"^(?:[\p{L}\p{Sc}]*\.?)([-+]?[\p{L}\p{Sc}]*\d[\d.,]*)[\p{L}\p{Sc}%]*$")
        .str.replace_all(r"[\p{L}\p{Sc}]", "")
    )
    comma_last = pl.col("f").str.contains(r",\d*$") & (
        pl.col("f").str.contains(".", literal=True)
        | (~pl.col("f").str.contains(r"^[-+]?\d{1,3},\d{3}$") & ~pl.col("f").str.contains(",.*,"))
    )
    points_group = pl.col("f").str.contains(r"\..*\.")
    plain = (
        pl.when(comma_last)
        .then(
            pl.col("f")
            .str.replace_all(".", "", literal=True)
            .str.replace_all(",", ".", literal=True)
        )
        .when(points_group)
        .then(pl.col("f").str.replace_all(r"[.,]", ""))
        .otherwise(pl.col("f").str.replace_all(",", "", literal=True))
    )
    numbers = (
        rest.select(figure.alias("f")).select(plain.cast(pl.Float64, strict=False)).to_series()
    )
    return parsed.scatter(missing.arg_true(), _sensible(numbers))


def _sensible(numbers: pl.Series) -> pl.Series:
    return numbers.to_frame("n").select(pl.when(pl.col("n").abs() < LARGEST).then("n")).to_series()
