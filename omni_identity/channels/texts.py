"""Bytes to text, column by column, with the places that are no text."""

from __future__ import annotations

from functools import reduce
from operator import or_

import polars as pl

_SMALL = 256


def decode(values: pl.Series, may_hold_nul: bool = True) -> tuple[pl.Series, pl.Series | None]:
    """UTF-8 bytes as text, and a mask of what is none (null there); no mask when all is well.

    Invalid UTF-8 is no text, and neither is a value with a NUL (blocks that were never written).
    Null stays null. ``may_hold_nul``: false when the caller knows that there is no NUL, which
    saves the search.
    """
    text = _decoded(values)
    faults = [with_nul(text)] if may_hold_nul else []
    if text.null_count() > values.null_count():
        faults.append(text.is_null() & values.is_not_null())
    faulty = reduce(or_, faults) if faults else None
    if faulty is None or not faulty.any():
        return text, None
    return text.to_frame("t").select(pl.when(~faulty).then("t")).to_series(), faulty


def with_nul(texts: pl.Series) -> pl.Series:
    """A mask of the values with a NUL character."""
    return texts.str.contains("\0", literal=True).fill_null(False)


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


def is_utf_8(content: bytes) -> bool:
    """Whether bytes are valid UTF-8."""
    return content.isascii() or _text_or_null(content) is not None


def show(value: bytes) -> str:
    """Bytes for a person to look at: what is no text shows as replacement characters."""
    return value.decode("utf-8", "replace").replace("\0", "\N{REPLACEMENT CHARACTER}")
