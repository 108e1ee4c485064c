"""Numbers as channels write them: 1234.5, 1.234,50, "EUR 12,50", 1 234, (12.50), 1,234.50-, 12.50 CR."""

from __future__ import annotations

import polars as pl

LARGEST = 1e12
"""What is not smaller is a slip of the channel, and more than the sums of a retailer's figures have digits for."""

_SPACE = r"[\s'’‘`´_]"
_MINUS = r"[\x{2010}-\x{2015}\x{2212}]"
_WHOLE = r"[.,]-{1,2}(\D*)$"
"""``12,-`` and ``12.--``: no cents."""
_CREDIT_WORD = (
    r"(?:cr|credit|crédit|refund(?:ed)?|gutschrift|haben|avoir|abono|reembolso|rimborso|zwrot)"
)
_CREDIT = rf"(?i)(?:^|[\d\s\p{{Sc}}]){_CREDIT_WORD}(?:[\d\s\p{{Sc}}.:]|$)"
_CREDIT_LETTER = r"[.,]\d\d\s?[CH]$"
_WORD = r"[\p{L}\p{Sc}]"
_FIGURE = rf"^(?:{_WORD}*\.?[/:]?\.?)([-+]?{_WORD}*\d[\d.,]*?){_WORD}*%?\.?$"
_SCALED = r"(?i)\d\s?(?:k|m|mn|mio|mln|mrd|bn|tsd|lakh|lac|crore)\.?$"
"""``1.2K`` is not 1.2; how much it is exactly, nobody says."""
_TWO_NUMBERS = r"\d\s\d{1,2}(?:\D|$)|\d\s\d{4}|[.,][.,]"
_CENTS_BEHIND_SIGN = r"^([-+]?\d+)\p{Sc}(\d{2})$"


def parse_numbers(texts: pl.Series) -> pl.Series:
    """Text to ``Float64``; null where there is no number, or one of a trillion (10 to the 12th) or more.

    Currency signs and words around the figure are ignored. A minus may stand behind, figures in
    brackets are negative, and so is what is called a credit or refund ("12.50 CR", "12,50 H").
    Where both separators occur, the last is the decimal one; a lone comma is, unless exactly three
    digits follow it and no zero leads; a lone point always is; a separator that occurs twice groups
    thousands. "1.2K", "12 50" and "5-10" are no numbers.
    """
    if texts.null_count() == len(texts):
        return texts.cast(pl.Float64)
    parsed = _sensible(texts.str.strip_chars().cast(pl.Float64, strict=False))
    missing = texts.is_not_null() & parsed.is_null()
    if not missing.any():
        return parsed
    rest = texts.filter(missing)
    distinct = rest.unique()
    numbers = rest.replace_strict(distinct, _written(distinct), return_dtype=pl.Float64)
    return parsed.scatter(missing.arg_true(), numbers)


def _written(texts: pl.Series) -> pl.Series:
    """Numbers that are more than digits and a point, of distinct texts without null."""
    value = pl.col("t").str.replace_all(_MINUS, "-").str.strip_chars()
    tidy = texts.alias("t").to_frame().with_columns(pl.col("t").str.normalize("NFKC"))
    tidy = tidy.with_columns(value).with_columns(
        pl.col("t").str.contains(r"^[^\d]*\(.*\d.*\)[^\d]*$").alias("is_bracketed"),
        (pl.col("t").str.contains(_CREDIT) | pl.col("t").str.contains(_CREDIT_LETTER)).alias(
            "is_credit"
        ),
        (pl.col("t").str.contains(_SCALED) | pl.col("t").str.contains(_TWO_NUMBERS)).alias(
            "is_unclear"
        ),
        pl.col("t").str.replace_all(r"[()]", "").str.replace_all(_SPACE, "").alias("f"),
    )
    figure = pl.col("f").str.replace(_WHOLE, "${1}").str.replace(_CENTS_BEHIND_SIGN, "${1}.${2}")
    # a sign behind the figure, before or behind its currency
    tidy = tidy.with_columns(figure).with_columns(
        pl.col("f").str.contains(rf"\d{_WORD}*-{_WORD}*\.?$").alias("is_minus_behind"),
        pl.col("f").str.replace(rf"(\d{_WORD}*)[-+]({_WORD}*\.?)$", "${1}${2}"),
    )
    bare = pl.col("f").str.extract(_FIGURE, 1).str.replace_all(_WORD, "")
    tidy = tidy.with_columns(pl.when(~pl.col("is_unclear")).then(bare).alias("f"))
    number = _plain(pl.col("f")).cast(pl.Float64, strict=False)
    is_negative = pl.any_horizontal("is_bracketed", "is_credit", "is_minus_behind")
    signed = pl.when(is_negative).then(-number.abs()).otherwise(number)
    return _sensible(tidy.select(signed.alias("n")).to_series())


def _plain(figure: pl.Expr) -> pl.Expr:
    """A figure with one point for its decimals and nothing for its thousands."""
    is_grouped_by_comma = figure.str.contains(r"^[-+]?[1-9]\d{0,2},\d{3}$")
    comma_last = figure.str.contains(r",\d*$") & (
        figure.str.contains(".", literal=True)
        | (~is_grouped_by_comma & ~figure.str.contains(",.*,"))
    )
    points_group = figure.str.contains(r"\..*\.")
    return (
        pl.when(comma_last)
        .then(figure.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True))
        .when(points_group)
        .then(figure.str.replace_all(r"[.,]", ""))
        .otherwise(figure.str.replace_all(",", "", literal=True))
    )


def _sensible(numbers: pl.Series) -> pl.Series:
    return numbers.to_frame("n").select(pl.when(pl.col("n").abs() < LARGEST).then("n")).to_series()
