"""Columns in which nothing is given cost nothing, and give what a row without them gives among others."""

from __future__ import annotations

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from omni_identity.standardise import Rules, standardise_contacts
from omni_identity.standardise.not_given import standardise_given

from .records import VOCABULARY, raw_frame

FULL = {
    "full_name": "Robert Smith",
    "birth_date": "1985-06-15",
    "gender": "m",
    "street": "5 Main St",
    "city": "Springfield",
    "region": "NY",
    "postcode": "10001",
    "country": "US",
    "created_at": "2024-05-01",
    "occupation": "baker",
    "wedding": "2010-05-01",
    "consent_email": "yes",
    "consent_email_at": "2024-05-01",
    "phone": ["415-555-2671"],
}
OTHERS = Rules(
    VOCABULARY,
    country="DE",
    date_order="mdy",
    placeholders={"gender": frozenset(["x"])},
    opt_outs=frozenset(["consent_email"]),
    consent_words={"consent_email": {"p": True}},
)


@pytest.mark.parametrize("rules", [Rules(VOCABULARY), OTHERS], ids=["usual", "others"])
def test_rows_without_are_what_they_are_among_others(rules: Rules) -> None:
    rows = [{k: v for k, v in FULL.items() if k != name} for name in FULL]
    rows += [{}, {"phone": FULL["phone"]}, {"full_name": FULL["full_name"]}]
    among = standardise_contacts(raw_frame([*rows, FULL]), rules)
    for place, row in enumerate(rows):
        alone = standardise_contacts(raw_frame([row, row]), rules)
        assert_frame_equal(alone, among[[place, place]])


def test_of_nothing_is_made_once_for_each_column_and_word() -> None:
    asked: list[tuple[str, str]] = []

    def standardise(raw: pl.Series, word: str) -> pl.DataFrame:
        asked.append((raw.name, word))
        return pl.DataFrame({word: raw, "flag": raw.is_not_null()})

    nothing, given = pl.Series("a", [None, None], pl.String), pl.Series("a", ["x", None])
    for _ in range(2):
        assert standardise_given(standardise, nothing, "b")["b"].to_list() == [None, None]
        assert standardise_given(standardise, nothing.head(1), "c").columns == ["c", "flag"]
        assert standardise_given(standardise, nothing.alias("z"), "b").height == 2
    assert asked == [("a", "b"), ("a", "c"), ("z", "b")]
    assert standardise_given(standardise, given, "b")["flag"].to_list() == [True, False]


def test_what_is_made_of_nothing_is_made_anew() -> None:
    def standardise(raw: pl.Series, value: list[str]) -> pl.DataFrame:
        return pl.DataFrame({"a": raw.fill_null(value[0])})

    nothing = pl.Series("a", [None], pl.String)
    for value in ("x", "y"):
        assert standardise_given(standardise, nothing, [value])["a"].to_list() == [value]
