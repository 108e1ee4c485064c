"""Mapped columns: the file's columns gathered under the canonical names, trimmed, unchanged."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from omni_identity.channels.batches import source_column

TEXTS = pl.List(pl.String)


def single(rows: pl.DataFrame, columns: Sequence[str]) -> pl.Expr:
    """One text: the non-empty values of the columns joined with a space; null when all are empty.

    A column that the file lacks is empty; a list's elements count as values.
    """
    parts = []
    for column in _there(rows, columns):
        value = pl.col(column)
        parts.append(_trimmed(value.list.join(" ") if _is_list(rows, column) else value))
    if not parts:
        return pl.lit(None, dtype=pl.String)
    if len(parts) == 1:
        return parts[0]
    return _trimmed(pl.concat_str(parts, separator=" ", ignore_nulls=True))


def many(rows: pl.DataFrame, columns: Sequence[str]) -> pl.Expr:
    """A list of texts: the non-empty values of the columns, in their order; null when all are."""
    there = _there(rows, columns)
    if not there:
        return pl.lit(None, dtype=TEXTS)
    lists = [
        pl.col(c).list.eval(_trimmed(pl.element())) if _is_list(rows, c) else _trimmed(pl.col(c))
        for c in there
    ]
    gathered = pl.concat_list(
        part if _is_list(rows, c) else pl.concat_list(part)
        for c, part in zip(there, lists, strict=True)
    ).list.drop_nulls()
    return pl.when(gathered.list.len() > 0).then(gathered)


def _is_list(rows: pl.DataFrame, column: str) -> bool:
    return isinstance(rows.schema[column], pl.List)


def _there(rows: pl.DataFrame, columns: Sequence[str]) -> list[str]:
    return [name for column in columns if (name := source_column(column)) in rows.columns]


def _trimmed(text: pl.Expr) -> pl.Expr:
    """Without the white space around it; null when nothing is left."""
    trimmed = text.str.strip_chars()
    return pl.when(trimmed != "").then(trimmed)
