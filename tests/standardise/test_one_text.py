"""One text is read as every identifier as a contact's cell with it is."""

from __future__ import annotations

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


@pytest.mark.parametrize("vocabulary", [VOCABULARY, OWN], ids=["built in", "own"])
@pytest.mark.parametrize("text", TYPED)
def test_it_is_read_as_a_cell_in_each_country(text: str, vocabulary: Vocabulary) -> None:
    expected = {name: set[str]() for name in vocabulary.identifiers}
    for country in COUNTRIES:
        cells = pl.DataFrame({name: [[text]] for name in vocabulary.identifiers})
        rules = Rules(vocabulary, country=country)
        row = standardise_identifiers(cells, vocabulary, rules).row(0, named=True)
        for name, values in row.items():
            expected[name].update(values or ())
    found = read_text(text, vocabulary, COUNTRIES)
    assert found == {name: sorted(values) for name, values in expected.items()}
