"""Cells of identifiers: however a value is spelt, it is one value."""

from __future__ import annotations

import polars as pl
import pytest

from omni_identity.standardise.cells import split_cells

from .records import standardised

ANNA = [
    "anna@mail.org",
    "ａｎｎａ＠ｍａｉｌ．ｏｒｇ",
    "ANNA＠Mail.Org",
    '"anna"@mail.org',
    'Anna K <"anna"@mail.org>',
    '"K, Anna" <anna@mail.org>',
    "mailto:anna@mail.org?subject=Hello",
    "anna@mail.org (home)",
    "anna@mail.org(privat)",
    "E-Mail privat: anna@mail.org",
    "work anna@mail.org",
    "'anna@mail.org",
    "\u00a0an\u200bna@mail.org\ufeff",
    "[anna@mail.org].",
]
NUMBER = [
    "(415) 555-2671",
    "４１５－５５５－２６７１",
    "٤١٥٥٥٥٢٦٧١",
    "＋１ 415 555 2671",
    "415.555.2671 (home)",
    "Mobil (privat): 415 555 2671",
    "tel:+1-415-555-2671;ext=5",
    "415-555-2671 ext. 12",
    "415\u2011555\u20112671",
    "00 1 415 555 2671",
    "+1\u00a0415\u200b555\u202f2671",
    "'4155552671",
    "4155552671.0",
    "14155552671@c.us",
]


@pytest.mark.parametrize("cell", ANNA)
def test_an_address_is_one_address_however_it_is_spelt(cell: str) -> None:
    assert standardised(email=[cell])["email"] == ["anna@mail.org"]


@pytest.mark.parametrize("cell", NUMBER)
def test_a_number_is_one_number_however_it_is_spelt(cell: str) -> None:
    assert standardised(phone=[cell])["phone"] == ["+14155552671"]


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        *(("telegram", "＠ａｎｎａ．ｋ", "anna.k"), ("instagram", "anna.k (privat)", "anna.k")),
        *(("loyalty_id", "'００１２34.0", "001234"), ("account_id", "AC-77 (alt)", "AC77")),
        *(("device_id", "'ck-8f31", "ck-8f31"), ("vat_no", "ＤＥ １２", "DE12")),
    ],
)
def test_codes_and_handles_lose_what_is_around_them(name: str, cell: str, value: str) -> None:
    assert standardised(**{name: [cell]})[name] == [value]


@pytest.mark.parametrize(
    "between", ["; ", ", ", " | ", " / ", "/", " or ", "\r\n", " ::: ", "；", "、", "・"]
)
def test_two_values_in_a_cell_are_two_values(between: str) -> None:
    out = standardised(
        email=[f"anna@mail.org{between}bob@mail.org"], phone=[f"415-555-2671{between}212-555-0136"]
    )
    assert out["email"] == ["anna@mail.org", "bob@mail.org"]
    assert out["phone"] == ["+12125550136", "+14155552671"]


@pytest.mark.parametrize("cell", ["4155552671 2125550136", "+14155552671  +12125550136"])
def test_two_whole_numbers_side_by_side_are_two(cell: str) -> None:
    assert standardised(phone=[cell])["phone"] == ["+12125550136", "+14155552671"]


@pytest.mark.parametrize("cell", ["(415)5552671-cell", "4155552671-home", "415-555-2671-Work"])
def test_a_label_may_be_glued_to_a_number(cell: str) -> None:
    assert standardised(phone=[cell])["phone"] == ["+14155552671"]


def test_labels_part_numbers_that_nothing_else_parts() -> None:
    out = standardised(phone=["home 415-555-2671 work: 212-555-0136"])
    assert out["phone"] == ["+12125550136", "+14155552671"]


@pytest.mark.parametrize(
    ("cell", "values"),
    [
        *(("030/1234567", ["+49301234567"]), ("0170/1234567 / 0171/7654321", ["+491701234567", "+491717654321"])),
        ("0049 (0)170-1234567", ["+491701234567"]),
    ],
)  # fmt: skip
def test_a_slash_within_a_number_parts_nothing(cell: str, values: list[str]) -> None:
    assert standardised(phone=[cell], country="DE")["phone"] == values


def test_words_that_are_labels_elsewhere_stay_parts_of_addresses() -> None:
    kept = ["home.anna@mail.org", "office-berlin@mail.org", "work@mail.org", "privat@home.org"]
    assert standardised(email=kept)["email"] == sorted(kept)


def test_cells_without_a_value_are_told_as_they_were() -> None:
    out = standardised(email=["no email address"], phone=["no phone"], instagram=["two words!"])
    assert (out["email"], out["phone"], out["instagram"]) == (None, None, None)
    assert out["placeholders"] == ["phone"]
    assert out["invalid"] == ["email", "instagram"]
    nothing = pl.Series("email", [None, None], dtype=pl.String)
    assert split_cells(nothing, "email").to_list() == [None, None]


@pytest.mark.parametrize(
    "cell",
    [
        *("415-555-2671 lub 212-555-0136", "415-555-2671 of 212-555-0136", "415-555-2671 bzw. 212-555-0136"),
        *("415-555-2671 u. 212-555-0136", "415-555-2671 ó 212-555-0136", "415-555-2671 & 212-555-0136"),
        *("h: 415-555-2671 w: 212-555-0136", "T: 415-555-2671, F: 212-555-0136", "(415) 555-2671 + (212) 555-0136"),
        *("+1 415 555 2671 +1 212 555 0136", "415-555-2671 - 212-555-0136", "415-555-2671\\212-555-0136"),
        *("Móvil: 4155552671 / Fijo: 2125550136", "Mobile1: 415-555-2671 Mobile2: 212-555-0136"),
        *("415-555-2671 x12 / 212-555-0136 ext. 3", "tel. 415 555 2671 (after 6pm), 212 555 0136 WhatsApp"),
        *("415-555-2671 (Mom) or 212-555-0136 (call after 5)", "415 555 2671\u2028212 555 0136"),
    ],
)  # fmt: skip
def test_two_numbers_of_which_only_words_or_signs_say_so(cell: str) -> None:
    assert standardised(phone=[cell])["phone"] == ["+12125550136", "+14155552671"]


@pytest.mark.parametrize(
    ("cell", "country", "value"),
    [
        *(("030 1234567 Durchwahl 12", "DE", "+49301234567"), ("030 / 1234567", "DE", "+49301234567")),
        *(("030 1234567/68", "DE", "+49301234567"), ("Tél. portable : 06.12.34.56.78", "FR", "+33612345678")),
        *(("+33 (0) 6 12 34 56 78", "FR", "+33612345678"), ("06 - 12 34 56 78", "NL", "+31612345678")),
        *(("tel. kom. 601 123 456", "PL", "+48601123456"), ("0xx11 3265-4321", "BR", "+551132654321")),
        *(("1-800-GOT-JUNK", "US", "+18004685865"), ('="4155552671"', "US", "+14155552671")),
        *(("wa.me/491715550201", "US", "+491715550201"), ("wa.me/+491715550201?text=Hi", "DE", "+491715550201")),
        *(("https://api.whatsapp.com/send?phone=491715550201&text=Hi", "US", "+491715550201"),),
    ],
)  # fmt: skip
def test_words_signs_and_links_around_one_number(cell: str, country: str, value: str) -> None:
    assert standardised(phone=[cell], country=country)["phone"] == [value]
