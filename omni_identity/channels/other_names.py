"""Other names: columns that a file calls otherwise, brought under the name that the feed uses."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from omni_identity.channels.batches import RawBatch, source_column
from omni_identity.channels.feeds import Feed


def under_own_names(raw: RawBatch, feed: Feed) -> RawBatch:
    """The same rows with every column under its own name; of several that are there the first filled one.

    A column that is there under no name stays away.
    """
    rows = raw.rows
    for column in feed.other_names:
        names = [source_column(name) for name in feed.names_of(column)]
        there = [name for name in names if name in rows.columns]
        if there in ([], names[:1]):
            continue
        parts = [rows[name] for name in there]
        if len(parts) > 1:
            parts = [_filled(part) for part in parts]
        lists = any(isinstance(part.dtype, pl.List) for part in parts)
        if lists and len(parts) > 1:
            parts = [_as_lists(part) for part in parts]
        filled = pl.DataFrame([part.alias(str(i)) for i, part in enumerate(parts)])
        own = filled.select(pl.coalesce(pl.all())).to_series()
        rows = rows.with_columns(own.alias(names[0]))
    return replace(raw, rows=rows)


def _filled(values: pl.Series) -> pl.Series:
    """Null instead of blanks: an empty cell says nothing."""
    if isinstance(values.dtype, pl.List):
        return values
    is_blank = pl.col("v").str.strip_chars() == ""
    return values.to_frame("v").select(pl.when(~is_blank).then("v")).to_series()


def _as_lists(values: pl.Series) -> pl.Series:
    """Lists of one text each, null where there is none; lists as they are."""
    if isinstance(values.dtype, pl.List):
        return values
    one = pl.when(pl.col("v").is_not_null()).then(pl.concat_list("v"))
    return values.to_frame("v").select(one).to_series()
