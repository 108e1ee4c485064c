"""Flag columns: which attribute of a row held a placeholder, and which held nothing usable."""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl

PLACEHOLDER, INVALID = "placeholder", "invalid"


def flag(kind: str, attribute: str) -> str:
    """Return the name of the Boolean column that flags ``attribute`` with ``kind``."""
    return f"{kind}:{attribute}"


def attribute_of_placeholder(column: str) -> str | None:
    """Return the attribute that a flag column of placeholders is about; None for other columns."""
    kind, _, attribute = column.partition(":")
    return attribute if kind == PLACEHOLDER and attribute else None


def flagged(frame: pl.DataFrame, kind: str, attributes: Iterable[str]) -> pl.Series:
    """Return per row the sorted names of the ``attributes`` flagged with ``kind`` (List(String))."""
    names = sorted(a for a in attributes if flag(kind, a) in frame.columns)
    hits = [n for n in names if frame[flag(kind, n)].any()]
    if not hits:
        return pl.Series(kind, [[]], dtype=pl.List(pl.String)).new_from_index(0, frame.height)
    words = [pl.when(pl.col(flag(kind, n)).fill_null(False)).then(pl.lit(n)) for n in hits]
    joined = pl.concat_str(words, separator=",", ignore_nulls=True)
    lists = (
        pl.when(joined == "")
        .then(pl.lit([], dtype=pl.List(pl.String)))
        .otherwise(joined.str.split(","))
    )
    return frame.select(lists.alias(kind)).to_series()
