from __future__ import annotations

import polars as pl
import pytest

from omni_identity.standardise.address import (
    standardise_city,
    standardise_postcode,
    standardise_region,
    standardise_street,
)
from omni_identity.standardise.country import standardise_country


def one(text: str) -> pl.Series:
    return pl.Series("raw", [text])


@pytest.mark.parametrize(
    ("street", "key", "number"),
    [
        *(("7217 Stewart Road", "stewart rd", "7217"), ("12 Main St Apt 4B", "main st", "12")),
        *(("12 MAIN STREET, Unit 5", "main st", "12"), ("Main St. 12", "main st", "12")),
        *(("Seifertstraße 12a", "seifert st", "12a"), ("seifertstr. 12 A", "seifert st", "12a")),
        *(("Seifert Strasse 12", "seifert st", "12"), ("Calle Mayor 5, 3º B", "calle mayor", "5")),
        *(("C/ Mayor 5", "calle mayor", "5"), ("ul. Łanowa 1860", "lanowa", "1860")),
        *(("1860 Łanowa", "lanowa", "1860"), ("Flat 3, 12 High Street", "high st", "12")),
        *(("123 N. 5th Avenue #4", "n 5th ave", "123"), ("5th Avenue", "5th ave", None)),
        *(
            ("1884Holmes Shoals", "holmes shoals", "1884"),
            ("2257 Atzlerplatz", "atzler pl", "2257"),
        ),
        *(("Rue de la Paix", "rue de la paix", None), ("12/14 Elm Ln", "elm ln", "12/14")),
    ],
)
def test_streets(street: str, key: str, number: str | None) -> None:
    shown, found_key, found_number, *flags = standardise_street(one(street)).row(0)
    assert (found_key, found_number, flags) == (key, number, [False, False])
    assert shown is not None


@pytest.mark.parametrize(
    ("city", "shown", "key"),
    [
        *(("ST. LOUIS", "St. Louis", "st louis"), ("Saint Louis", "Saint Louis", "st louis")),
        *(("FRANKFURT AM MAIN", "Frankfurt am Main", "frankfurt am main"),),
        *(("MÃ¼nchen", "München", "munchen"), ("łomża", "Łomża", "lomza"), ("n/a", None, None)),
    ],
)
def test_cities(city: str, shown: str | None, key: str | None) -> None:
    assert standardise_city(one(city)).row(0)[:2] == (shown, key)


@pytest.mark.parametrize(("region", "shown"), [("mo", "MO"), ("BAYERN", "Bayern"), ("N/A", None)])
def test_regions(region: str, shown: str | None) -> None:
    assert standardise_region(one(region)).row(0)[0] == shown


@pytest.mark.parametrize(
    ("postcode", "american", "expected"),
    [
        *(("12345-6789", False, "12345"), ("123456789", True, "12345"), ("1234", True, "01234")),
        *(("1234", False, "1234"), ("sw1a 1aa", False, "SW1A1AA"), ("D-10115", False, "10115")),
        *(("10115.0", False, "10115"), ("00-950", False, "00950"), ("00000", True, None)),
        *(("99999", True, None), ("n/a", True, None), ("?!", True, None), ("abc", True, None)),
    ],
)
def test_postcodes(postcode: str, american: bool, expected: str | None) -> None:
    out = standardise_postcode(one(postcode), pl.Series([american]))
    assert out.row(0)[0] == expected


@pytest.mark.parametrize(
    ("country", "code"),
    [
        *(("us", "US"), ("USA", "US"), ("U.S.A.", "US"), ("United States", "US"), ("UK", "GB")),
        *(
            ("Deutschland", "DE"),
            ("DEU", "DE"),
            ("España", "ES"),
            ("Polska", "PL"),
            ("Россия", "RU"),
        ),
        *(
            ("Estados Unidos", "US"),
            ("England", "GB"),
            ("Türkiye", "TR"),
            ("Vereinigte Staaten", "US"),
        ),
        *(("NA", "NA"), ("Namibia", "NA"), ("n/a", None), ("na", None), ("Atlantis", None)),
    ],
)
def test_countries(country: str, code: str | None) -> None:
    assert standardise_country(one(country)).row(0)[0] == code


def test_an_unknown_country_is_invalid_and_a_missing_one_a_placeholder() -> None:
    assert standardise_country(one("Atlantis")).row(0) == (None, False, True)
    assert standardise_country(one("n/a")).row(0) == (None, True, False)
