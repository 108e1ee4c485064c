"""Phone numbers as E.164: a pattern for the plain ones, the phonenumbers library for the rest."""

from __future__ import annotations

import re

import phonenumbers
import polars as pl

from omni_identity.model.placeholders import PLACEHOLDER_PHONE_DIGITS
from omni_identity.standardise.phone_shapes import plain_numbers

_WRAPPING = r"(?i)^(?:tel|phone|mobile|mob|cell|fax|whatsapp|wa|call)\s*[:.]\s*"
_LINK = r"(?i)^(?:https?://)?(?:api\.whatsapp\.com/send\?phone=|wa\.me/)\+?"
_ONE_DIGIT = "^(?:" + "|".join(f"{digit}{{6,}}" for digit in range(10)) + ")$"
_LONGEST = 250
_DIALLED_ABROAD = re.compile(r"\(?00\)?[ .\-]*(?=[1-9])")
_WEB_CHAT = r"(?i)@(?:s\.whatsapp\.net|c\.us)$"


def standardise_phones(raw: pl.DataFrame) -> pl.Series:
    """Return E.164 for each row of ``raw`` (``value``, ``country`` as ISO-2); null where it is none.

    A number counts when it has a possible length for its country (phonenumbers'
    ``is_possible_number_with_reason``, local-only numbers excluded), not only when its range is in
    use: ranges come into use faster than libraries are updated, and a wrong digit is still evidence.
    """
    text = pl.col("value").str.replace(_WRAPPING, "").str.replace(_LINK, "+")
    text = text.str.replace(_WEB_CHAT, "").str.strip_chars(" ;,")
    frame = raw.select(text.alias("value"), "country")
    frame = frame.with_columns(plain_numbers(frame).alias("plain"))
    rest = frame.filter(pl.col("plain").is_null() & pl.col("value").str.contains("[0-9]"))
    rest = rest.select("value", "country").unique().sort("value", "country")
    looked_up = rest.with_columns(_looked_up(rest).alias("parsed"))
    joined = frame.join(
        looked_up, on=["value", "country"], how="left", maintain_order="left", nulls_equal=True
    )
    return joined.select(pl.coalesce("plain", "parsed").alias("phone")).to_series()


def _looked_up(rest: pl.DataFrame) -> pl.Series:
    """E.164 by phonenumbers of each distinct row; null where reading it again would differ."""
    found = pl.Series("value", [parsed(*row) for row in rest.iter_rows()], dtype=pl.String)
    again = plain_numbers(pl.DataFrame({"value": found, "country": rest["country"]}))
    unsure = pl.select(pl.when(again.is_null()).then(found)).to_series().drop_nulls().unique()
    unstable = [number for number in unsure.sort().to_list() if parsed(number, None) != number]
    frame = found.to_frame()
    return frame.select(pl.when(~pl.col("value").is_in(unstable)).then("value")).to_series()


def parsed(text: str, country: str | None) -> str | None:
    """Return one number as E.164 by phonenumbers; None if it cannot be one."""
    if len(text) > _LONGEST:
        return None
    found = _possible(text, country)
    if found is None and _DIALLED_ABROAD.match(text):
        # 00 is what most of the world dials for the plus, and no national number begins so
        return _possible(_DIALLED_ABROAD.sub("+", text, count=1), None)
    return found


def _possible(text: str, country: str | None) -> str | None:
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def is_placeholder_phone(raw: pl.Expr) -> pl.Expr:
    """Return whether a raw or standardised number is a filler: one digit throughout, 1234567890."""
    digits = raw.str.replace_all(r"[^0-9]", "")
    national = digits.str.replace(r"^(?:001|1)([0-9]{10})$", "${1}")
    same = national.str.contains(_ONE_DIGIT)
    zeros = digits.str.contains(r"^[0-9]{1,3}0{7,}$")
    sequence = national.is_in(sorted(PLACEHOLDER_PHONE_DIGITS))
    return (same | zeros | sequence).fill_null(False)
