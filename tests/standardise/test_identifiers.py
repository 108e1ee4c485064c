from __future__ import annotations

from dataclasses import replace

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


@pytest.mark.parametrize(
    "word",
    [
        *("\\N", "true", "FALSE", "null null", "undefined-undefined", "{{customer_id}}", "%%ID%%"),
        *("${id}", "{id}", "Infinity", "NoneType", "«null»", "<unset>", "__null__"),
        *("$null$", "#ERROR!", "-1", "0", "0000", "n.v.t.", "onbekend", "sconosciuto", "sin datos"),
        *("nicht vorhanden", "anonymousUser", "1/0/1900", "[redacted]", "see notes", "void 0"),
    ],
)
@pytest.mark.parametrize("attribute", ["account_id", "device_id", "instagram", "vat_no"])
def test_what_programs_write_for_nothing_is_nobodys(attribute: str, word: str) -> None:
    out = standardised(**{attribute: [word]})
    assert (out[attribute], out["placeholders"]) == (None, [attribute])


@pytest.mark.parametrize("value", ["{ABC-1 2}", "{5f0c7a5e-1111-4bcd-8abc-0123456789ab}", "NULL7"])
def test_what_only_looks_like_it_stays(value: str) -> None:
    assert standardised(device_id=[value])["device_id"] is not None


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
        "placeholders": {"loyalty_id": frozenset(["L-0001"]), "phone": frozenset(["907 408 6138"])}
    }
    out = standardised(rules, loyalty_id=["l0001"], phone=["+19074086138"])
    assert (out["loyalty_id"], out["phone"]) == (None, None)
    assert out["placeholders"] == ["loyalty_id", "phone"]


@pytest.mark.parametrize(
    ("attribute", "raw", "expected"),
    [
        *(("facebook", "https://www.facebook.com/people/Vera-L/100001234567890/", "100001234567890"),),
        *(("facebook", "facebook.com/pages/My-Shop/123456789012", "123456789012"),),
        *(("facebook", "https://www.facebook.com/story.php?story_fbid=1&id=55555", "55555"),),
        *(("facebook", "fb.com/jane/posts/12", "jane"), ("facebook", "messenger.com/t/jane.d", "jane.d")),
        *(("facebook", "facebook: https://facebook.com/jane", "jane"),),
        *(("telegram", "tg://user?id=123456789", "123456789"), ("telegram", "tg: jane_d", "jane_d")),
        *(("telegram", "tg://resolve?domain=jane_d", "jane_d"), ("telegram", "t.me/s/jane_d", "jane_d")),
        *(("telegram", "https://web.telegram.org/k/#@jane_d", "jane_d"), ("telegram", "t.me/jane_d/12", "jane_d")),
        *(("facebook", "https://www.facebook.com/app_scoped_user_id/10000412345/", "10000412345"),),
        *(("facebook", "https://www.facebook.com/p/Jane-Doe-10000412345/", "10000412345"),),
        *(("facebook", "fb://profile/10000412345", "10000412345"), ("facebook", "facebook.com/#!/jane.d", "jane.d")),
        *(("facebook", "facebook.com/groups/12/user/10000412345/", "10000412345"),),
        *(("instagram", "instagram://user?username=jane.d", "jane.d"),),
        *(("instagram", "https://ig.me/m/jane.d", "jane.d"),),
        *(("telegram", "https://jane_d.t.me/", "jane_d"),),
        *(("instagram", "https://www.instagram.com/jane/p/abc/", "jane"), ("instagram", "jane.me", "jane.me")),
        *(("instagram", "instagram.com/stories/jane.d/123", "jane.d"), ("instagram", "instagram.com/_u/jane", "jane")),
    ],
)  # fmt: skip
def test_who_a_link_names(attribute: str, raw: str, expected: str) -> None:
    assert standardised(**{attribute: [raw]})[attribute] == [expected]


@pytest.mark.parametrize(
    ("attribute", "raw"),
    [
        *(("instagram", "instagram.com/p/Cxyz123/"), ("instagram", "https://www.instagram.com/reel/x/")),
        *(("instagram", "https://instagram.com/"), ("instagram", "www.instagram.com"), ("instagram", "Instagram")),
        *(("instagram", "youtube.com/channel/UCabc"), ("instagram", "https://www.linkedin.com/in/jane-doe")),
        *(("instagram", "https://x.com/jane"), ("instagram", "p"), ("facebook", "people"), ("telegram", "user")),
        *(("facebook", "https://www.facebook.com/groups/12345"), ("facebook", "facebook.com/events/123")),
        *(("facebook", "facebook.com/photo.php?fbid=99"), ("facebook", "facebook.com/sharer/sharer.php?u=x")),
        *(("facebook", "https://www.facebook.com/hashtag/foo"), ("facebook", "facebook.com/people/Vera-L/")),
        *(("telegram", "t.me/joinchat/AAAA"), ("telegram", "t.me/+AbCd"), ("telegram", "t.me/c/1234/5")),
        *(("instagram", "instagram.com/invites/contact/?i=x"), ("facebook", "facebook.com/live/x")),
        *(("telegram", "https://t.me/boost/x"), ("telegram", "t.me/folder/x")),
        *(("telegram", "tg://user?id="), ("telegram", "jane@mail.org"), ("telegram", "6.01435E+15")),
        *(("loyalty_id", "6.01435E+15"), ("account_id", "4,5E+12"), ("device_id", "4.5E+12"), ("vat_no", "1.2E+07")),
        *(("account_id", "[object Object]"), ("device_id", "(not set)"), ("loyalty_id", "undefined")),
        *(("account_id", "#REF!"), ("vat_no", "(not set)"), ("instagram", "[object Object]"), ("loyalty_id", "NaN")),
    ],
)  # fmt: skip
def test_what_names_nobody(attribute: str, raw: str) -> None:
    out = standardised(**{attribute: [raw]})
    assert out[attribute] is None
    assert [attribute] in (out["invalid"], out["placeholders"])


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        *(("12-34", "12-34"), ("123-4", "123-4"), ("12-34/123-4", "12-34-123-4"), ("1.2.3", "1-2-3")),
        # what only arranges a code says nothing
        *(("6014-3500-1234-567", "601435001234567"), ("6014 3500 1234 567", "601435001234567")),
        *(("B-2", "B2"), ("#1234", "1234"), ("A-1-A-1", "A1A1"), ("(55)", "55"), ("12 34", "1234")),
        ("550e8400-e29b-41d4-a716-446655440000", "550E8400E29B41D4A716446655440000"),
        # Salesforce's 15 characters differ by case alone, its 18 do not
        *(("0035g00000AbcdE", "0035G00000ABCDEAAR"), ("0035g00000aBCDe", "0035G00000ABCDEAAO")),
        *(("0035g00000AbcdEAAR", "0035G00000ABCDEAAR"), ("7.210448301122E+12", "7210448301122")),
    ],
)  # fmt: skip
def test_codes_keep_what_tells_them_apart(raw: str, expected: str) -> None:
    assert standardised(account_id=[raw])["account_id"] == [expected]


@pytest.mark.parametrize("name", ["loyalty_id", "device_id", "vat_no"])
def test_case_and_punctuation_are_kept_where_they_are_said_to_matter(name: str) -> None:
    both = replace(VOCABULARY, case_sensitive=(name,), punctuated=(name,))
    frame = pl.DataFrame({name: [["'a-b.C/1 "], ["A-B.C/1.0"]]})
    out = standardise_identifiers(frame, both, Rules(both))
    assert out[name].to_list() == [["a-b.C/1"], ["A-B.C/1.0"]]
