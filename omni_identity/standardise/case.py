"""Letter case of names and places: repaired only where a whole value is all capitals or all small."""

from __future__ import annotations

import string

import polars as pl

from omni_identity.standardise.text import MOJIBAKE

_PARTICLES = (
    *("Van", "Von", "Vom", "De", "Der", "Den", "Del", "Della", "Degli", "Di", "Da", "Do", "Dos"),
    *("Das", "Du", "La", "Las", "Los", "Zu", "Zum", "Zur", "Ter", "Ten", "Af", "Av", "Y", "E"),
    *("Bin", "Ibn", "And", "Of", "Upon", "Und", "Am", "An", "Im", "In", "Auf", "Ob"),
)
_SCOTTISH = {f"Mc{c}": f"Mc{c.upper()}" for c in string.ascii_lowercase}


def repair_case(text: pl.Expr, *, leading_particle: bool = False) -> pl.Expr:
    """Return ``text`` with capitals where names have them, if it was all upper or all lower case.

    Mixed case is taken as meant and stays. Particles between words become small ("Ludwig van
    Beethoven"), at the start only with ``leading_particle`` ("van Beethoven" as a last name).
    Two capitals without a vowel ("JP") are initials and stay.
    """
    lower, upper = text.str.to_lowercase(), text.str.to_uppercase()
    one_case = (lower != upper) & ((text == lower) | (text == upper))
    initials = text.str.contains(r"^[B-DF-HJ-NP-TV-XZ]{2}$")
    titled = lower.str.to_titlecase().str.replace_all(r"(\pL['’])S\b", "${1}s")
    titled = titled.str.replace_many(list(_SCOTTISH), list(_SCOTTISH.values()))
    spaced = titled.str.replace_all(" ", "  ", literal=True)
    if leading_particle:
        spaced = pl.concat_str([pl.lit(" "), spaced])
    small = spaced.str.replace_many(
        [f" {p} " for p in _PARTICLES], [f" {p.lower()} " for p in _PARTICLES]
    )
    cased = small.str.replace_all("  ", " ", literal=True).str.strip_chars(" ")
    cased = cased.str.normalize("NFC")
    # a capital may make harmless letters look like encoding damage: leave those alone
    return pl.when(one_case & ~initials & ~cased.str.contains(MOJIBAKE)).then(cased).otherwise(text)
