"""Bytes to text, column by column, with the places that are no text."""

from __future__ import annotations

import polars as pl

_SMALL = 256


def decode(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """UTF-8 bytes as text, and a mask of what is none (null there).

    Invalid UTF-8 and NUL bytes (blocks that were never written) are no text. Null stays null.
    """
    text = _decoded(values)
    no_text = text.is_null() & values.is_not_null()
    nul = text.str.contains("\0", literal=True).fill_null(False)
    if nul.any():
        text = text.to_frame().select(pl.when(~nul).then(pl.first())).to_series()
    return text, no_text | nul


def _decoded(values: pl.Series) -> pl.Series:
    """Cast all at once; where that fails, halve, and look at single values only near the fault."""
    try:
        return values.cast(pl.String)
    except pl.exceptions.ComputeError:
        pass
    if len(values) <= _SMALL:
        return pl.Series(values.name, [_text_or_null(v) for v in values], dtype=pl.String)
    half = len(values) // 2
    return pl.concat([_decoded(values[:half]), _decoded(values[half:])])


def _text_or_null(value: bytes | None) -> str | None:
    try:
        return None if value is None else value.decode("utf-8")
    except UnicodeDecodeError:
        return None


def show(value: bytes) -> str:
    """Bytes for a person to look at: what is no text shows as replacement characters."""
    return value.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
