"""Countries as shops, forms and people write them."""

from __future__ import annotations

import polars as pl
import pytest

from omni_identity.standardise.country import CODES, standardise_country

from .records import standardised


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        *(("United States (US)", "US"), ("US - United States", "US"), ("U.S.A.", "US"), ("usa", "US")),
        *(("USA (Texas)", "US"), ("Georgia, USA", "US"), ("840", "US"), ("840.0", "US"), ("US-CA", "US")),
        *(("Deutschland (DE)", "DE"), ("DE - Deutschland", "DE"), ("DE-Deutschland", "DE"), ("DE-BY", "DE")),
        *(("de_AT", "AT"), ("en-US", "US"), ("Österreich (AT)", "AT"), ("D", "DE"), ("276", "DE")),
        *(("Great Britain (UK)", "GB"), ("GB-ENG", "GB"), ("GB-SCT", "GB"), ("England", "GB"), ("UK", "GB")),
        *(("Scotland, UK", "GB"), ("England & Wales", "GB"), ("Escocia", "GB"), ("Wielka Brytania", "GB")),
        *(("Hong Kong SAR", "HK"), ("Hong Kong (SAR China)", "HK"), ("Macao SAR", "MO"), ("Eire", "IE")),
        *(("Viet Nam", "VN"), ("Vietnã", "VN"), ("Holland", "NL"), ("Pays-Bas", "NL"), ("Paesi Bassi", "NL")),
        *(("Korea, Republic of", "KR"), ("South Korea", "KR"), ("Südkorea", "KR"), ("Corée du Sud", "KR")),
        *(("Congo, The Democratic Republic of the", "CD"), ("Congo (Kinshasa)", "CD"), ("Iran", "IR")),
        *(("Taiwan (Province of China)", "TW"), ("Puerto Rico (US)", "PR"), ("Isle of Man (UK)", "IM")),
        *(("Schweiz/Suisse", "CH"), ("CH|Schweiz", "CH"), ("Zwitserland", "CH"), ("Szwajcaria", "CH")),
        *(("Russland", "RU"), ("Russie", "RU"), ("Rosja", "RU"), ("Tchéquia", "CZ"), ("Chéquia", "CZ")),
        *(("St. Kitts and Nevis", "KN"), ("Bosnia & Herzegovina", "BA"), ("Türkiye", "TR"), ("中国", "CN")),
        *(("Korea (North)", "KP"), ("Korea, North", "KP"), ("Congo, Democratic Republic", "CD"), ("KSA", "SA")),
        *(("대한민국", "KR"), ("Ελλάδα", "GR"), ("Magyarország", "HU"), ("Česká republika", "CZ"), ("भारत", "IN")),
        *(("Oesterreich", "AT"), ("Elfenbeinküste", "CI"), ("Cote d Ivoire", "CI"), ("Holy See", "VA")),
        *(("NA", "NA"), ("Georgia", "GE"), ("GEO", "GE"), ("México", "MX"), ("004", "AF")),
    ],
)  # fmt: skip
def test_countries(raw: str, code: str) -> None:
    out = standardised(country=raw)
    assert (out["country"], out["invalid"], out["placeholders"]) == (code, [], [])


@pytest.mark.parametrize(
    "raw",
    [
        "ČR",
        "Korea (Eastern)",
        "Atlantis",
        "US/Canada",
        "Georgia (US)",
        "XX-YY",
        "Texas",
        "+49",
        "EU",
    ],
)
def test_what_is_no_country_or_two_is_invalid(raw: str) -> None:
    out = standardised(country=raw)
    assert (out["country"], out["invalid"]) == (None, ["country"])


def test_a_record_whose_country_cannot_be_read_is_not_of_home() -> None:
    raw = {"phone": ["(212) 555-0136", "+44 20 7946 0018"], "postcode": "2201"}
    abroad = standardised(country="Atlantis", **raw)
    assert (abroad["phone"], abroad["postcode"]) == (["+442079460018"], "2201")
    assert abroad["invalid"] == ["country", "phone"]
    for none in (None, "n/a"):
        home = standardised(country=none, **raw)
        assert (home["phone"], home["postcode"]) == (["+12125550136", "+442079460018"], "02201")


def test_codes_are_read_alike_alone_and_beside_names() -> None:
    codes = [*sorted(CODES), None]
    alone = standardise_country(pl.Series("country", codes))
    beside = standardise_country(pl.Series("country", [*codes, "Deutschland"]))
    assert alone["country"].to_list() == codes
    assert beside.head(len(codes)).equals(alone)
