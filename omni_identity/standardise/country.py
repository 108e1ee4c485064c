"""Countries as ISO 3166-1 alpha-2 codes, from codes and names as shops, forms and people write them."""

from __future__ import annotations

import gettext
import re
from collections.abc import Mapping
from functools import cache

import phonenumbers
import polars as pl
import pycountry
from babel import Locale

from omni_identity.standardise.distinct import map_where, on_distinct
from omni_identity.standardise.flags import INVALID, PLACEHOLDER, flag
from omni_identity.standardise.placeholder import is_placeholder
from omni_identity.standardise.script import comparison_key
from omni_identity.standardise.text import clean_text

NO_COUNTRY = "ZZ"
"""ISO 3166's code for "unknown": only numbers with their own country code are read with it."""

_LANGUAGES = ("de", "es", "fr", "it", "nl", "pl", "pt", "ru", "tr", "sv", "uk", "zh_CN", "ja")
_LOCALES = (
    *("en", "de", "fr", "es", "it", "nl", "pt", "pt_PT", "pl", "ru", "tr", "sv", "da", "nb"),
    *("fi", "cs", "uk"),
)
_USUAL_NAMES = {
    **dict.fromkeys(["uk", "u k", "england", "scotland", "wales", "northern ireland"], "GB"),
    **dict.fromkeys(["great britain", "britain", "grossbritannien", "gran bretana"], "GB"),
    **dict.fromkeys(["grande bretagne", "gran bretagna", "groot brittannie"], "GB"),
    **dict.fromkeys(["gra bretanha", "reino unido", "regno unito", "royaume uni"], "GB"),
    **dict.fromkeys(["inglaterra", "inghilterra", "angleterre", "engeland", "anglia"], "GB"),
    **dict.fromkeys(["schottland", "ecosse", "escocia", "scozia", "schotland", "szkocja"], "GB"),
    **dict.fromkeys(["pays de galles", "gales", "galles", "pais de gales", "walia"], "GB"),
    **dict.fromkeys(["nordirland", "irlande du nord", "irlanda del norte"], "GB"),
    **dict.fromkeys(["irlanda del nord", "noord ierland", "irlanda do norte"], "GB"),
    **dict.fromkeys(["england wales", "england and wales"], "GB"),
    **dict.fromkeys(["grossbritannien und nordirland", "great britain and northern ireland"], "GB"),
    **dict.fromkeys(["u s", "u s a", "united states of america", "america", "amerika"], "US"),
    **dict.fromkeys(["ee uu", "e e u u", "eeuu", "eua", "e u a", "estados unidos"], "US"),
    **dict.fromkeys(["vereinigte staaten", "ssha", "etats unis", "stany zjednoczone"], "US"),
    **dict.fromkeys(["verenigde staten", "stati uniti", "the united states", "amerique"], "US"),
    **dict.fromkeys(["brd", "bundesrepublik deutschland", "germany", "allemagne"], "DE"),
    **dict.fromkeys(["deutchland", "d", "federal republic of germany"], "DE"),
    **dict.fromkeys(["holland", "the netherlands", "hollande", "holanda", "olanda"], "NL"),
    "holandia": "NL",
    **dict.fromkeys(["russia", "rossiya"], "RU"),
    **dict.fromkeys(["czech republic", "tschechien", "tschechei"], "CZ"),
    **dict.fromkeys(["south korea", "korea south", "korea", "corea", "coree", "koreia"], "KR"),
    **dict.fromkeys(["republic of korea", "s korea"], "KR"),
    **dict.fromkeys(["uae", "u a e", "emirates", "vae"], "AE"),
    **dict.fromkeys(["eire", "republic of ireland", "irish republic"], "IE"),
    **dict.fromkeys(["hong kong sar", "hongkong", "hong kong china", "hongkong sar"], "HK"),
    **dict.fromkeys(["macau", "macau sar", "macao sar", "macao china"], "MO"),
    **dict.fromkeys(["taiwan roc", "taiwan r o c", "republic of china"], "TW"),
    **dict.fromkeys(["prc", "p r c", "p r china", "pr china", "mainland china"], "CN"),
    **{"a": "AT", "f": "FR", "i": "IT", "el": "GR", "republic of serbia": "RS"},
    **{"espana": "ES", "ivory coast": "CI", "macedonia": "MK", "swaziland": "SZ", "burma": "MM"},
    **{"cape verde": "CV", "turkey": "TR", "kosovo": "XK", "xk": "XK", "vatican": "VA"},
    **{"canarias": "ES", "canary islands": "ES", "viet nam": "VN", "east timor": "TL"},
    **{"drc": "CD", "dr congo": "CD", "congo drc": "CD", "kosovo republic": "XK"},
    **dict.fromkeys(["democratic republic congo", "democratic republic of congo"], "CD"),
    **dict.fromkeys(["dem rep congo", "congo dem rep", "congo democratic republic"], "CD"),
    **{"elfenbeinkuste": "CI", "cote d ivoire": "CI", "chinese taipei": "TW", "ksa": "SA"},
    **{"palestine": "PS", "palastina": "PS", "holy see": "VA", "nippon": "JP", "nihon": "JP"},
    **{"oesterreich": "AT", "mejico": "MX", "n z": "NZ", "sui": "CH", "ger": "DE", "vs": "US"},
    **{"metropolitan france": "FR", "france metropolitaine": "FR", "dubai": "AE"},
    **{"hong kong s a r": "HK", "dprk": "KP", "korea dpr": "KP", "north korea": "KP"},
    **{"south sudan": "SS", "northern ireland uk": "GB"},
    **{"ceska republika": "CZ", "cesko": "CZ", "slovenska republika": "SK", "slovensko": "SK"},
    **{"magyarorszag": "HU", "hrvatska": "HR", "srbija": "RS", "slovenija": "SI", "eesti": "EE"},
    **{"latvija": "LV", "lietuva": "LT", "ellada": "GR", "shqiperi": "AL", "shqiperia": "AL"},
    **{"balgariya": "BG", "blgariya": "BG", "bosna i hercegovina": "BA", "crna gora": "ME"},
    **{"severna makedonija": "MK", "republica moldova": "MD", "moldova": "MD", "noreg": "NO"},
    **{"letzebuerg": "LU", "foroyar": "FO", "sakartvelo": "GE", "hayastan": "AM"},
    **{"azerbaycan": "AZ", "qazaqstan": "KZ", "uzbekiston": "UZ", "o zbekiston": "UZ"},
    **{"bharat": "IN", "bhart": "IN", "pilipinas": "PH", "aotearoa": "NZ", "aithy": "TH"},
    **{"daehanmingug": "KR", "hangug": "KR", "lmmlkh lrbyh lswdyh": "SA", "msr": "EG"},
    **{"lmrt lrbyh lmthdh": "AE", "ysrl": "IL", "yshral": "IL"},
}
_PARTS_OF = {"IC": "ES", "EA": "ES", "AC": "SH", "TA": "SH", "DG": "IO", "CQ": "GG", "XK": "XK"}
"""Territories of CLDR that have no code of ISO's, and what they are of."""
CODES = phonenumbers.SUPPORTED_REGIONS - set(_PARTS_OF)
"""Codes that are read as they stand: nearly all of ISO's two letters."""
_SOVEREIGNS = {
    **dict.fromkeys(["PR", "GU", "VI", "AS", "MP", "UM"], "US"),
    **dict.fromkeys(["GG", "JE", "IM", "GI", "BM", "KY", "VG", "FK"], "GB"),
    **dict.fromkeys(["RE", "GP", "MQ", "GF", "YT", "NC", "PF", "PM", "BL", "MF", "WF"], "FR"),
    **dict.fromkeys(["HK", "MO", "TW"], "CN"),
    **dict.fromkeys(["AW", "CW", "SX", "BQ"], "NL"),
    **{"FO": "DK", "GL": "DK", "AX": "FI", "SJ": "NO"},
}
"""Where a name is a territory's and the code beside it its state's, the territory is meant."""
_APART = re.compile(
    r"\s+[\-–—|/:]+\s+|\s*[()\[\]|/;:]+\s*|\s*,\s*|(?<=^[A-Z]{2})[\-_](?=[A-Z][a-z])"
)
_QUALIFIED = re.compile(
    r"(?i)\b(?:north|south|east|west|northern|southern|eastern|western|equatorial|american|british|french|dutch|"
    r"dem(?:ocratic)?|people'?s|d\.?p\.?r\.?|new|lesser)\b"
)
"""Words that make another country of the name beside them: Korea (North) is not Korea."""
_AND = re.compile(r"(?i)\s+(?:&|and|und|et|y|e|en|i)\s+")
_SUBDIVISION = re.compile(r"^([A-Za-z]{2})[\-_]([A-Za-z0-9]{1,3})$")
LONGEST_NAME = 120
"""Characters of a text that may have a country's name in it; the longest official name has 56."""
_NUMERIC = re.compile(r"^([0-9]{3})(?:\.0+)?$")


def standardise_country(raw: pl.Series) -> pl.DataFrame:
    """Return ``country`` (ISO-2 or null) and its flags for codes and names in ``raw``.

    Codes are those of ISO 3166-1 (two letters, three, three digits) and of its parts in ISO 3166-2
    (``GB-SCT``); names are official and usual ones in many languages. Several in one text
    (``United States (US)``, ``DE - Deutschland``) have to agree. ``NA`` in capitals is Namibia's code; in
    any other spelling it stands for "not available".
    """
    return on_distinct(raw, _standardise)


def where_to_read(country: pl.DataFrame, home: str) -> pl.Series:
    """Return the country with which a record's numbers and addresses are read.

    ``country`` is what :func:`standardise_country` returns. It is ``home`` where a record names none, and
    ``NO_COUNTRY`` where it names one that cannot be read: whatever that is, it is not known to be home.
    """
    unread = pl.col(flag(INVALID, "country")).fill_null(False)
    return country.select(
        pl.when(unread).then(pl.lit(NO_COUNTRY)).otherwise(pl.col("country").fill_null(home))
    ).to_series()


def _standardise(raw: pl.Series) -> pl.DataFrame:
    clean = clean_text(raw)
    # to gather names takes a fifth of a second, and most channels say codes
    is_code = clean.is_in(sorted(CODES)).fill_null(True).all()
    found = clean if is_code else _looked_up(clean)
    rest = clean.is_not_null() & found.is_null()
    of_parts = _codes_of_parts(clean.filter(rest).to_list())
    composed = map_where(clean.alias("composed"), rest, of_parts.get)
    text = pl.col("raw")
    filler = is_placeholder(text) & (text != "NA")
    frame = pl.DataFrame(
        [clean, found.alias("found"), composed.alias("composed"), rest.alias("rest")]
    )
    code = pl.when("rest").then("composed").otherwise("found")
    frame = frame.with_columns(pl.when(~filler).then(code).alias("country"))
    return frame.select(
        "country",
        filler.fill_null(False).alias(flag(PLACEHOLDER, "country")),
        (text.is_not_null() & ~filler & pl.col("country").is_null()).alias(
            flag(INVALID, "country")
        ),
    )


def _looked_up(texts: pl.Series) -> pl.Series:
    """The code of each text that is a name or a code as a whole; null for others."""
    keys = comparison_key(texts)
    found = keys.replace_strict(*_names_and_codes(), default=None, return_dtype=pl.String)
    # a code is of plain letters: ČR is not Costa Rica
    is_foreign = texts.str.normalize("NFKC").str.contains(r"[^\x00-\x7f]").fill_null(False)
    is_code = (keys.str.len_bytes() <= 2).fill_null(False)
    frame = pl.DataFrame([found.alias("found"), (is_foreign & is_code).alias("is_no_code")])
    return frame.select(pl.when(~pl.col("is_no_code")).then("found")).to_series()


def _codes_of_parts(texts: list[str]) -> dict[str, str | None]:
    """The code of each text that is a code of another kind, or has several parts that agree.

    All parts of all texts are looked up at once: a column may be of anything.
    """
    codes: dict[str, str | None] = {}
    pieces: dict[str, tuple[list[str], list[str]]] = {}
    for text in texts:
        if numeric := _NUMERIC.match(text):
            codes[text] = _numbers().get(numeric[1])
        elif subdivision := _SUBDIVISION.match(text):
            codes[text] = _of_subdivision(*subdivision.groups())
        elif len(text) <= LONGEST_NAME:
            parts = [part for part in _APART.split(text) if part and part.strip()]
            turned = [" ".join(reversed(parts))] if len(parts) == 2 else []
            pieces[text] = [_AND.sub(" ", text), *turned], parts
    names = sorted({name for wholes, parts in pieces.values() for name in (*wholes, *parts)})
    found = _looked_up(pl.Series("name", names, dtype=pl.String)).to_list()
    code_of: dict[str, str | None] = dict(zip(names, found, strict=True))
    for text, (wholes, parts) in pieces.items():
        whole = next((code for name in wholes if (code := code_of[name])), None)
        codes[text] = whole or _agreed(text, parts, code_of)
    return codes


def _agreed(text: str, parts: list[str], code_of: Mapping[str, str | None]) -> str | None:
    """The one code of the parts of a text, those that are no countries aside; null where they contradict."""
    found = [code_of[part] for part in parts]
    if any(c is None and _QUALIFIED.search(p) for c, p in zip(found, parts, strict=True)):
        return None
    codes = list(dict.fromkeys(code for code in found if code is not None))
    if len(codes) == 2 and _SOVEREIGNS.get(codes[0]) == codes[1]:
        return codes[0]
    if len(codes) == 2 and "," in text and found[-1] is not None:
        return found[-1]  # "Georgia, USA": what comes last is the largest
    return codes[0] if len(codes) == 1 else None


def _of_subdivision(first: str, second: str) -> str | None:
    """``GB-SCT``, ``us-ca``; and ``en-US``, ``de_AT``, which name a language and then a country."""
    if f"{first}-{second}".upper() in _subdivisions():
        return first.upper()
    country = _names().get(second.lower()) if len(second) == 2 else None
    if country is not None:
        return country if first.lower() in _languages() else None
    return _names().get(first.lower())


@cache
def _names_and_codes() -> tuple[pl.Series, pl.Series]:
    """All names, and the code of each, as Polars looks them up."""
    return pl.Series("name", list(_names())), pl.Series("code", list(_names().values()))


@cache
def _numbers() -> dict[str, str]:
    return {country.numeric: country.alpha_2 for country in pycountry.countries}


@cache
def _subdivisions() -> frozenset[str]:
    return frozenset(subdivision.code for subdivision in pycountry.subdivisions)


@cache
def _languages() -> frozenset[str]:
    return frozenset(code for x in pycountry.languages if (code := getattr(x, "alpha_2", None)))


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
    known = {country.alpha_2: country.alpha_2 for country in pycountry.countries} | _PARTS_OF
    for locale in _LOCALES:
        territories = Locale.parse(locale).territories.items()
        spoken += [(name, known[code]) for code, name in sorted(territories) if code in known]
    keys = comparison_key(pl.Series("name", [name for name, _ in spoken]))
    names: dict[str, str] = {}
    for key, (_, code) in zip(keys.to_list(), spoken, strict=True):
        if key:
            names.setdefault(key, code)
    for country in pycountry.countries:
        names[country.alpha_3.lower()] = country.alpha_2
    names |= _USUAL_NAMES
    return names | {country.alpha_2.lower(): country.alpha_2 for country in pycountry.countries}
