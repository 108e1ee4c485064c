"""Phone numbers as E.164: a pattern for the plain ones, the phonenumbers library for the rest."""

from __future__ import annotations

import re

import phonenumbers
import polars as pl

from omni_identity.model.placeholders import PLACEHOLDER_PHONE_DIGITS
from omni_identity.standardise.phone_shapes import LONG, ONE_FORM, WITHOUT_PLUS, plain_numbers

_WRAPPING = r"(?i)^(?:tel|phone|mobile|mob|cell|fax|whatsapp|wa|call)\s*[:.]\s*"
_LINK = (
    r"(?i)^(?:https?://)?(?:(?:api|web)\.whatsapp\.com/send/?\?(?:[^#]*&)?phone=|wa\.me/|"
    r"whatsapp://send/?\?(?:[^#]*&)?phone=)(?:%2b|\+)?([0-9]+).*$"
)
_ONE_DIGIT = "^(?:" + "|".join(f"{digit}{{6,}}" for digit in range(10)) + ")$"
_LONGEST = 250
FEW = 20
"""Numbers up to which the library alone is faster than the patterns."""
_DIALLED_ABROAD = re.compile(r"\(?00\)?[ .\-]*(?=[1-9])")
_WEB_CHAT = r"(?i)^\+?([0-9]+)(?::[0-9]+)?@(?:s\.whatsapp\.net|c\.us)$"
_FORMER_PREFIXES = {"MX": re.compile(r"^\(?(?:044|045|01)\)?[ .\-]*(?=(?:\d[ ().\-]*){10}$)")}
"""What was dialled before a number until its country gave it up (Mexico 2019)."""
_LAYOUT = re.compile(r"[ ().\-]+")
_WITHOUT_PLUS = re.compile(WITHOUT_PLUS)
_ONE_FORM = [
    (re.compile(pattern), form.replace("${1}", r"\g<1>").replace("${2}", r"\g<2>"))
    for pattern, form in ONE_FORM
]
_ITALY = "+39"


def standardise_phones(raw: pl.DataFrame, are_whatsapp: bool = False) -> pl.Series:
    """Return E.164 for each row of ``raw`` (``value``, ``country`` as ISO-2); null where it is none.

    A number counts when it has a possible length for its country (phonenumbers'
    ``is_possible_number_with_reason``, local-only numbers excluded), not only when its range is in
    use: ranges come into use faster than libraries are updated, and a wrong digit is still evidence.
    What has no plus may be international all the same, rather so where the numbers ``are_whatsapp``'s own:
    see :func:`parsed`.
    """
    text = pl.col("value").str.replace(_LINK, "+${1}").str.replace(_WRAPPING, "")
    text = text.str.strip_chars(" ;,").str.replace(_WEB_CHAT, "+${1}")
    frame = raw.select(text.alias("value"), "country")
    plain = plain_numbers if len(frame) > FEW else _none
    frame = frame.with_columns(plain(frame, are_whatsapp).alias("plain"))
    rest = frame.filter(pl.col("plain").is_null() & pl.col("value").str.contains("[0-9]"))
    rest = rest.select("value", "country").unique().sort("value", "country")
    looked_up = rest.with_columns(_looked_up(rest, are_whatsapp).alias("parsed"))
    joined = frame.join(
        looked_up, on=["value", "country"], how="left", maintain_order="left", nulls_equal=True
    )
    return joined.select(pl.coalesce("plain", "parsed").alias("phone")).to_series()


def _looked_up(rest: pl.DataFrame, are_whatsapp: bool) -> pl.Series:
    """E.164 by phonenumbers of each distinct row; null where reading it again would differ."""
    found = pl.Series(
        "value", [parsed(v, c, are_whatsapp) for v, c in rest.iter_rows()], dtype=pl.String
    )
    plain = plain_numbers if len(rest) > FEW else _none
    again = plain(pl.DataFrame({"value": found, "country": rest["country"]}))
    unsure = pl.select(pl.when(again.is_null()).then(found)).to_series().drop_nulls().unique()
    unstable = [number for number in unsure.sort().to_list() if parsed(number, None) != number]
    frame = found.to_frame()
    return frame.select(pl.when(~pl.col("value").is_in(unstable)).then("value")).to_series()


def _none(raw: pl.DataFrame, _: bool = False) -> pl.Series:
    """For a few numbers: the patterns would find what the library does, in more time."""
    return pl.Series([None], dtype=pl.String).new_from_index(0, len(raw))


def parsed(text: str, country: str | None, is_whatsapp: bool = False) -> str | None:
    """Return one number as E.164 by phonenumbers; None if it cannot be one.

    A number of 11 to 15 digits without a plus is international where it is in use abroad and not at
    home, or at home only as a fixed line whose trunk prefix is missing. One of WhatsApp's own is
    international wherever it can be, also in a range that is not known to be in use, unless it is in use
    at home as it stands.
    """
    if len(text) > _LONGEST:
        return None
    digits = _LAYOUT.sub("", text)
    if _WITHOUT_PLUS.match(digits) and (is_whatsapp or len(digits) >= LONG):
        is_certain = is_whatsapp and len(digits) >= LONG
        if is_certain or not _is_of_home(digits, country):
            abroad = _possible(f"+{digits}", None)
            if abroad is not None and (
                phonenumbers.is_valid_number(phonenumbers.parse(abroad))
                or (is_certain and not _is_of_home(digits, country))
            ):
                return abroad
    found = _possible(text, country)
    if found is None and country in _FORMER_PREFIXES:
        found = _possible(_FORMER_PREFIXES[country].sub("", text), country)
    if found is None and _DIALLED_ABROAD.match(text):
        # 00 is what most of the world dials for the plus, and no national number begins so
        return _possible(_DIALLED_ABROAD.sub("+", text, count=1), None)
    return found


def _is_of_home(digits: str, country: str | None) -> bool:
    """Whether a number is in use in its country; as a mobile where others need a trunk prefix that it lacks."""
    try:
        number = phonenumbers.parse(digits, country)
    except phonenumbers.NumberParseException:
        return False
    if country is None or not phonenumbers.is_valid_number_for_region(number, country):
        return False
    metadata = phonenumbers.PhoneMetadata.metadata_for_region(country, None)
    prefix = metadata.national_prefix if metadata is not None else None
    is_mobile = phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE
    return is_mobile or not (prefix or "").startswith("0")


def _possible(text: str, country: str | None) -> str | None:
    try:
        number = phonenumbers.parse(_in_one_form(text), country)
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number)
    if possible != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return _in_one_form(_italian(written, number) if written.startswith(_ITALY) else written)


def _in_one_form(text: str) -> str:
    """``phone_shapes.in_one_form`` of one number; other texts stay."""
    if not text.startswith("+5"):
        return text
    packed = _LAYOUT.sub("", text)
    for pattern, form in _ONE_FORM:
        changed = pattern.sub(form, packed)
        if changed != packed:
            return changed
    return text


def _italian(written: str, number: phonenumbers.PhoneNumber) -> str:
    """An Italian number with the zero that a fixed line keeps abroad too."""
    national = written.removeprefix(_ITALY)
    if national[0] in "03" or phonenumbers.is_valid_number(number):
        return written
    fixed = f"{_ITALY}0{national}"
    return fixed if phonenumbers.is_valid_number(phonenumbers.parse(fixed)) else written


def is_placeholder_phone(raw: pl.Expr) -> pl.Expr:
    """Return whether a raw or standardised number is a filler: one digit throughout, 1234567890."""
    digits = raw.str.replace_all(r"[^0-9]", "")
    national = digits.str.replace(r"^(?:001|1)([0-9]{10})$", "${1}")
    same = national.str.contains(_ONE_DIGIT)
    zeros = digits.str.contains(r"^[0-9]{1,3}0{7,}$")
    sequence = national.is_in(sorted(PLACEHOLDER_PHONE_DIGITS))
    return (same | zeros | sequence).fill_null(False)
