"""Gender from the words and letters that channels use for it."""

from __future__ import annotations

import polars as pl

from omni_identity.standardise.distinct import on_distinct
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.placeholder import is_placeholder
from omni_identity.standardise.text import clean_text

_WORDS = {
    "female": "f w fem female woman girl lady mrs ms miss frau weiblich weibl mujer femenino "
    "femenina hembra señora sra femme féminin feminin donna femmina kobieta żeńska k "
    "женщина женский ж feminino mulher her she 2",
    "male": "m male man boy mr herr mann männlich maennlich männl hombre masculino varón varon "
    "señor sr homme masculin uomo maschio mężczyzna męska мужчина мужской м homem him he 1",
    "other": "o x d other diverse divers nonbinary non-binary nb enby otro autre altro inne "
    "другой genderqueer agender third 9",
}
_GENDERS = {word: gender for gender, words in _WORDS.items() for word in words.split()}
_UNKNOWN = ["u", "0", "unk", "undisclosed", "prefer not to say", "keine angabe", "n"]


def standardise_gender(raw: pl.Series) -> pl.DataFrame:
    """Return ``gender`` (``female``, ``male``, ``other`` or null) and its flags."""
    return on_distinct(raw, _standardise)


def _standardise(raw: pl.Series) -> pl.DataFrame:
    text = pl.col("raw")
    word = text.str.to_lowercase().str.strip_chars(" .,()")
    gender = word.replace_strict(_GENDERS, default=None, return_dtype=pl.String)
    filler = (gender.is_null() & (is_placeholder(text) | word.is_in(_UNKNOWN))).fill_null(False)
    return (
        clean_text(raw)
        .to_frame()
        .select(
            gender.alias("gender"),
            filler.alias(flag(PLACEHOLDER, "gender")),
            (text.is_not_null() & gender.is_null() & ~filler).alias(flag(INVALID, "gender")),
        )
    )
