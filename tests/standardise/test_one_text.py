"""One text is read as every identifier as a contact's cell with it is."""

from __future__ import annotations

from functools import cache

import polars as pl
import pytest

from omni_identity.model.attributes import Vocabulary
from omni_identity.standardise import Rules, standardise_identifiers
from omni_identity.standardise.one_text import read_text

from .records import VOCABULARY
from .test_cells import ANNA, NUMBER

COUNTRIES = ("DE", "MX", "US")
OWN = Vocabulary(
    identifiers=(*VOCABULARY.identifiers, "tax_no"),
    case_sensitive=("account_id", "tax_no"),
    punctuated=("loyalty_id",),
)
TYPED = [
    *ANNA,
    *NUMBER,
    *("anna@mail.org; bob@mail.org 415-555-2671", "J.Roe+shop@gmail.com", "nobody", "a@b", "@anna.k"),
    *("030 901820", "0049 30 901820", "5215512345678", "49 30 901820", "1-800-FLOWERS", "12 345"),
    *("https://www.instagram.com/Foo.Bar/?hl=de", "t.me/xyz", "wa.me/14155552671", "7.php?id=12"),
    *("L-588 587/686", "12345.0", "{ABC-1 2}", "5f0c7a5e-1111-4bcd-8abc-0123456789ab", "кл-12"),
    *("0015g00000AbCdE", "N/A", "0000000", "1234567890", "test@test.com", "\x00", " ", "", ";;", "②③"),
]  # fmt: skip


@cache
def expected_of(vocabulary: Vocabulary) -> dict[str, list[dict[str, list[str]]]]:
    """What contacts' cells with each text are read as, in each country; all are read beside each other."""
    texts = sorted(set(TYPED))
    rows: dict[str, list[dict[str, list[str]]]] = {text: [] for text in texts}
    for country in COUNTRIES:
        cells = pl.DataFrame({name: [[text] for text in texts] for name in vocabulary.identifiers})
        read = standardise_identifiers(cells, vocabulary, Rules(vocabulary, country=country))
        for text, row in zip(texts, read.iter_rows(named=True), strict=True):
            rows[text].append(row)
    return rows


@pytest.mark.parametrize("vocabulary", [VOCABULARY, OWN], ids=["built in", "own"])
@pytest.mark.parametrize("text", TYPED)
def test_it_is_read_as_a_cell_in_each_country(text: str, vocabulary: Vocabulary) -> None:
    expected = {name: set[str]() for name in vocabulary.identifiers}
    for row in expected_of(vocabulary)[text]:
        for name, values in row.items():
            expected[name].update(values or ())
    found = read_text(text, vocabulary, COUNTRIES)
    assert found == {name: sorted(values) for name, values in expected.items()}
