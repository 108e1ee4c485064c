"""Work done once per distinct value: the value's results are joined back to every row that has it."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

_KEY = "@distinct"
_ROUNDS = 8


def on_distinct(raw: pl.Series, standardise: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """Apply ``standardise`` to the sorted distinct values of ``raw``; return one row per row of ``raw``.

    ``standardise`` gets a String series without nulls and returns as many rows. A null in ``raw``
    gives a row of nulls.
    """
    distinct = raw.drop_nulls().unique().sort().alias("raw")
    results = standardise(distinct).with_columns(distinct.alias(_KEY))
    rows = raw.alias(_KEY).to_frame()
    return rows.join(results, on=_KEY, how="left", maintain_order="left").drop(_KEY)


def map_where(text: pl.Series, mask: pl.Series, change: Callable[[str], str | None]) -> pl.Series:
    """Apply the Python function ``change`` to the distinct values of ``text`` where ``mask`` holds."""
    chosen = text.filter(mask.fill_null(False)).unique().sort()
    if chosen.is_empty():
        return text
    changed = pl.Series([change(value) for value in chosen.to_list()], dtype=pl.String)
    frame = text.alias("text").to_frame()
    changes = pl.DataFrame({"text": chosen, "changed": changed, "hit": True})
    joined = frame.join(changes, on="text", how="left", maintain_order="left")
    picked = joined.select(
        pl.when(pl.col("hit").fill_null(False)).then("changed").otherwise("text").alias(text.name)
    )
    return picked.to_series()


def on_rows(
    text: pl.Series, mask: pl.Series, change: Callable[[pl.Series], pl.Series]
) -> pl.Series:
    """Apply ``change`` to the rows of ``text`` where ``mask`` holds, keep the others, in order."""
    changed = on_frame_rows(text.to_frame(), mask, lambda f: change(f.to_series()).to_frame())
    return changed.to_series()


def on_frame_rows(
    frame: pl.DataFrame, mask: pl.Series, change: Callable[[pl.DataFrame], pl.DataFrame]
) -> pl.DataFrame:
    """Apply ``change`` to the rows of ``frame`` where ``mask`` holds, keep the others, in order.

    ``change`` returns as many rows with the same columns, whose names it may have lost.
    """
    hit = mask.fill_null(False)
    if not hit.any():
        return frame
    changed = change(frame.filter(hit))
    changed.columns = frame.columns
    order = pl.concat([hit.arg_true(), (~hit).arg_true()])
    return pl.concat([changed, frame.filter(~hit)])[order.arg_sort()]


def settle(text: pl.Series, change: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """Apply ``change`` until it changes nothing more; null where eight times are not enough.

    What one step uncovers (a placeholder behind a comma, encoding damage behind a symbol) is so
    found at once, not when the result is standardised again. Only values that moved are done again.
    """
    before, after = text, change(text)
    for _ in range(_ROUNDS):
        moved = after.is_not_null() & before.ne_missing(after)
        if not moved.any():
            return after
        before, after = after, on_rows(after, moved, change)
    return pl.select(pl.when(before.eq_missing(after)).then(after).alias(text.name)).to_series()
