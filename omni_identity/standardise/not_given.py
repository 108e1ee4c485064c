"""Columns in which nothing is given: most of a channel has, and each costs as much as a full one until it is known."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

Column = pl.Series | pl.DataFrame

_found: dict[tuple[object, ...], pl.DataFrame] = {}
"""The columns, without rows, that are made of nothing; by what makes them, of which columns and with which words."""


def standardise_given(
    standardise: Callable[..., pl.DataFrame], raw: Column, *rules: object
) -> pl.DataFrame:
    """Return ``standardise(raw, *rules)``; nulls without looking once that has made nothing of nothing before.

    A flag that nothing raises is null then instead of false. ``standardise`` treats a row for itself, and no rule
    but a text among ``rules`` says which columns there are, or makes anything of a null.
    """
    if not _is_nothing(raw):
        return standardise(raw, *rules)
    words = (word for word in rules if isinstance(word, str))
    names = (raw.name,) if isinstance(raw, pl.Series) else raw.columns
    key = (standardise, *names, None, *words)
    if key not in _found:
        made = standardise(raw, *rules)
        if not all(_is_unset(column) for column in made):
            return made
        _found[key] = made.clear()
    return _found[key].clear(len(raw))


def _is_nothing(raw: Column) -> bool:
    columns = [raw] if isinstance(raw, pl.Series) else raw.get_columns()
    return all(column.null_count() == len(column) for column in columns)


def _is_unset(column: pl.Series) -> bool:
    if column.dtype == pl.Boolean:
        return not column.any()
    return column.null_count() == len(column)
