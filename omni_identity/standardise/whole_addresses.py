"""Whole addresses in the street's field: ``3 South Place, Denworth, DE1 2AX`` is a street, a city and a postcode."""

from __future__ import annotations

from functools import partial

import polars as pl

from omni_identity.standardise.distinct import on_distinct, on_frame_rows
from omni_identity.standardise.text import collapse

PLACE = ("street", "city", "region", "postcode")

_COUNTRY = (
    r"(?i)[,\s]+(?:usa|u\.s\.a\.|united states(?: of america)?|uk|u\.k\.|united kingdom|great britain|england|scotland|"
    r"wales|northern ireland|ireland|canada|australia|new zealand|deutschland|germany|österreich|austria|schweiz|"
    r"switzerland|suisse|france|españa|spain|italia|italy|nederland|netherlands|belgique|belgië|belgium|polska|"
    r"poland|portugal|brasil|brazil|méxico|mexico)\.?$"
)
_WORDY = r"([^,\d]*\pL[^,\d]*?)"
_BRITISH = r"[A-Za-z]{1,2}\d[A-Za-z\d]? ?\d[A-Za-z]{2}"
_CANADIAN = r"[A-Za-z]\d[A-Za-z][ -]?\d[A-Za-z]\d"
_FIVE = r"\d{5}(?:-\d{4}|-\d{3})?"
_STREET = r"^(.*\d.*?)"
"""A street with a number somewhere: without one, what stands before a comma may be a house that has a name."""
_POSTCODE_LAST = rf"{_STREET},\s*{_WORDY}(?:,\s*{_WORDY})?[,\s]+({_BRITISH}|{_CANADIAN}|{_FIVE})$"
_CODE_AND_POSTCODE = (
    rf"{_STREET},\s*{_WORDY}[,\s]+([A-Z]{{2,3}})[,\s]+({_FIVE}|{_CANADIAN}|\d{{4}})$"
)
"""``Boston, MA 02134``, ``Carlton VIC 3053``."""
_POSTCODE_FIRST = (
    rf"{_STREET},\s*(?:[A-Z]{{1,3}}[- ])?(\d{{5}}(?:-\d{{3}})?|\d{{4}}(?: ?[A-Z]{{2}}\b|-\d{{3}})?|\d\d-\d{{3}}|"
    rf"\d{{3}} \d\d)\s+{_WORDY}(?:,\s*{_WORDY})?$"
)
"""``Hauptstr. 5, 10115 Berlin``, ``ul. Długa 7, 00-238 Warszawa``."""
_NUMBER_FIRST_COUNTRIES = ("US", "GB", "IE", "CA", "AU", "NZ", "ZA", "IN")
"""Where a number behind a comma is a house, not a postcode: ``Unit 3, 1400 Canal Rd``."""
_WHOLE = r"[,\n]"


def split_whole_addresses(place: pl.DataFrame, where: pl.Series) -> pl.DataFrame:
    """Return ``street``, ``city``, ``region`` and ``postcode``, raw texts as they came, with whole addresses split.

    A street is taken apart where the record names neither city nor postcode, and only into a shape that tells all
    of them; every other row stays. ``where`` is the country that the record's address is read in (ISO-2, or null).
    """
    frame = place.select(PLACE)
    is_alone = pl.all_horizontal(
        pl.col(name).str.strip_chars().fill_null("") == "" for name in ("city", "postcode")
    )
    is_whole = frame.select(is_alone & pl.col("street").str.contains(_WHOLE)).to_series()
    number_first = where.is_in(_NUMBER_FIRST_COUNTRIES).fill_null(False)
    for hit, postcode_first in ((is_whole & ~number_first, True), (is_whole & number_first, False)):
        frame = on_frame_rows(frame, hit, partial(_split, postcode_first=postcode_first))
    return frame


def _split(rows: pl.DataFrame, postcode_first: bool) -> pl.DataFrame:
    parts = on_distinct(rows["street"], partial(_parts, postcode_first=postcode_first))
    found = parts["postcode"].is_not_null()
    return rows.select(
        pl.when(found).then(parts["street"]).otherwise(pl.col("street")).alias("street"),
        pl.when(found).then(parts["city"]).otherwise(pl.col("city")).alias("city"),
        pl.coalesce("region", pl.when(found).then(parts["region"])).alias("region"),
        pl.when(found).then(parts["postcode"]).otherwise(pl.col("postcode")).alias("postcode"),
    )


def _parts(raw: pl.Series, postcode_first: bool) -> pl.DataFrame:
    """The four parts of distinct lines; all null where a line has no such shape."""
    line = pl.col(raw.name).str.replace_all(r"\s*[\r\n]+\s*", ", ")
    line = collapse(line).str.strip_chars(" ,;.").str.replace(_COUNTRY, "")
    frame = raw.to_frame().select(
        line.str.extract_groups(_CODE_AND_POSTCODE).alias("code"),
        line.str.extract_groups(_POSTCODE_LAST).alias("last"),
        (line if postcode_first else pl.lit(None, dtype=pl.String))
        .str.extract_groups(_POSTCODE_FIRST)
        .alias("first"),
    )
    code, last, first = (pl.col(name).struct for name in ("code", "last", "first"))
    return frame.select(
        pl.coalesce(code.field("1"), last.field("1"), first.field("1")).alias("street"),
        pl.coalesce(code.field("2"), last.field("2"), first.field("3")).alias("city"),
        pl.coalesce(code.field("3"), last.field("3"), first.field("4")).alias("region"),
        pl.coalesce(code.field("4"), last.field("4"), first.field("2")).alias("postcode"),
    )
