"""Codes: loyalty and account numbers, device IDs, and identifiers that a user declares."""

from __future__ import annotations

import polars as pl
from anyascii import anyascii

from omni_identity.standardise.distinct import map_where, settle
from omni_identity.standardise.text import clean_text

_NOT_ASCII = r"[^\x00-\x7f]"


def standardise_codes(raw: pl.Series) -> pl.Series:
    """Return capital ASCII letters and digits only; null when nothing is left.

    Letters of other scripts are transliterated; the ``.0`` that spreadsheets add is dropped.
    """
    text = _ascii(raw).str.to_uppercase().str.replace(r"^([0-9]+)\.0+$", "${1}")
    return _or_null(text.str.replace_all(r"[^A-Z0-9]+", ""))


def standardise_devices(raw: pl.Series) -> pl.Series:
    """Return device IDs in lower-case ASCII without white space, braces and separators, or null."""
    return settle(raw, _device)


def standardise_own(raw: pl.Series) -> pl.Series:
    """Return a user-declared identifier in capitals, without white space; null when empty."""
    return settle(raw, _own)


def _device(raw: pl.Series) -> pl.Series:
    return _or_null(_ascii(raw).str.to_lowercase().str.replace_all(r"[\s{};,|\x00-\x1f]+", ""))


def _own(raw: pl.Series) -> pl.Series:
    text = clean_text(raw).str.to_uppercase().str.normalize("NFC")
    return _or_null(text.str.replace_all(r"[\s;,|]+", ""))


def is_placeholder_code(value: pl.Expr) -> pl.Expr:
    """Return whether a standardised code is nothing but zeros (and the dashes of a zero UUID)."""
    return value.str.contains(r"^[0\-]+$").fill_null(False)


def _ascii(raw: pl.Series) -> pl.Series:
    return map_where(raw, raw.str.contains(_NOT_ASCII), anyascii)


def _or_null(text: pl.Series) -> pl.Series:
    value = pl.col(text.name)
    return text.to_frame().select(pl.when(value != "").then(value)).to_series()
