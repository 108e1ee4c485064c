"""A whole address in one field is taken apart, and a street that only looks like one is left."""

from __future__ import annotations

import polars as pl
import pytest

from omni_identity.standardise.whole_addresses import PLACE, split_whole_addresses

Place = tuple[str | None, str | None, str | None, str | None]


def split(country: str | None, street: str, *others: str | None) -> Place:
    values = dict(zip(PLACE, (street, *(others or (None, None, None))), strict=True))
    frame = pl.DataFrame([values], schema=dict.fromkeys(PLACE, pl.String))
    made: Place = split_whole_addresses(frame, pl.Series([country], dtype=pl.String)).row(0)
    return made


@pytest.mark.parametrize(
    ("country", "line", "parts"),
    [
        ("GB", "3 South Place, Denworth, DE1 2AX", ("3 South Place", "Denworth", None, "DE1 2AX")),
        ("GB", "2 High St, Wilmslow, Cheshire SK9 1AA, UK", ("2 High St", "Wilmslow", "Cheshire", "SK9 1AA")),
        ("US", "12 Main St, Boston, MA 02134", ("12 Main St", "Boston", "MA", "02134")),
        ("US", "12 Main St, Apt 4, Boston, MA, 02134-1234, USA", ("12 Main St, Apt 4", "Boston", "MA", "02134-1234")),
        ("US", "12 Main St\nSt. Louis MO 63101", ("12 Main St", "St. Louis", "MO", "63101")),
        ("CA", "5 Bay St, Toronto, ON M5J 2N8", ("5 Bay St", "Toronto", "ON", "M5J 2N8")),
        ("AU", "7 Lygon St, Carlton VIC 3053", ("7 Lygon St", "Carlton", "VIC", "3053")),
        ("DE", "Hauptstr. 5, 10115 Berlin", ("Hauptstr. 5", "Berlin", None, "10115")),
        ("DE", "Hauptstr. 5, D-10115 Berlin, Deutschland", ("Hauptstr. 5", "Berlin", None, "10115")),
        ("PL", "ul. Długa 7/3, 00-238 Warszawa", ("ul. Długa 7/3", "Warszawa", None, "00-238")),
        ("NL", "Kerkstraat 5, 1017 GA Amsterdam", ("Kerkstraat 5", "Amsterdam", None, "1017 GA")),
        ("FR", "12 bis, rue de la Paix, 75002 Paris", ("12 bis, rue de la Paix", "Paris", None, "75002")),
        ("PT", "Rua Augusta 10, 1100-053 Lisboa", ("Rua Augusta 10", "Lisboa", None, "1100-053")),
        ("ES", "Calle Mayor, 5, 28013 Madrid", ("Calle Mayor, 5", "Madrid", None, "28013")),
    ],
)  # fmt: skip
def test_a_whole_address_is_taken_apart(country: str, line: str, parts: Place) -> None:
    assert split(country, line) == parts


@pytest.mark.parametrize(
    ("country", "line"),
    [
        ("US", "12 Main St, Apt 4"),
        ("GB", "The Mill, 14 Canal Rd"),
        ("US", "Unit 3, 1400 Canal Rd"),
        (None, "The Mill, 1400 Canal Rd"),
        ("DE", "Hauptstr. 5, Hinterhaus"),
        ("ES", "Calle Mayor 5, 3 B"),
        ("US", "12 Main St, Boston"),
        ("US", "12 Main St"),
    ],
)
def test_a_street_stays(country: str | None, line: str) -> None:
    assert split(country, line) == (line, None, None, None)


def test_a_record_that_names_its_city_or_postcode_keeps_its_street() -> None:
    line = "12 Main St, Boston, MA 02134"
    assert split("US", line, "Boston", None, None) == (line, "Boston", None, None)
    assert split("US", line, None, None, "02134") == (line, None, None, "02134")
    assert split("US", line, None, "TX", None)[2] == "TX"


def test_no_rows_give_none() -> None:
    frame = pl.DataFrame(schema=dict.fromkeys(PLACE, pl.String))
    assert split_whole_addresses(frame, pl.Series([], dtype=pl.String)).shape == (0, 4)
