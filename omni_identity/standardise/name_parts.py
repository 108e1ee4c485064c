"""One part of a name (first, middle, last, suffix): titles and suffixes off, case repaired."""

from __future__ import annotations

import polars as pl

from omni_identity.standardise.case import repair_case
from omni_identity.standardise.text import collapse

TITLE = (
    r"(?:mr|mrs|ms|miss|mx|master|sir|dr\.?\s?-\s?ing|dr\.?\s?ssa|dr\.?\s(?:h\.?\s?c|med|phil|jur|iur|oec|"
    r"theol|vet|rer\.?\s?(?:nat|pol|oec))|dr|doctor|prof\.?\s?ssa|prof|professor|rev|reverend|hon|"
    r"capt|sgt|lt|herr|frau|fräulein|fr|hr|dipl\.? ?-? ?(?:ing|kfm|kffr|psych|phys|chem)|ing|mag|"
    r"señora?|senora?|señorita|srta|sra|dña|doña|"
    r"monsieur|madame|mme|mlle|mademoiselle|mgr|inż|pani|signora?|sig\.?\s?ra|sig|dott\.?\s?ssa|dott|avv|dra|drs|"
    r"exm[oa]|ilm[oa]|mudr|judr|mvdr|phdr|rndr|ir\.|"
    r"mevrouw|mevr|mw|meneer|dhr|frl|г-н|г-жа|господин|госпожа)"
)
"""Forms of address that are no given names; ``sr`` is one only in front of a name."""

GENERATION = {
    **dict.fromkeys(["jr", "jun", "junior", "jnr", "hijo", "filho"], "Jr"),
    **dict.fromkeys(["sr", "sen", "senior", "snr"], "Sr"),
    **{"ii": "II", "2nd": "II", "iii": "III", "3rd": "III", "iv": "IV", "4th": "IV"},
    **{"v": "V", "vi": "VI"},
}
_GENERATION = r"(?:jr|jun|junior|jnr|sr|senior|snr|ii|iii|iv|2nd|3rd|4th)"
_PROFESSION = (
    r"(?:ph\.? ?d|m\.d|md|dds|d\.d\.s|esq|esquire|cpa|mba|j\.d|r\.n|rn|dvm|d\.o|m\.a|m\.sc|msc|bsc|"
    r"b\.sc|b\.a|ll\.? ?m|ll\.? ?b|p\.?e\.|facs|obe|mbe|usn|usmc|ret)"
)
SUFFIX = rf"(?:{_GENERATION}|{_PROFESSION})"

NO_NAMES = frozenset(
    [
        *(
            "mr",
            "mrs",
            "ms",
            "mx",
            "miss",
            "dr",
            "doctor",
            "prof",
            "professor",
            "dipl ing",
            "dr ing",
        ),
        *("herr", "frau", "fräulein", "fr", "hr", "señora", "senora", "señor", "senor", "señorita"),
        *("srta", "sra", "sr", "dña", "monsieur", "madame", "mme", "mlle", "mademoiselle", "mgr"),
        *(
            "inż",
            "signor",
            "signora",
            "sig",
            "sigra",
            "dott",
            "dottssa",
            "mevr",
            "dhr",
            "г-н",
            "г-жа",
        ),
        *("господин", "госпожа", "capt", "sgt", "lt", "reverend", "frl", "mw", "mevrouw", "meneer"),
        *("fam", "familie", "eheleute", "ehepaar", "familia", "famille", "famiglia", "rodzina"),
    ]
)
"""Forms of address that nobody is called by, even where they stand alone: no first names."""
NO_LAST_NAMES = NO_NAMES - {
    "herr",
    "miss",
    "doctor",
    "professor",
    "señor",
    "monsieur",
    "sig",
    "fr",
    "hr",
    "fam",
    "mw",
    "frl",
    "meneer",
}
"""The same of last names: there are people called Herr."""

_GAP = r"\s.,;:_/\\|*#+=~<>(){}\[\]!?\"“”„«»@&"
_EDGE = _GAP + r"\-‐‑–—"
# a hyphen never ends a title: Ing-Marie
_LEADING = rf"(?i)^(?:(?:{TITLE}|sr)[{_GAP}][{_EDGE}]*|[{_EDGE}]+)+"
_TRAILING = rf"(?i)(?:[{_EDGE}]+{SUFFIX}\b\.?|[{_EDGE}]+)+$"
_TRAILING_EDGE = rf"[{_EDGE}]+$"
_NICKNAMES = (
    r"[\"“”„«»][^\"“”„«»]*[\"“”„«»]|\([^()]*\)|\[[^\[\]]*\]|(?:^|\s)[‘‚'][^'‘’‚]+['‘’](?:\s|$)"
    r"|(?i:\s(?:geb\.|geborene|née)\s.*$)"
)
NICKNAME_MARKS = r"[\"“”„«»(\[‘‚']|(?i:\s(?:geb|née))"
"""What stands around a nickname or before a maiden name: nothing else is looked into."""

SYMBOLS = r"[\p{Extended_Pictographic}\p{So}\p{Sk}\p{Co}\p{Cn}\u{FE0F}\u{20E3}]+"

"""What people put around their names: emoji, other symbols, characters that are none."""


def clean_part(raw: pl.Series, part: str) -> pl.DataFrame:
    """Return the display form of distinct name parts.

    Columns: ``name``; ``suffix`` (the generation taken off a last name); ``initial`` (the middle
    initial taken off a first name) and ``name_with_initial`` (the first name with it).
    """
    text = pl.col(raw.name)
    dotless = (
        text.str.replace_all(r"[,\s]+", " ")
        .str.replace_all(r"\b(\pL)\.-", "${1}-")
        .str.replace_all(r"\b(\pL)\.", "${1} ")
    )
    frame = raw.to_frame().select(collapse(dotless).alias("text"))
    text = pl.col("text")
    bare = text.str.replace(_LEADING, "")
    if part == "last_name":
        # the blank lets a suffix that is the whole value stay: "Junior" is a last name too
        frame = frame.with_columns(generation_in(bare).alias("suffix"))
        bare = bare.str.replace(_TRAILING, "")
    else:
        frame = frame.with_columns(pl.lit(None, dtype=pl.String).alias("suffix"))
        bare = bare.str.replace(_TRAILING_EDGE, "")
    bare = pl.when(bare.str.contains(r"\pL")).then(collapse(bare))
    unnamed = NO_LAST_NAMES if part == "last_name" else NO_NAMES
    is_title = (
        bare.str.to_lowercase()
        .str.replace_all(r"[.\-]", " ")
        .str.strip_chars(" ")
        .is_in(sorted(unnamed))
    )
    frame = frame.with_columns(pl.when(~is_title).then(bare).alias("bare"))
    initial = pl.col("bare").str.extract(r"^[^\s]{2,} ([\pL--[ß]])$", 1)
    if part != "first_name":
        initial = pl.lit(None, dtype=pl.String)
    without = (
        pl.when(initial.is_null())
        .then("bare")
        .otherwise(pl.col("bare").str.head(-2).str.replace(_TRAILING_EDGE, ""))
    )
    last = part == "last_name"
    return frame.select(
        repair_case(without, leading_particle=last).alias("name"),
        pl.when(pl.col("bare").is_not_null()).then("suffix").alias("suffix"),
        initial.str.to_uppercase().alias("initial"),
        repair_case(pl.col("bare"), leading_particle=last).alias("name_with_initial"),
    )


def without_nicknames(text: pl.Series) -> pl.Series:
    """Return names without what stands in quotation marks or brackets, and without a maiden name at the end.

    Where nothing else is there, it is the name.
    """
    value = pl.col(text.name)
    bare = collapse(value.str.replace_all(_NICKNAMES, " "))
    return (
        text.to_frame()
        .select(pl.when(bare.str.contains(r"\pL")).then(bare).otherwise(value))
        .to_series()
    )


def standardise_suffix(raw: pl.Series) -> pl.DataFrame:
    """Return ``suffix``: the generation (Jr, Sr, II ...) in distinct texts; others are dropped."""
    word = pl.col(raw.name).str.to_lowercase().str.replace_all(r"[\s.,]+", "")
    found = word.replace_strict(GENERATION, default=None, return_dtype=pl.String)
    return raw.to_frame().select(found.alias("suffix"))


def generation_in(text: pl.Expr) -> pl.Expr:
    """Return the generation that ends ``text``, after other suffixes if need be; else null."""
    ending = text.str.extract(rf"(?i)((?:[{_EDGE}]+{SUFFIX}\b\.?)+)[{_EDGE}]*$", 1)
    word = ending.str.to_lowercase().str.extract(rf"\b({_GENERATION})\b", 1)
    return word.replace_strict(GENERATION, default=None, return_dtype=pl.String)
