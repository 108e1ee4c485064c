"""Scripts and diacritics: any text as plain lower-case ASCII, for comparing only."""

from __future__ import annotations

import polars as pl
from anyascii import anyascii

from omni_identity.standardise.distinct import map_where, on_rows
from omni_identity.standardise.text import collapse

_LETTERS = {
    **{"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe"},
    **{"ı": "i", "ħ": "h", "ŋ": "n", "ŧ": "t", "ĸ": "k", "ŀ": "l", "ə": "e"},
    **{"’": "'", "‘": "'", "ʼ": "'", "ʹ": "'", "`": "'", "´": "'"},
}
_OTHER_SCRIPT = r"[^\p{Latin}\p{Common}\p{Inherited}]"
_NOT_ASCII = r"[^\x00-\x7f]"


def fold(text: pl.Series) -> pl.Series:
    """Return ``text`` in lower-case ASCII: diacritics dropped, other scripts transliterated."""
    return on_rows(text, text.str.contains(_NOT_ASCII), _folded).str.to_lowercase()


def _folded(text: pl.Series) -> pl.Series:
    latin = map_where(text, text.str.contains(_OTHER_SCRIPT), anyascii).str.to_lowercase()
    value = pl.col(text.name).str.normalize("NFKD").str.replace_all(r"\p{M}+", "")
    letters = value.str.replace_many(list(_LETTERS), list(_LETTERS.values()))
    folded = latin.to_frame().select(letters).to_series()
    return map_where(folded, folded.str.contains(_NOT_ASCII), anyascii)


def comparison_key(text: pl.Series) -> pl.Series:
    """Return the folded words of ``text``, single-spaced: apostrophes closed up, the rest is space."""
    words = pl.col(text.name).str.replace_all(r"'+", "").str.replace_all(r"[^a-z0-9]+", " ")
    return fold(text).to_frame().select(collapse(words)).to_series()
