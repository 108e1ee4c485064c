"""Row filters: the SQL expression of ``where``, and which rows of a file it is true for."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl
from polars.exceptions import PolarsError

NUMBERS = "Columns are text: write TRY_CAST(column AS DOUBLE) to compare one with a number."


def where(value: Any) -> Any:
    """An SQL expression that Polars understands and that is true or false of a row; ``ValueError`` else."""
    if not isinstance(value, str):
        return value
    expression = _parsed(value)
    names = columns_of_filter(value)
    if not names:
        raise ValueError(f"'{value}' names no column of the file")
    try:
        two_rows = pl.DataFrame({name: pl.Series([None, None], dtype=pl.String) for name in names})
        result = two_rows.select(expression)
    except PolarsError as error:
        raise ValueError(f"'{value}': {_first_line(error)}. {_hint(error)}".rstrip()) from None
    if result.dtypes != [pl.Boolean] or result.height != two_rows.height:
        raise ValueError(f"'{value}' must be true or false of a row, as status <> 'test' is")
    if "strict_cast" in str(expression):
        raise ValueError(
            f"'{value}': a CAST fails on the first text that is none; write TRY_CAST, which makes it null"
        )
    return value


def columns_of_filter(text: str | None) -> tuple[str, ...]:
    """The columns that a filter names, each once, in their order; none without a filter."""
    return () if text is None else tuple(dict.fromkeys(_parsed(text).meta.root_names()))


def rows_that_pass(texts: pl.DataFrame, text: str) -> pl.Series:
    """Whether the filter is true of each row of ``texts``, which has its columns; null counts as not."""
    return texts.select(_parsed(text).fill_null(False).alias("passes")).to_series()


@cache
def _parsed(text: str) -> pl.Expr:
    try:
        return pl.sql_expr(text)
    except PolarsError as error:
        raise ValueError(f"'{text}' is no SQL expression: {_first_line(error)}") from None


def _first_line(error: PolarsError) -> str:
    return str(error).strip().splitlines()[0].rstrip(".")


def _hint(error: PolarsError) -> str:
    said = str(error)
    if "string with numeric" in said or "String values in List" in said:
        return NUMBERS
    if "not found" in said.lower() or type(error).__name__ == "StructFieldNotFoundError":
        return "Put a name with a dot in quotes: \"via.channel\" = 'email'."
    return ""
