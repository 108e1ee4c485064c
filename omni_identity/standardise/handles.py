"""Handles of chat and social channels: lower case, without the at sign and the address around them."""

from __future__ import annotations

import polars as pl

from omni_identity.standardise.cells import bare_value
from omni_identity.standardise.distinct import settle
from omni_identity.standardise.text import clean_text

_ADDRESS = (
    r"^(?:https?://)?(?:[a-z\-]+\.)*(?:instagram\.com|instagr\.am|facebook\.com|fb\.com|fb\.me|"
    r"messenger\.com|m\.me|t\.me|telegram\.me|telegram\.org|telegram\.dog)/+"
)
_FACEBOOK_NUMBER = r"profile\.php\?(?:.*&)?id=(\d+)"
_LABEL = r"^(?:instagram|insta|ig|facebook|fb|telegram|tg)\s*[:=]\s*"


def standardise_handles(raw: pl.Series) -> pl.Series:
    """Return the handle in each text of ``raw``; null where there is none.

    A handle is letters, digits, dots, dashes and underscores with at least one letter or digit.
    """
    return settle(raw, _handle)


def _handle(raw: pl.Series) -> pl.Series:
    text = pl.col(raw.name)
    raw = bare_value(raw)
    path = text.str.to_lowercase().str.normalize("NFKC").str.replace(_LABEL, "")
    path = path.str.replace(_ADDRESS, "").str.strip_chars("@/ ")
    numbered = path.str.extract(_FACEBOOK_NUMBER, 1)
    handle = pl.coalesce(numbered, path.str.replace(r"[/?#].*$", "").str.strip_chars("@ "))
    usable = handle.str.contains(r"^[\p{L}\p{M}\p{N}._\-]{1,64}$") & handle.str.contains(
        r"[\pL\pN]"
    )
    frame = clean_text(raw).alias(raw.name).to_frame()
    return frame.select(pl.when(usable).then(handle).alias(raw.name)).to_series()
