from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from omni_identity.standardise import Rules, standardise_contacts, standardised_columns

from .records import VOCABULARY, fed_back, raw_frame

# a failing example is readable as it is; shrinking whole frames takes minutes
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)

NASTY = [
    *("", " ", "\x00", "a\x00b", "\u200f\u202eabc", "👩‍👩‍👧‍👦", "🌸 Anna 🌸", "x" * 10_000),
    *("MÃ¼ller", "MÃƒÂ¼ller", "ã¼ber", "Ã\x90¼", "Ã\u200b¼", "ßa", "İSTANBUL", "ŉ", "ǆ", "ΑΣ"),
    *("Dr. - Dr. X", "Jr", "Dr", "Mr.", ", ,", "Smith,", ",Anna", "O'NEIL-MCDONALD", "van der"),
    *("J.R.R. Tolkien", "A. B.", "Test User", "Guest", "na", "NA", "N/A", "-", "...", "12345"),
    *(
        "Mr & Mrs Desmond Oakhurst",
        "Walter & Irene Kestrel",
        "A & B & C",
        "Familie & Co",
        "Anna NULL",
    ),
    *(
        "田中 太郎",
        "ジョン・スミス",
        "김철수",
        "王小明 Wang",
        "1985-03-13T23:00:00Z",
        "31120",
        "44931.5",
    ),
    *("王小明", "Андрей Петров", "محمد علي", "अनिल", "がぎぐ", "한국", "e\u0301", "m̦aris"),
    *("a@b.de", "<a@b.de>", "A <a@b.de>; b@c.de", "a@müller.de", "a@xn--mller-kva.de", "@", "a@"),
    *(
        "mailto:x@y.org",
        "+49 176 1234567",
        "0176/1234567",
        "+1 (907) 408-6138 x12",
        "1-800-FLOWERS",
    ),
    *("00000000000", "++", "+", "wa.me/4917612345678", "tel:+34600123456", "１２３４５６７８９０"),
    *("https://www.instagram.com/Foo.Bar/?hl=de", "@@x", "fb.com/profile.php?id=12", "12/03/1985"),
    *("1985-13-05", "31.12.99", "20011985", "March 5, 2001", "5 de marzo de 1985", "0000-00-00"),
    *("2024-03-01T10:00:00+02:00", "1700000000", "12345-6789", "D-10115", "123", "SW1A 1AA"),
    *(
        "12 Main St Apt 4B",
        "Hauptstr. 5",
        "#",
        "5",
        "c/ Mayor 5, 3º B",
        "St. Louis",
        "us",
        "Namibia",
    ),
    *("yes", "nein", "Frau", "x", "12345.0", "{ABC-1}", "٣٤٥", "Juan Carlos", "Anna, Maria, X"),
]

pieces = st.sampled_from(
    [*NASTY, "Smith", "ANNA", "de la", "Jr.", "Dr.", "@", ",", ".", "+49", "1 "]
)
mixtures = st.lists(pieces, min_size=1, max_size=4).map(lambda p: " ".join(p)[:400])
texts = st.one_of(pieces, mixtures, st.text(max_size=30), st.none())


@st.composite
def records(draw: st.DrawFn) -> dict[str, Any]:
    single = {c: draw(texts) for c in VOCABULARY.raw_single if draw(st.booleans())}
    lists = st.one_of(st.none(), st.lists(texts, max_size=3))
    return single | {c: draw(lists) for c in VOCABULARY.identifiers if draw(st.booleans())}


def assert_idempotent(raw: pl.DataFrame, rules: Rules) -> None:
    once = standardise_contacts(raw, rules)
    assert dict(once.schema) == {
        "row_number": pl.Int64(),
        "source_record_id": pl.String(),
        **standardised_columns(VOCABULARY),
    }
    # of these it is no longer seen that they name a country
    once = once.filter(~pl.col("invalid").list.contains("country"))
    twice = standardise_contacts(fed_back(once), rules)
    found = ["placeholders", "invalid"]
    assert_frame_equal(once.drop(found), twice.drop(found))
    assert twice.select(pl.col(found).list.len().sum()).row(0) == (0, 0)


@settings(max_examples=12, deadline=None, phases=PHASES)
@given(st.lists(records(), min_size=5, max_size=20), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_a_standardised_record_standardises_to_itself(
    rows: list[dict[str, Any]], order: Any
) -> None:
    assert_idempotent(raw_frame(rows), Rules(VOCABULARY, "DE", order, timezone="Europe/Berlin"))


def test_nasty_values_of_every_attribute_standardise_to_themselves() -> None:
    rows = [
        {attribute: [value] if attribute in VOCABULARY.identifiers else value}
        for attribute in VOCABULARY.raw_columns
        for value in NASTY
    ]
    assert_idempotent(raw_frame(rows), Rules(VOCABULARY))


@pytest.mark.parametrize(
    "attributes",
    [
        *(("full_name",), ("first_name",), ("last_name",), ("first_name", "last_name")),
        *(("city",), ("street",), ("birth_date",), ("created_at",), ("country", "postcode")),
        *(("email",), ("phone", "country"), ("instagram", "loyalty_id", "device_id", "vat_no")),
    ],
)
@settings(max_examples=6, deadline=None, phases=PHASES)
@example(values=["a", "\x85", "ͅ"])
@given(values=st.lists(st.one_of(mixtures, st.text(max_size=20)), min_size=20, max_size=60))
def test_any_text_of_an_attribute_standardises_to_itself(
    attributes: tuple[str, ...], values: list[str]
) -> None:
    rows = []
    for i, value in enumerate(values):
        row: dict[str, Any] = {}
        for k, attribute in enumerate(attributes):
            text = values[(i + k) % len(values)] if k else value
            row[attribute] = [text] if attribute in VOCABULARY.identifiers else text
        rows.append(row)
    assert_idempotent(raw_frame(rows), Rules(VOCABULARY))


def test_batches_of_any_size_give_the_same() -> None:
    rows = [
        {"source_record_id": str(i), "full_name": value, "email": [value], "phone": [value]}
        for i, value in enumerate(NASTY)
    ]
    raw, rules = raw_frame(rows), Rules(VOCABULARY)
    parts = [standardise_contacts(raw[i : i + 7], rules) for i in range(0, len(rows), 7)]
    assert_frame_equal(standardise_contacts(raw, rules), pl.concat(parts))


def test_no_records_give_no_records() -> None:
    out = standardise_contacts(raw_frame([]), Rules(VOCABULARY))
    assert out.height == 0
    assert out.columns == ["row_number", "source_record_id", *standardised_columns(VOCABULARY)]
