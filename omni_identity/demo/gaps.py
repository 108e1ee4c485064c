"""Gaps and what is typed into them: blanks, placeholders, hurried guests."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from omni_identity.demo.capture import COMMON_CAUSES
from omni_identity.demo.randomness import Draw

NO_EMAIL = (
    "test@test.com",
    "noemail@store.com",
    "none@none.com",
    "n/a",
    "na@na.com",
    "no@email.com",
)
NO_PHONE = ("000-000-0000", "0000000000", "9999999999", "1234567890", "555-555-5555", "N/A")
NO_NAME = ("N/A", "Unknown", "Customer", "Test Test", "-", "NO NAME", "xxx")
NO_DATE = ("1900-01-01", "1970-01-01", "1111-11-11", "0000-00-00")


def blank(draw: Draw, frame: pl.DataFrame, shares: dict[str, float]) -> pl.DataFrame:
    """The frame with nulls in the given share of each column."""
    n = len(frame)
    return frame.with_columns(
        pl.when(pl.Series(~draw.chance(share, n))).then(pl.col(column)).alias(column)
        for column, share in shares.items()
    )


def pretend(
    draw: Draw, frame: pl.DataFrame, column: str, share: float, words: Sequence[str]
) -> pl.DataFrame:
    """Placeholders in a share of the column's gaps; the record's cause says so."""
    n = len(frame)
    filler = pl.Series(words).gather((draw.unit(n) ** 1.7 * len(words)).astype("int64"))
    hit = frame[column].is_null() & pl.Series(draw.chance(share, n))
    return frame.with_columns(
        pl.when(hit).then(filler).otherwise(pl.col(column)).alias(column),
        mark(hit, "placeholder"),
    )


def mark(rows: pl.Series, cause: str) -> pl.Expr:
    """The cause column with `cause` where rows have only a common one."""
    return (
        pl.when(rows & pl.col("cause").is_in(COMMON_CAUSES)).then(pl.lit(cause))
        .otherwise(pl.col("cause")).alias("cause")
    )  # fmt: skip


def empty_guests(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Guests leave nothing in the given columns; their cause is that."""
    return frame.with_columns(
        *(pl.when(~pl.col("guest")).then(pl.col(column)).alias(column) for column in columns),
        pl.when(pl.col("guest")).then(pl.lit("guest")).otherwise(pl.col("cause")).alias("cause"),
    )
