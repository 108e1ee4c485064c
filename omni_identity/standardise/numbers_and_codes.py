"""Codes: loyalty and account numbers, device IDs, and identifiers that a user declares."""

from __future__ import annotations

import polars as pl
from anyascii import anyascii

from omni_identity.standardise.cells import bare_value, fold_characters
from omni_identity.standardise.distinct import map_where, on_rows, settle
from omni_identity.standardise.text import clean_text

_NOT_ASCII = r"[^\x00-\x7f]"
_UUID = r"(?i)^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
_LETTER_DIGIT, _DIGIT_LETTER = r"([A-Za-z])[^A-Za-z0-9]+([0-9])", r"([0-9])[^A-Za-z0-9]+([A-Za-z])"
_IN_GROUPS = "|".join(
    rf"[A-Za-z]{{0,3}}(?:[A-Za-z0-9]{{{n}}}-)+[A-Za-z0-9]{{3,{n}}}" for n in range(3, 9)
)
_SALESFORCE = r"^(?:00[0-9A-Za-z]|[5-8]0[0-9]|a[0-9A-Za-z]{2})[0-9A-Za-z]{12}$"
_CHECK_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


def standardise_codes(raw: pl.Series, is_case_sensitive: bool = False) -> pl.Series:
    """Return capital ASCII letters and digits; null when nothing is left.

    Letters of other scripts are transliterated; what spreadsheets add is dropped, and so is what only
    arranges a code: blanks, what stands around it or between letters and digits, and what parts it into
    groups of three and more of one length (``6014-3500-1234-567``). Other punctuation is a dash, since
    ``12-34`` and ``123-4`` are two codes. A Salesforce ID of 15 characters, which differs from others by
    case alone, becomes the one of 18 that says the same in capitals. ``is_case_sensitive``: letters stay.
    """
    text = bare_value(_ascii(raw))
    if not is_case_sensitive:
        text = map_where(text, text.str.contains(_SALESFORCE), _caseless_salesforce_id)
        text = text.str.to_uppercase()
    text = text.str.replace_all(r"\s+", "")
    text = on_rows(text, text.str.contains("[^A-Za-z0-9]"), _without_arrangement)
    return _or_null(text)


def standardise_devices(raw: pl.Series, is_case_sensitive: bool = False) -> pl.Series:
    """Return device IDs in lower-case ASCII without white space, braces and separators, or null."""
    return settle(raw, lambda text: _device(text, is_case_sensitive))


def standardise_own(raw: pl.Series, is_case_sensitive: bool = False) -> pl.Series:
    """Return a user-declared identifier in capitals, without white space; null when empty."""
    return settle(raw, lambda text: _own(text, is_case_sensitive))


def _device(raw: pl.Series, is_case_sensitive: bool) -> pl.Series:
    text = bare_value(_ascii(raw))
    text = text if is_case_sensitive else text.str.to_lowercase()
    return _or_null(text.str.replace_all(r"[\s{};,|\x00-\x1f]+", ""))


def _own(raw: pl.Series, is_case_sensitive: bool) -> pl.Series:
    text = on_rows(clean_text(raw), raw.str.contains(_NOT_ASCII), fold_characters)
    text = bare_value(text)
    text = text if is_case_sensitive else text.str.to_uppercase()
    return _or_null(text.str.normalize("NFC").str.replace_all(r"[\s;,|]+", ""))


def is_placeholder_code(value: pl.Expr) -> pl.Expr:
    """Return whether a standardised code is nothing but zeros (and the dashes of a zero UUID)."""
    return value.str.contains(r"^[0\-]+$").fill_null(False)


def _without_arrangement(text: pl.Series) -> pl.Series:
    """Codes without the punctuation that says nothing, the rest of it as single dashes."""
    text = text.str.replace_all(r"^[^A-Za-z0-9]+|[^A-Za-z0-9]+$", "")
    text = on_rows(text, text.str.contains(_UUID), lambda part: part.str.replace_all("-", ""))
    for _ in range(2):  # the second time for a letter or a digit alone between two others
        text = text.str.replace_all(_LETTER_DIGIT, "${1}${2}")
        text = text.str.replace_all(_DIGIT_LETTER, "${1}${2}")
    text = text.str.replace_all(r"[^A-Za-z0-9]+", "-")
    is_grouped = text.str.contains(rf"^(?:{_IN_GROUPS})$")
    return on_rows(text, is_grouped, lambda part: part.str.replace_all("-", ""))


def _caseless_salesforce_id(text: str) -> str:
    """Salesforce's own form of 18 characters: three more say which of the letters are capitals."""
    if text.isdigit() or text.upper() == text:
        return text
    checks = ""
    for start in (0, 5, 10):
        bits = sum(1 << i for i, c in enumerate(text[start : start + 5]) if "A" <= c <= "Z")
        checks += _CHECK_LETTERS[bits]
    return text + checks


def _ascii(raw: pl.Series) -> pl.Series:
    return map_where(raw, raw.str.contains(_NOT_ASCII), anyascii)


def _or_null(text: pl.Series) -> pl.Series:
    value = pl.col(text.name)
    return text.to_frame().select(pl.when(value != "").then(value)).to_series()
