"""Streets, towns and area codes: where the households of the demo live."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl

from omni_identity.demo.randomness import Draw, Ints

# State, first and last ZIP prefix, area codes.
_STATES = """
AL 350-369 205 251 256 334|AK 995-999 907|AZ 850-865 480 520 602 623 928
AR 716-729 479 501 870|CA 900-961 213 310 323 408 415 510 530 559 562 619 626
CA 900-961 650 661 707 714 760 805 818 831 858 909 916 925 949
CO 800-816 303 719 720 970|CT 060-069 203 860|DC 200-205 202
DE 197-199 302|FL 320-349 239 305 321 352 386 407 561 727 772 813 850 904 941 954
GA 300-319 229 404 478 678 706 770 912|HI 967-968 808|IA 500-528 319 515 563
ID 832-838 208|IL 600-629 217 309 312 618 630 708 773 815 847
IN 460-479 219 260 317 574 765 812|KS 660-679 316 620 785 913
KY 400-427 270 502 606 859|LA 700-714 225 318 337 504 985
MA 010-027 413 508 617 781 978|MD 206-219 301 410 443|ME 039-049 207
MI 480-499 231 248 269 313 517 586 616 734 810 989
MN 550-567 218 320 507 612 651 763 952|MO 630-658 314 417 573 636 816
MS 386-397 228 601 662|MT 590-599 406
NC 270-289 252 336 704 828 910 919
NE 680-693 308 402|NH 030-038 603|NJ 070-089 201 609 732 856 908 973
NM 870-884 505 575|NV 889-898 702 775|NY 100-149 212 315 516 518 585 607 631 716
NY 100-149 718 845 914 917|OH 430-459 216 330 419 440 513 614 740 937
OK 730-749 405 580 918|OR 970-979 503 541 971|PA 150-196 215 412 570
PA 150-196 610 717 724 814|SC 290-299 803 843 864|SD 570-577 605
TN 370-385 423 615 731 865 901 931|TX 750-799 210 214 254 281 325 361 409 512 713
TX 750-799 806 817 832 903 915 956 972|UT 840-847 435 801|VA 220-246 276 434 540
VA 220-246 703 757 804|VT 050-059 802|WA 980-994 206 253 360 425 509
WI 530-549 262 414 608 715 920|WV 247-268 304|WY 820-831 307
"""
_SUFFIXES = {
    "Street": ("St", 30), "Avenue": ("Ave", 20), "Road": ("Rd", 18), "Drive": ("Dr", 18),
    "Lane": ("Ln", 12), "Court": ("Ct", 9), "Boulevard": ("Blvd", 5), "Way": ("Way", 6),
    "Place": ("Pl", 5), "Circle": ("Cir", 5), "Terrace": ("Ter", 3), "Parkway": ("Pkwy", 2),
    "Trail": ("Trl", 3), "Highway": ("Hwy", 1),
}  # fmt: skip
_COMMON = [
    "Main",
    "Oak",
    "Maple",
    "Park",
    "Pine",
    "Cedar",
    "Elm",
    "Washington",
    "Lake",
    "Hill",
    "Walnut",
    "Spring",
    "North",
    "Ridge",
    "Church",
    "Willow",
    "Mill",
    "Sunset",
    "Railroad",
    "Jackson",
    "Cherry",
    "West",
    "Center",
    "Highland",
    "Johnson",
    "Forest",
    "Jefferson",
    "Dogwood",
    "Hickory",
    "Lincoln",
    "Madison",
    "Chestnut",
    "Meadow",
    "River",
    "Franklin",
    "Broad",
    "Poplar",
    "Laurel",
    "Birch",
]
_TOWN_ENDINGS = ("ville", "ton", "burg", "field", "wood", "port", "ford", " Springs", " Heights",
                 " Falls", " Grove", "side", "land", " Park")  # fmt: skip
_ABROAD = {
    "CA": (0.45, ("Toronto", "Montréal", "Vancouver", "Calgary", "Ottawa", "Halifax")),
    "DE": (0.2, ("Berlin", "München", "Köln", "Hamburg", "Nürnberg", "Göttingen")),
    "GB": (0.2, ("London", "Leeds", "Bristol", "Glasgow", "Norwich", "York")),
    "MX": (0.15, ("Guadalajara", "Monterrey", "Puebla", "Mérida", "Tijuana", "León")),
}
ABROAD_SHARE = 0.045


@dataclass(frozen=True)
class Gazetteer:
    """Towns with their state, ZIP prefix and area code, and names of streets."""

    town: pl.Series
    state: pl.Series
    zip_low: Ints
    zip_high: Ints
    area: Ints
    street: pl.Series
    german_street: pl.Series
    spanish_street: pl.Series


@cache
def load_gazetteer() -> Gazetteer:
    """Builds the towns and streets once; they are the same for every seed."""
    draw = Draw(20261120, "gazetteer")
    surnames = list(_provider("person", "en_US").last_names)
    rows = [entry.split() for entry in _STATES.replace("\n", "|").split("|") if entry]
    cells = [(row[0], row[1], int(code)) for row in rows for code in row[2:]]
    towns = 15 * len(cells)
    stems = pl.Series(surnames).gather(draw.whole(0, len(surnames), towns))
    endings = pl.Series(_TOWN_ENDINGS).gather(draw.whole(0, len(_TOWN_ENDINGS), towns))
    cell = np.arange(towns) % len(cells)
    low = np.asarray([int(cells[at][1][:3]) for at in cell], dtype=np.int64)
    high = np.asarray([int(cells[at][1][4:]) for at in cell], dtype=np.int64)
    prefix = draw.whole(low, high + 1, towns)
    spanish = list(_provider("person", "es_MX").last_names)
    german = list(_provider("person", "de_DE").last_names)
    return Gazetteer(
        town=stems + endings,
        state=pl.Series([cells[at][0] for at in cell]),
        zip_low=prefix * 100 + 1,
        zip_high=prefix * 100 + 60,
        area=np.asarray([cells[at][2] for at in cell], dtype=np.int64),
        street=pl.Series(_COMMON * 12 + surnames),
        german_street=pl.Series([f"{name}{end}" for name in german for end in ("straße", "weg")]),
        spanish_street=pl.Series(
            [f"{kind} {name}" for name in spanish for kind in ("Calle", "Av.")]
        ),
    )


def _provider(kind: str, locale: str) -> Any:
    return importlib.import_module(f"faker.providers.{kind}.{locale}").Provider


def make_addresses(draw: Draw, n: int) -> pl.DataFrame:
    """n dwellings: number, street, suffix and its abbreviation, unit, city, region, postcode,
    country and area code; suffix and unit may be empty."""
    places = load_gazetteer()
    town = draw.whole(0, len(places.town), n)
    # Towns differ in size: the square of a draw prefers the first third of each list.
    town = (town * draw.unit(n)).astype(np.int64)
    suffix = draw.index([weight for _, weight in _SUFFIXES.values()], n)
    unit = pl.Series(draw.whole(1, 420, n)).cast(pl.String)
    letter = pl.Series(list("ABCDEFGH")).gather(draw.whole(0, 8, n))
    lettered = pl.Series(draw.chance(0.3, n))
    has_unit = pl.Series(draw.chance(0.27, n))
    frame = pl.DataFrame(
        {
            "number": pl.Series((draw.unit(n) ** 2 * 9800 + 1).astype(np.int64)).cast(pl.String),
            "road": places.street.gather(draw.whole(0, len(places.street), n)),
            "suffix": pl.Series(list(_SUFFIXES)).gather(suffix),
            "short_suffix": pl.Series([short for short, _ in _SUFFIXES.values()]).gather(suffix),
            "unit": pl.select(
                pl.when(has_unit)
                .then(pl.when(lettered).then(unit + letter).otherwise(unit))
                .otherwise(pl.lit(""))
            ).to_series(),
            "city": places.town.gather(town),
            "region": places.state.gather(town),
            "postcode": _digits(draw.whole(places.zip_low[town], places.zip_high[town], n), 5),
            "country": pl.Series(["US"]).gather(np.zeros(n, dtype=np.int64)),
            "area": places.area[town],
        }
    )
    return _move_abroad(draw, frame)


def _digits(numbers: Ints, width: int) -> pl.Series:
    return pl.Series(numbers).cast(pl.String).str.zfill(width)


def _move_abroad(draw: Draw, frame: pl.DataFrame) -> pl.DataFrame:
    """Gives a few households an address in another country."""
    n, places = len(frame), load_gazetteer()
    abroad = draw.chance(ABROAD_SHARE, n)
    which = draw.index([share for share, _ in _ABROAD.values()], n)
    for at, (country, (_, cities)) in enumerate(_ABROAD.items()):
        here = pl.Series(abroad & (which == at))
        city = pl.Series(cities).gather(draw.whole(0, len(cities), n))
        changes = [
            _when(here, city, "city"),
            _when(here, _postcodes(draw, country, n), "postcode"),
            _when(here, pl.lit(country), "country"),
            _when(here, pl.lit(""), "region"),
        ]
        if country in ("DE", "MX"):
            streets = places.german_street if country == "DE" else places.spanish_street
            road = streets.gather(draw.whole(0, len(streets), n))
            changes += [
                _when(here, road, "road"),
                _when(here, pl.lit(""), "suffix"),
                _when(here, pl.lit(""), "short_suffix"),
                _when(here, pl.lit(""), "unit"),
            ]
        frame = frame.with_columns(changes)
    return frame


def _when(here: pl.Series, value: pl.Series | pl.Expr, column: str) -> pl.Expr:
    return pl.when(here).then(value).otherwise(pl.col(column)).alias(column)


def _postcodes(draw: Draw, country: str, n: int) -> pl.Series:
    letters = [pl.Series(list("ABCEGHJKLMNPRSTVX")).gather(draw.whole(0, 17, n)) for _ in range(4)]
    digits = [pl.Series(draw.whole(1, 10, n)).cast(pl.String) for _ in range(3)]
    if country == "CA":
        front = letters[0] + digits[0] + letters[1]
        return (
            front
            + pl.Series([" "]).gather(np.zeros(n, dtype=np.int64))
            + digits[1]
            + letters[2]
            + digits[2]
        )
    if country == "GB":
        front = letters[0] + letters[1] + digits[0]
        return (
            front
            + pl.Series([" "]).gather(np.zeros(n, dtype=np.int64))
            + digits[1]
            + letters[2]
            + letters[3]
        )
    return _digits(draw.whole(10000, 98000, n), 5)
