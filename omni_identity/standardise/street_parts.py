"""A street line taken apart: the street's name, the house number, without what lies inside the house.

Country by country the number stands before the street or behind it, and shapes tell which. Tried instead:
usaddress (0.5.16) reads American lines as well and calls ``Hauptstr.5`` an occupancy and ``Via Roma 12A`` a
recipient, at 17,000 lines a second; libpostal needs a C library and two gigabytes of model from outside of any
package, in the memory of every process. Neither is taken.
"""

from __future__ import annotations

from functools import partial

import polars as pl

from omni_identity.standardise.distinct import on_rows
from omni_identity.standardise.text import collapse

PO_BOX = "po box"

_LETTER = r"(?: ?(?:bis|ter|quater|quinquies)\b|[ /\-]?[a-df-mo-rt-vx-z]\b|[/\-]?[a-z]\b)"
"""``12 a``, ``12a``, ``12/A``, ``12 bis``; a direction by itself belongs to the street: ``12 S Main St``."""
_MORE = r"(?: ?[/\-] ?\d{1,5}(?:[a-z]\b)?){0,2}"
_NUMBER = rf"(\d{{1,6}}{_LETTER}?{_MORE}(?: 1/2)?)"
_LAST_NUMBER = rf"(\d{{1,6}}(?: ?(?:bis|ter|quater)\b| ?[/\-]? ?[a-z]\b)?{_MORE}(?: 1/2)?)"
_MARK = r"(?:no\.? ?|nr\.? ?|n\.?[o°]\.? ?|n\. ?|num\.? ?|numero |# ?|d\. ?|dom )"
_NUMBER_FIRST = rf"^{_MARK}?{_NUMBER}[\s,]+(.*\pL.*)$"
_NUMBER_LAST = rf"^(.*?\pL.*?)[\s,]+{_MARK}?{_LAST_NUMBER}$"
_DATE_NAMED = (
    r"^\d{1,2}(?:o|er)? (?:de|di|of) \pL|^\d{1,2}e \pL.*[\s,]\d{1,5}[a-z]?$|^\d{1,2}\.? (?:stycznia|lutego|"
    r"marca|kwietnia|maja|czerwca|lipca|sierpnia|wrzesnia|pazdziernika|listopada|grudnia)\b"
)
"""Streets that are called by a day or counted: ``5 de Mayo 12``, ``3 Maja 5``, ``2e Kerkstraat 5``."""
_COLOMBIAN = (
    r"^((?:carrera|cra|cr|kra|kr|calle|cll|cl|diagonal|dg|transversal|tv|avenida|av)\.? \d+[a-z]?)"
    r"\s*(?:#|no\.?|n[o°]\.?)\s*(\d+[a-z]?\s*-\s*\d+)\b.*$"
)
_AFTER_NUMBER = rf"^([^\d,]*?\pL[^\d,]*?)[\s,]+{_MARK}?{_LAST_NUMBER}(?:\s+[\-–]\s*\pL.*|\s*,\s.*)$"
"""A number with what follows it: the quarter, the floor (``Av. Paulista, 1578 - Bela Vista``)."""
_INSIDE_FIRST = (
    r"^(?:building|bldg|block|house|haus|villa|suite|ste|unit|apt|apartment|flat|floor|room|level|tower|lot|shop|"
    r"edificio|bloco|bat|batiment|residence|res|c/o)\b"
)

_CARE_OF = r"^c/o [^,]+,\s*|[\s,]+c/o .*$"
_TOWN_BEHIND = r"(\pL.*),\s*[a-z .'\-]+,\s*[a-z]{2}\.?,?\s+\d{5}(?:-\d{4})?$"
"""A whole American address in the street's field."""
_NO_NUMBER = r"[\s,]+(?:s\.? ?n\.? ?c\.?|s/n\.?|s\.n\.?|sn|senza numero|sin numero|sem numero)$"
_BUILDING_BEFORE = (
    r"^[^,]*\pL[^,]*,\s*(?:[^,]*\pL[^,]*,\s*)?(\d{1,5}[a-z]?(?:\s?-\s?\d+)?\s+[^,\d]*\b(?:street|st|road|rd|lane|ln|"
    r"avenue|ave|close|cl|drive|dr|way|place|pl|gardens|gdns|crescent|cres|terrace|ter|square|sq|court|ct|hill|"
    r"row|grove|gro|mews|walk|green|park|parade|rise|view|boulevard|blvd))\.?$"
)
"""``The Mill, 14 Canal Rd``: a house or building that has a name, before its number."""
_UNIT = (
    r"[\s,]+(?:apt|apartment|apto|apartamento|unit|suite|flat|app|appt|appartement|room|rm|fl|floor|"
    r"wohnung|whg|etage|stock|stiege|piso|planta|puerta|pta|bajo|lok|lokal|mieszkanie|mieszk|kv|kvartira|"
    r"lgh|#)\b[.:]?[ #]*[\w\-]*"
    r"|[\s,]+ste\b[. #]*(?:\d[\w\-]*|[a-z]\d*\b)|[\s,]+r/c(?:h|\b).*$"
    r"|,\s*\d{1,2} ?[oa]\b.*$|[\s,]+(?:#|m\.|kv\.) ?[\w\-]+"
    r"|[\s,]+\(?(?:hinterhaus|vorderhaus|seitenflugel|ruckgebaude|hinterhof|gartenhaus|bsmt|basement|"
    r"penthouse)\b.*$"
)
_UNIT_ID = r"\b\.?[ #]*(?:\d+[a-z]?|[a-z]\d*)\b"
_NUMBERED_UNIT = (
    r"(\d.*?)[\s,/\-]+(?:tuer|stg|interno|scala|escalera|bte|boite|batiment|bat|spc|trlr|andar|bloco|bl|"
    rf"korp|korpus|stroenie|entrance){_UNIT_ID}"
)
_UNIT_BESIDE_NUMBER = (
    r"(\d[a-z]?|,)[\s,/\-]+(?:top|tur|int|sc|esc|bus|porte|level|lot|sala|conj|cj|k|str|local|og|eg)"
    rf"{_UNIT_ID}"
)
"""Words that are parts of street names too are units only right behind the number, or behind a comma."""
_FLOOR_BEHIND = (
    r"(\d.*?)[\s,]+\d{1,2}(?:[oa]|er|e|eme|st|nd|rd|th)?\.?[ /]*"
    r"(?:og|stock|etage|floor|piso|planta|andar|izq|izda|dcha|esq|dto|dta|frente)\b.*$"
)
_DANISH_FLOOR = r"(\d.*?)[\s,]+(?:\d{1,2}|st)\.? (?:tv|th|mf)\.?$"
_SPANISH_FLOOR = r"^([^\d].*?\d.*?)[\s,]+\d{1,2}[oa](?: \w{1,2})?$"
_UNIT_FIRST = (
    r"^(?:(?:apt|apartment|unit|suite|ste|flat|room|rm|app|appt|whg|shop)[. #]+[\w\-/]+(?:\s*[/,]\s*|\s+)"
    r"|(?:building|bldg|block|tower|level|floor|villa|lot)[. #]+[\w\-]+\s*,\s*"
    r"|(?:\d{1,2}(?:st|nd|rd|th)|ground|first|second|third|fourth|fifth|top|lower ground) (?:floor|fl)\b\s*,?\s*)"
    r"(\d|.*\d)"
)
_STAIRS = r"^(.*\pL.*?\s\d+[a-z]?)/\d+[a-z]?/\d+[a-z]?$"
_INSIDE = (
    (_CARE_OF, ""),
    (_TOWN_BEHIND, "${1}"),
    (_UNIT_FIRST, "${1}"),
    (_BUILDING_BEFORE, "${1}"),
    (_STAIRS, "${1}"),
    (_FLOOR_BEHIND, "${1}"),
    (_DANISH_FLOOR, "${1}"),
    (_SPANISH_FLOOR, "${1}"),
    (_UNIT, ""),
    # a staircase and a door, one behind the other
    *((_NUMBERED_UNIT, "${1}"), (_NUMBERED_UNIT, "${1}")),
    *((_UNIT_BESIDE_NUMBER, "${1}"), (_UNIT_BESIDE_NUMBER, "${1}")),
)
"""What lies inside a house, and what is left of a line with it; in this order."""
_BOX = (
    r"(?:p\.? ?o\.? ?box|post office box|gpo box|locked bag|private bag|postfach|pf|b\.? ?p\.?|boite postale|"
    r"apartado(?: de correos| postal)?|apdo\.?(?: de correos)?|casella postale|caixa postal|apartado|postbus|"
    r"skrytka(?: pocztowa)?|skr\.? ?poczt\.?|postboks|postboks nr|c\.? ?p\.?|box|a/ya)"
)
_ONLY_BOX = rf"^{_BOX}\s*(?:#|no\.?|nr\.?|n\.?|n[o°])?\s*(\d[\d \-]*[a-z]?)\s*$"
_BOX_NUMBER = rf"{_BOX}\s*(?:#|no\.?|nr\.?)?\s*\d+(?: \d{{2,3}})?"
_BOX_BESIDE = (
    rf"^(.*\d.*?)[\s,;/\-]+{_BOX_NUMBER}$|^{_BOX_NUMBER}[\s,;/\-]+(.*\pL.*\d.*|\d.*\pL.*)$"
)
_GLUED = r"([a-z]{2})\.(\d)"
_GLUED_WORD = r"((?:str|strasse|straat|weg|platz|gasse|allee|laan|ring))(\d+ ?[a-z]?\b)"


def split_street(folded: pl.Series) -> pl.DataFrame:
    """Return ``name`` and ``house_number`` of folded street lines; the number null where there is none.

    Units, floors and stairs are left out. A PO box is the street ``po box``, whatever its language calls it,
    unless a street stands beside it. Letters and words close up to the number (``12bis``, ``12a``).
    """
    text = folded.alias("text")
    # a number that lost its space ("1884Holmes", "Hauptstr.5"), but not "5th"
    text = text.str.replace(r"^([0-9]+)([a-z]{4,})", "${1} ${2}")
    text = text.str.replace(_GLUED, "${1}. ${2}").str.replace(_GLUED_WORD, "${1} ${2}")
    text = text.str.replace(_NO_NUMBER, "")
    text = on_rows(text, text.str.contains(rf"\b{_BOX}\b"), _without_box)
    frame = text.to_frame().with_columns(
        pl.col("text").str.extract(_ONLY_BOX, 1).str.replace_all(r"[ \-]", "").alias("box"),
        pl.col("text").str.extract_groups(_COLOMBIAN).alias("grid"),
    )
    bare = on_rows(text, text.str.contains(r"\d"), _without_units)
    bare = bare.str.strip_chars(" ,;-").alias("bare")
    frame = frame.with_columns(bare)
    value = pl.col("bare")
    is_day = value.str.contains(_DATE_NAMED)
    first = pl.when(~is_day).then(value).str.extract_groups(_NUMBER_FIRST).struct
    last = value.str.extract_groups(_NUMBER_LAST).struct
    followed = (
        pl.when(~value.str.contains(_INSIDE_FIRST))
        .then(value)
        .str.extract_groups(_AFTER_NUMBER)
        .struct
    )
    grid = pl.col("grid").struct
    frame = frame.select(
        "box",
        pl.coalesce(grid.field("2"), first.field("1"), followed.field("2"), last.field("2")).alias(
            "number"
        ),
        pl.coalesce(
            grid.field("1"), first.field("2"), followed.field("1"), last.field("1"), value
        ).alias("name"),
    )
    number = pl.col("number").str.replace_all(" ", "", literal=True)
    number = number.str.replace(r"(\d)[/\-]([a-z])", "${1}${2}").str.replace(r"^0+(\d)", "${1}")
    is_box = pl.col("box").is_not_null()
    return frame.select(
        pl.when(is_box).then(pl.lit(PO_BOX)).otherwise("name").alias("name"),
        pl.when(is_box).then("box").otherwise(number).alias("house_number"),
    )


def _without_box(text: pl.Series) -> pl.Series:
    """Lines with a street beside a PO box, without the box."""
    groups = pl.col("text").str.extract_groups(_BOX_BESIDE).struct
    street = pl.coalesce(groups.field("1"), groups.field("2"), "text")
    return text.alias("text").to_frame().select(street).to_series()


def _without_units(text: pl.Series) -> pl.Series:
    for shape, left in _INSIDE:
        # what a shape cannot fit costs little to ask, and much to replace
        hit = text.str.contains(shape)
        text = on_rows(text, hit, partial(_replaced, shape=shape, left=left))
    return text.to_frame().select(collapse(pl.col(text.name))).to_series()


def _replaced(text: pl.Series, shape: str, left: str) -> pl.Series:
    return text.str.replace_all(shape, left)
