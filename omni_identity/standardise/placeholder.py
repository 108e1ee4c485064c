"""Whether a text is one of the words that stand for "unknown"."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from omni_identity.model.placeholders import PLACEHOLDER_WORDS


def is_placeholder(text: pl.Expr, own: Collection[str] = ()) -> pl.Expr:
    """Return true where clean ``text`` is a placeholder word or one of the user's ``own`` values."""
    words = PLACEHOLDER_WORDS | {" ".join(word.lower().split()) for word in own}
    return is_one_of(text.str.to_lowercase(), words)


def is_one_of(text: pl.Expr, values: Collection[str]) -> pl.Expr:
    """Return whether ``text`` is among ``values``; false for null."""
    return text.is_in(sorted(values)).fill_null(False)
