"""Codes: loyalty and account numbers, device IDs, and identifiers that a user declares."""

from __future__ import annotations

import polars as pl
from anyascii import anyascii

from omni_identity.standardise.cells import bare_value, fold_characters
from omni_identity.standardise.distinct import map_where, on_rows, settle
from omni_identity.standardise.text import clean_text

_NOT_ASCII = r"[^\x00-\x7f]"


def standardise_codes(raw: pl.Series) -> pl.Series:
    """Return capital ASCII letters and digits only; null when nothing is left.

    Letters of other scripts are transliterated; what spreadsheets add is dropped.
    """
    text = bare_value(_ascii(raw)).str.to_uppercase()
    return _or_null(text.str.replace_all(r"[^A-Z0-9]+", ""))


def standardise_devices(raw: pl.Series) -> pl.Series:
    """Return device IDs in lower-case ASCII without white space, braces and separators, or null."""
    return settle(raw, _device)


def standardise_own(raw: pl.Series) -> pl.Series:
    """Return a user-declared identifier in capitals, without white space; null when empty."""
    return settle(raw, _own)


def _device(raw: pl.Series) -> pl.Series:
    text = bare_value(_ascii(raw))
    return _or_null(text.str.to_lowercase().str.replace_all(r"[\s{};,|\x00-\x1f]+", ""))


def _own(raw: pl.Series) -> pl.Series:
    text = on_rows(clean_text(raw), raw.str.contains(_NOT_ASCII), fold_characters)
    text = bare_value(text).str.to_uppercase().str.normalize("NFC")
    return _or_null(text.str.replace_all(r"[\s;,|]+", ""))


def is_placeholder_code(value: pl.Expr) -> pl.Expr:
    """Return whether a standardised code is nothing but zeros (and the dashes of a zero UUID)."""
    return value.str.contains(r"^[0\-]+$").fill_null(False)


def _ascii(raw: pl.Series) -> pl.Series:
    return map_where(raw, raw.str.contains(_NOT_ASCII), anyascii)


def _or_null(text: pl.Series) -> pl.Series:
    value = pl.col(text.name)
    return text.to_frame().select(pl.when(value != "").then(value)).to_series()
