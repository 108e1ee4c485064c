"""The usual words of street names, each in one short form, for comparing only."""

from __future__ import annotations

import polars as pl

from omni_identity.standardise.text import collapse

_SHORT = {
    "st": "street str strasse straat saint sankt sainte ste",
    "ave": "avenue av aven avenida avda avd",
    "rd": "road",
    "dr": "drive drv",
    "ln": "lane",
    "ct": "court crt",
    "blvd": "boulevard boul bulevar bd bvd bulvar",
    "pl": "place plaza platz plac pza plza piazza praca pca ploshchad",
    "sq": "square",
    "ter": "terrace terr",
    "cir": "circle circ",
    "pkwy": "parkway parkways pkway",
    "hwy": "highway",
    "trl": "trail",
    "cres": "crescent cresc",
    "gdns": "gardens gdn",
    "gro": "grove grv",
    "expy": "expressway expwy",
    "fwy": "freeway",
    "aly": "alley allee all",
    "byp": "bypass",
    "mt": "mount",
    "mtn": "mountain",
    "ctr": "center centre",
    "xing": "crossing",
    "hts": "heights",
    "is": "island",
    "jct": "junction",
    "lk": "lake",
    "mdw": "meadow",
    "pt": "point",
    "rdg": "ridge",
    "spg": "spring",
    "sta": "station",
    "vly": "valley",
    "vlg": "village",
    "n": "north",
    "s": "south",
    "e": "east",
    "w": "west",
    "ne": "northeast",
    "nw": "northwest",
    "se": "southeast",
    "sw": "southwest",
    "calle": "c cl cll close",
    "carrera": "cra cr kra kr",
    "carretera": "ctra crta",
    "paseo": "pso",
    "camino": "cno cmno",
    "callejon": "cjon",
    "ronda": "rda",
    "os": "osiedle",
    "rte": "route",
    "ch": "chemin chem che",
    "quai": "qu",
    "bgm": "burgermeister buergermeister burgemeester burg",
    "2e": "tweede",
    "1e": "eerste",
    "3e": "derde",
    "4e": "vierde",
    "imp": "impasse",
    "fbg": "faubourg",
    "r": "rua",
    "tv": "travessa trv",
    "al": "alameda aleja aleje",
    "lg": "largo lgo",
    "rod": "rodovia",
    "estr": "estrada",
    "via": "v",
    "vle": "viale",
    "cso": "corso",
    "ple": "piazzale",
    "urb": "urbanizacion",
    "pol": "poligono",
    "gta": "glorieta",
    "nte": "norte",
    "ote": "oriente",
    "pte": "poniente",
    "pln": "plein",
    "pr": "prospekt prosp",
    "per": "pereulok",
    "nab": "naberezhnaya",
    "1st": "first",
    "2nd": "second",
    "3rd": "third",
    "4th": "fourth",
    "5th": "fifth",
    "6th": "sixth",
    "7th": "seventh",
    "8th": "eighth",
    "9th": "ninth",
    "10th": "tenth",
}
_SHORTENED = {word: short for short, words in _SHORT.items() for word in words.split()}
_DROPPED = r"^(?:ul|ulica|ulitsa) (\w)"
_DROPPED_BEHIND = r"(\w) (?:ul|ulitsa)$"
_TWO_DIRECTIONS = r"\b([ns]) ([ew])\b"
_JOINED_STREET = r"([a-z]{3,})(?:strasse|straat|str)\b"
_JOINED = r"([a-z]{3,})(platz|pl|gasse|weg|allee)\b"


def shorten_street_words(key: pl.Series) -> pl.Series:
    """Return comparison keys of streets with each usual word in its one short form.

    German compounds are opened (``seifertstrasse``, ``seifertstr`` and ``seifert str`` agree) and
    the Polish ``ul`` is dropped; a name that is nothing but such words keeps them.
    """
    text = pl.col(key.name)
    opened = text.str.replace_all(_JOINED_STREET, "${1} st").str.replace_all(_JOINED, "${1} ${2}")
    opened = opened.str.replace(_DROPPED, "${1}").str.replace(_DROPPED_BEHIND, "${1}")
    spaced = pl.concat_str(
        pl.lit(" "), opened.str.replace_all(" ", "  ", literal=True), pl.lit(" ")
    )
    short = spaced.str.replace_many(
        [f" {word} " for word in _SHORTENED], [f" {short} " for short in _SHORTENED.values()]
    )
    joined = collapse(short).str.replace(_TWO_DIRECTIONS, "${1}${2}")
    return key.to_frame().select(joined.alias(key.name)).to_series()
