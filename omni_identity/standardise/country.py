"""Countries as ISO 3166-1 alpha-2 codes, from codes and names in several languages."""

from __future__ import annotations

import gettext
from functools import cache

import polars as pl
import pycountry

from omni_identity.standardise.distinct import on_distinct
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.placeholder import is_placeholder
from omni_identity.standardise.script import comparison_key
from omni_identity.standardise.text import clean_text

_LANGUAGES = ("de", "es", "fr", "it", "nl", "pl", "pt", "ru", "tr", "sv", "uk", "zh_CN", "ja")
_USUAL_NAMES = {
    **dict.fromkeys(["uk", "england", "scotland", "wales", "northern ireland", "britain"], "GB"),
    **dict.fromkeys(["great britain", "grossbritannien", "gran bretana", "inglaterra"], "GB"),
    **dict.fromkeys(["u s", "u s a", "united states of america", "america", "amerika"], "US"),
    **dict.fromkeys(["ee uu", "eeuu", "estados unidos", "vereinigte staaten", "ssha"], "US"),
    **dict.fromkeys(["etats unis", "stany zjednoczone", "the united states"], "US"),
    **dict.fromkeys(["brd", "germany", "allemagne", "deutchland"], "DE"),
    **dict.fromkeys(["holland", "the netherlands"], "NL"),
    **dict.fromkeys(["russia", "rossiya"], "RU"),
    **dict.fromkeys(["czech republic", "tschechien"], "CZ"),
    **dict.fromkeys(["south korea", "korea south"], "KR"),
    **dict.fromkeys(["uae", "u a e"], "AE"),
    **{"espana": "ES", "ivory coast": "CI", "macedonia": "MK", "swaziland": "SZ", "burma": "MM"},
    **{"cape verde": "CV", "turkey": "TR", "kosovo": "XK", "xk": "XK", "vatican": "VA"},
}


def standardise_country(raw: pl.Series) -> pl.DataFrame:
    """Return ``country`` (ISO-2 or null) and its flags for codes and names in ``raw``.

    ``NA`` in capitals is Namibia's code; in any other spelling it stands for "not available".
    """
    return on_distinct(raw, _standardise)


def _standardise(raw: pl.Series) -> pl.DataFrame:
    clean = clean_text(raw)
    names = _names()
    keys = comparison_key(clean).alias("key")
    text = pl.col("raw")
    found = pl.col("key").replace_strict(list(names), list(names.values()), default=None)
    filler = is_placeholder(text) & (text != "NA")
    return pl.DataFrame([clean, keys]).select(
        pl.when(~filler).then(found).alias("country"),
        filler.fill_null(False).alias(flag(PLACEHOLDER, "country")),
        (text.is_not_null() & ~filler & found.is_null()).alias(flag(INVALID, "country")),
    )


@cache
def _names() -> dict[str, str]:
    translations = [
        gettext.translation("iso3166-1", pycountry.LOCALES_DIR, languages=[x], fallback=True)
        for x in _LANGUAGES
    ]
    spoken: list[tuple[str, str]] = []
    for country in pycountry.countries:
        code = country.alpha_2
        english = [country.name, *(getattr(country, a, "") for a in ("common_name",))]
        english.append(getattr(country, "official_name", ""))
        spoken += [(name, code) for name in english if name]
        spoken += [(t.gettext(name), code) for t in translations for name in english if name]
    keys = comparison_key(pl.Series("name", [name for name, _ in spoken]))
    names: dict[str, str] = {}
    for key, (_, code) in zip(keys.to_list(), spoken, strict=True):
        if key:
            names.setdefault(key, code)
    for country in pycountry.countries:
        names[country.alpha_3.lower()] = country.alpha_2
    names |= _USUAL_NAMES
    return names | {country.alpha_2.lower(): country.alpha_2 for country in pycountry.countries}
