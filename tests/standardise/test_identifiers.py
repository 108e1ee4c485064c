from __future__ import annotations

import polars as pl
import pytest

from omni_identity.standardise import standardise_identifiers

from .records import VOCABULARY, Rules, standardised


@pytest.mark.parametrize(
    ("attribute", "raw", "expected"),
    [
        *(("loyalty_id", " l-588 587/686 ", "L588587686"), ("loyalty_id", "12345.0", "12345")),
        *(("account_id", "кл-12", "KL12"), ("device_id", "{ABC-1 2}", "abc-12")),
        *(("instagram", "https://www.instagram.com/Foo.Bar/?hl=de", "foo.bar"),),
        *(("instagram", "@Foo_Bar", "foo_bar"), ("telegram", "t.me/xyz", "xyz")),
        *(("facebook", "https://m.facebook.com/profile.php?id=12", "12"),),
        *(("facebook", "fb.com/jane.doe", "jane.doe"), ("vat_no", " de 12 ab ", "DE12AB")),
    ],
)
def test_one_value(attribute: str, raw: str, expected: str) -> None:
    assert standardised(**{attribute: [raw]})[attribute] == [expected]


@pytest.mark.parametrize(
    ("attribute", "raw"),
    [
        *(
            ("loyalty_id", "N/A"),
            ("loyalty_id", "0000000"),
            ("instagram", "@none"),
            ("vat_no", "-"),
        ),
        ("device_id", "00000000-0000-0000-0000-000000000000"),
    ],
)
def test_fillers(attribute: str, raw: str) -> None:
    out = standardised(**{attribute: [raw]})
    assert (out[attribute], out["placeholders"], out["invalid"]) == (None, [attribute], [])


def test_what_is_no_handle_is_invalid() -> None:
    out = standardised(instagram=["two words!"], loyalty_id=["!!!"])
    assert (out["instagram"], out["loyalty_id"]) == (None, None)
    assert out["invalid"] == ["instagram", "loyalty_id"]


def test_values_are_distinct_and_sorted_and_empty_is_null() -> None:
    out = standardised(loyalty_id=["b2, a1", "B-2", None, ""], telegram=[], facebook=[None])
    assert out["loyalty_id"] == ["A1", "B2"]
    assert (out["telegram"], out["facebook"], out["invalid"]) == (None, None, [])


def test_identifiers_of_interactions_are_standardised_in_place() -> None:
    frame = pl.DataFrame(
        {
            "interaction_id": ["1", "2", "3"],
            "email": [["A@X.de"], None, ["test@test.com"]],
            "phone": [["907-408-6138"], ["bad"], None],
        }
    )
    out = standardise_identifiers(frame, VOCABULARY, Rules(VOCABULARY, "US"))
    assert out.columns == frame.columns
    assert out["email"].to_list() == [["a@x.de"], None, None]
    assert out["phone"].to_list() == [["+19074086138"], None, None]


def test_own_placeholders_are_standardised_too() -> None:
    rules = {
        "placeholders": {"loyalty_id": frozenset(["L-000-1"]), "phone": frozenset(["907 408 6138"])}
    }
    out = standardised(rules, loyalty_id=["l0001"], phone=["+19074086138"])
    assert (out["loyalty_id"], out["phone"]) == (None, None)
    assert out["placeholders"] == ["loyalty_id", "phone"]
