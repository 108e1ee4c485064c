"""Clean text: one Unicode form, no invisible characters, single spaces, encoding damage repaired."""

from __future__ import annotations

import re
import unicodedata

import polars as pl

from omni_identity.standardise.distinct import map_where, on_rows

_CP1252_HIGH = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
MOJIBAKE = rf"[\u{{C2}}-\u{{F4}}][\u{{80}}-\u{{BF}}{_CP1252_HIGH}]"
"""A UTF-8 lead byte and a continuation byte, both read as Windows-1252 (``Ã¼`` for ``ü``)."""

# format characters (direction marks, zero-width, soft hyphen) and controls that are no white space;
# C1 controls stay at first: they may be halves of a damaged letter
_INVISIBLE = r"[\p{Cf}\x00-\x08\x0e-\x1b\x7f]+"
_C1 = r"[\x{80}-\x{84}\x{86}-\x{9f}]+"
_INVISIBLE_PY = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]+")


_GUARD = r"""^\s*=\s*"([^"]*)"\s*$|^\s*'([A-Z0-9][\pL0-9.@_][^']*)$"""
"""What keeps a spreadsheet from reading a cell: ``="0071"``, ``'0071``; not ``'t Hooft`` and ``'S-GRAVENHAGE``."""


def collapse(text: pl.Expr) -> pl.Expr:
    """Turn every run of white space into one space, trim, and make the empty string null."""
    single = text.str.replace_all(r"[\s\x1c-\x1f]+", " ").str.strip_chars(" ")
    return pl.when(single != "").then(single)


def clean_text(raw: pl.Series) -> pl.Series:
    """Return ``raw`` (String) in NFC, visible characters only, single-spaced; null when empty."""
    if raw.null_count() == len(raw):
        return raw.cast(pl.String)
    untidy = raw.str.contains(rf"[^ -~]|^ | $|  |{_GUARD}") | (raw == "")
    return on_rows(raw, untidy, _tidied)


def _tidied(raw: pl.Series) -> pl.Series:
    value = pl.col(raw.name)
    visible = value.str.replace_all(_INVISIBLE, "").str.normalize("NFC")
    visible = visible.str.replace(_GUARD, "${1}${2}")
    text = raw.to_frame().select(visible).to_series()
    repaired = map_where(text, text.str.contains(MOJIBAKE), repair_encoding)
    return repaired.to_frame().select(collapse(value.str.replace_all(_C1, ""))).to_series()


def repair_encoding(text: str) -> str:
    """Undo UTF-8 read as Windows-1252, as often as it happened; text that is not such stays."""
    while True:
        repaired = _decoded(text)
        if repaired is None:
            visible = _INVISIBLE_PY.sub("", text)
            repaired = unicodedata.normalize("NFC", visible)
        if repaired == text:
            return text
        text = repaired


def _decoded(text: str) -> str | None:
    try:
        data = b"".join(
            c.encode("latin-1") if "\x80" <= c <= "\x9f" else c.encode("cp1252") for c in text
        )
        decoded = data.decode("utf-8")
    except UnicodeError:
        return None
    if decoded == text:
        return None
    visible = "".join(c for c in decoded if unicodedata.category(c) != "Cf")
    return unicodedata.normalize("NFC", visible)
