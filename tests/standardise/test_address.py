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


@pytest.mark.parametrize(
    ("region", "shown"),
    [
        *(
            ("mo", "MO"),
            ("BAYERN", "Bayern"),
            ("N/A", None),
            ("JP-13", "JP-13"),
            ("us-ny", "US-NY"),
        ),
        *(
            ("NSW", "NSW"),
            (" QLD ", "QLD"),
            ("Uri", "Uri"),
            ("uri", "Uri"),
            ("Baden-Baden", "Baden-Baden"),
        ),
        *(("UNKNOWN", None), ("XXX", None)),
    ],
)
def test_regions(region: str, shown: str | None) -> None:
    assert standardise_region(one(region)).row(0)[0] == shown


ONE_HOUSE = [
    ("2nd Floor, 14 High Street", "14 High St", "high st", "14"),
    ("Ground Floor 14 High Street", "14 High St", "high st", "14"),
    ("Unit 5, The Mill, 14 Canal Rd", "14 Canal Road", "canal rd", "14"),
    ("Apartment 3 Rose Court, 14 High Street", "14 High St", "high st", "14"),
    ("Flat 2/1, 14 High St", "14 High Street", "high st", "14"),
    ("5 Oak Gdns", "5 Oak Gardens", "oak gdns", "5"),
    ("123 Main St, Springfield, IL 62701", "123 Main Street", "main st", "123"),
    ("12 rue Ste-Anne", "12 rue Sainte Anne", "rue st anne", "12"),
    ("12 chem. des Vignes", "12 che des Vignes", "ch des vignes", "12"),
    ("2e Kerkstraat 5", "Tweede Kerkstraat 5", "2e kerk st", "5"),
    ("ul. 3 Maja 5", "3 Maja 5", "3 maja", "5"),
    ("Aleje Jerozolimskie 5", "al. Jerozolimskie 5", "al jerozolimskie", "5"),
    ("Rua Augusta, n.º 12 R/C", "Rua Augusta 12", "r augusta", "12"),
    ("Al. Santos 12 cj 3", "Alameda Santos, 12", "al santos", "12"),
    ("Pça. da Sé 12", "Praça da Sé, 12", "pl da se", "12"),
    ("Schillerpl. 5", "Schillerplatz 5", "schiller pl", "5"),
    ("Bgm.-Meier-Str. 5", "Bürgermeister-Meier-Straße 5", "bgm meier st", "5"),
    ("Hauptstr. 5 (Hinterhaus)", "Hauptstraße 5", "haupt st", "5"),
    ("123 S Main St", "123 South Main Street", "s main st", "123"),
    ("300 W 57th St Apt 4", "300 West 57th Street", "w 57th st", "300"),
    ("W 57th St 300", "300 W 57th Street, 3rd Floor", "w 57th st", "300"),
    ("5 North West Third Ave", "5 NW 3rd Avenue", "nw 3rd ave", "5"),
    ("123 E St", "123 E Street", "e st", "123"),
    ("12A High Street", "12 A High Street", "high st", "12a"),
    ("Flat 3, 12 High Street", "Unit 3/12 High St", "high st", "12"),
    ("12 St. James St", "12 Saint James Street", "st james st", "12"),
    ("Building 5, 12 Main St", "0012 Main St, PO Box 5", "main st", "12"),
    ("Hauptstr.5", "Hauptstraße 5", "haupt st", "5"),
    ("Hauptstr. 5 Hinterhaus", "Hauptstraße 5, 2. OG links", "haupt st", "5"),
    ("Hauptstr. 5/Top 4", "Hauptstr. 5/2/14", "haupt st", "5"),
    ("Hauptstr. 5 2. Stock", "Hauptstr. 5 Whg. 12 c/o Müller", "haupt st", "5"),
    ("Musterweg5", "Muster Weg 5", "muster weg", "5"),
    ("Industriestr. 12-14", "Industriestrasse 12 - 14", "industrie st", "12-14"),
    ("Straße des 17. Juni 135", "Strasse des 17. Juni 135", "st des 17 juni", "135"),
    ("Via Roma, 12/A", "Via Roma 12-A", "via roma", "12a"),
    ("Via Roma 12 scala B int. 5", "Via Roma, n. 12", "via roma", "12"),
    ("P.za Duomo, 1", "Piazza Duomo 1", "pl duomo", "1"),
    ("Av. Paulista, 1578 - Bela Vista", "Avenida Paulista 1578", "ave paulista", "1578"),
    ("Rua Augusta nº 100, 3º Dto", "R. Augusta, 100, Apto 45", "r augusta", "100"),
    ("12 bis rue de la Paix", "12bis, rue de la Paix", "rue de la paix", "12bis"),
    ("12 rue du 8 mai 1945", "12, rue du 8 Mai 1945", "rue du 8 mai 1945", "12"),
    ("22 rue de la Porte 5", "22, rue de la Porte 5", "rue de la porte 5", "22"),
    ("ул. Ленина, д. 5, кв. 3", "Ленина ул., 5", "lenina", "5"),
    ("Calle Mayor 5, 3º B", "C/ Mayor, nº 5 3º 2ª", "calle mayor", "5"),
    ("Carrera 7 # 71-21", "Cra 7 No. 71-21", "carrera 7", "71-21"),
    ("Kerkstraat 12 bus 4", "Kerkstr. 12", "kerk st", "12"),
    ("Vestergade 12, 3. tv", "Vestergade 12, st. th", "vestergade", "12"),
    ("ul. Łanowa 12 m. 4", "Łanowa 12", "lanowa", "12"),
    ("PO Box 1234", "Postfach 12 34", "po box", "1234"),
    ("BP 45", "Apartado de Correos 45", "po box", "45"),
    ("Casella Postale n. 12", "Skr. poczt. 12", "po box", "12"),
]


@pytest.mark.parametrize(("one_way", "another", "key", "number"), ONE_HOUSE)
def test_one_house_is_one_key_and_number(one_way: str, another: str, key: str, number: str) -> None:
    for street in (one_way, another):
        assert standardise_street(one(street)).row(0)[1:3] == (key, number)


@pytest.mark.parametrize(
    ("postcode", "country", "expected"),
    [
        *(("12345-6789", "FR", "12345"), ("123456789", "US", "12345"), ("1234", "US", "01234")),
        *(("501", "US", "00501"), ("2134-1234", "US", "02134"), ("21341234", "US", "02134")),
        *(("1067", "DE", "01067"), ("D-1067", "DE", "01067"), ("1067.0", "DE", "01067")),
        *(("100", "IT", "00100"), ("8001", "ES", "08001"), ("1000", "FR", "01000")),
        *(
            ("100", "FI", "00100"),
            ("950", "PL", "00950"),
            ("800", "AU", "0800"),
            ("150", "NO", "0150"),
        ),
        *(
            ("1310200", "BR", "01310200"),
            ("01310-200", "BR", "01310200"),
            ("600001", "JP", "0600001"),
        ),
        *(
            ("'01067", "DE", "01067"),
            ("106", "DE", "106"),
            ("8001", "CH", "8001"),
            ("1067", None, "1067"),
        ),
        *(("D01067", "DE", "01067"), ("D 1067", "DE", "01067"), ("I-187", "IT", "00187")),
        *(
            ("D-10115 محمد", "DE", "10115"),
            ("D 101 15", "DE", "10115"),
            ("D-10115 Ost", "DE", "D10115OST"),
        ),
        *(("B1636", "AR", "B1636"), ("L1 8JQ", "GB", "L18JQ"), ("800", "DK", "0800")),
        *(("1012 AB", "NL", "1012AB"), ("1234", "ZZ", "1234"), ("sw1a 1aa", "GB", "SW1A1AA")),
        *(("10115.0", "DE", "10115"), ("00-950", "PL", "00950"), ("00000", "US", None)),
        *(("99999", "US", None), ("n/a", "US", None), ("?!", "US", None), ("abc", "US", None)),
    ],
)
def test_postcodes(postcode: str, country: str | None, expected: str | None) -> None:
    out = standardise_postcode(one(postcode), pl.Series([country], dtype=pl.String))
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
