"""Whether a text is one of the words that stand for "unknown"."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl

from omni_identity.model.placeholders import (
    AROUND_WORDS,
    NO_IDENTIFIERS,
    PLACEHOLDER_WORDS,
    UNFILLED,
)


def is_placeholder(text: pl.Expr, own: Collection[str] = ()) -> pl.Expr:
    """Return true where clean ``text`` is a placeholder word, a template's field or one of the user's ``own``."""
    words = PLACEHOLDER_WORDS | {" ".join(word.lower().split()) for word in own}
    return is_one_of(text.str.to_lowercase(), words) | text.str.contains(UNFILLED).fill_null(False)


def is_no_identifier(text: pl.Expr) -> pl.Expr:
    """Return true where clean ``text`` is what programs write where a code, device or handle is missing."""
    lower = text.str.to_lowercase()
    bare = lower.str.strip_chars(AROUND_WORDS)
    return is_one_of(lower, NO_IDENTIFIERS) | is_one_of(bare, NO_IDENTIFIERS | PLACEHOLDER_WORDS)


def is_one_of(text: pl.Expr, values: Collection[str]) -> pl.Expr:
    """Return whether ``text`` is among ``values``; false for null."""
    return text.is_in(sorted(values)).fill_null(False)
