from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest

from omni_identity.standardise import attribute_of_placeholder
from omni_identity.standardise.consent import consent_words
from omni_identity.standardise.flags import flag
from omni_identity.standardise.text import clean_text

from .records import VOCABULARY, raw_frame, standardised


@pytest.mark.parametrize(
    ("word", "gender"),
    [
        *(("F", "female"), ("Frau", "female"), ("w", "female"), ("mujer", "female"), ("m", "male")),
        *(("Hombre", "male"), ("Herr", "male"), ("divers", "other"), ("U", None), ("?", None)),
    ],
)
def test_gender(word: str, gender: str | None) -> None:
    assert standardised(gender=word)["gender"] == gender


@pytest.mark.parametrize(
    ("word", "consent"),
    [
        *(("Yes", True), ("1", True), ("opt-in", True), ("subscribed", True), ("ja", True)),
        *(("No", False), ("0", False), ("Unsubscribed", False), ("nein", False), ("maybe", None)),
    ],
)
def test_consent(word: str, consent: bool | None) -> None:
    out = standardised(consent_email=word)
    assert out["consent_email"] is consent
    assert out["invalid"] == ([] if consent is not None else ["consent_email"])


def kept(word: str) -> str | None:
    """What is kept of a word on a consent."""
    words = consent_words(raw_frame([{"consent_email": word}]), VOCABULARY)
    found: str | None = words["word_consent_email"][0]
    return found


@pytest.mark.parametrize("word", ["", " ", "n/a", "NULL", "-", "keine Angabe", "(not set)", "..."])
def test_a_cell_that_nobody_wrote_anything_in_says_nothing(word: str) -> None:
    out = standardised(consent_email=word)
    assert (out["consent_email"], out["invalid"]) == (None, [])
    assert kept(word) is None


@pytest.mark.parametrize(
    "word", ["unknown", "?", "vielleicht", "0000-00-00", "yes no", "yes, but not now", "TBD", "2"]
)
def test_a_word_that_is_not_understood_is_kept_and_flagged(word: str) -> None:
    for opt_outs in (frozenset[str](), frozenset(["consent_email"])):
        out = standardised({"opt_outs": opt_outs}, consent_email=word)
        assert out["consent_email"] is None
        assert out["invalid"] == ["consent_email"]
    assert kept(word) == word


def test_a_text_in_the_place_of_a_word_is_cut() -> None:
    assert kept("please \u200b" + "write " * 99) == ("please " + "write " * 99)[:60].rstrip()


@pytest.mark.parametrize(
    ("word", "consent"),
    [
        *(("yes", False), ("TRUE", False), ("1", False), ("ja", False), ("x", False)),
        *(("no", True), ("false", True), ("0", True), ("Nein", True), ("unchecked", True)),
        # they refuse by themselves, whatever their column is called
        *(("unsubscribed", False), ("Opted out", False), ("OPT-OUT", False), ("revoked", False)),
        *(("2024-05-01", False), ("1.5.2024 10:30", False), ("05/01/24", False)),
        # and these might mean either: better no yes than a wrong one
        *(
            ("subscribed", None),
            ("opted in", None),
            ("denied", None),
            ("never", None),
            ("none", None),
        ),
        *(("inactive", None), ("out", None), ("in", None), ("given", None), ("maybe", None)),
    ],
)
def test_in_an_opt_out_plain_words_are_turned_round_and_no_refusal_becomes_a_yes(
    word: str, consent: bool | None
) -> None:
    out = standardised({"opt_outs": frozenset(["consent_email"])}, consent_email=word)
    assert out["consent_email"] is consent
    assert kept(word) == word


@pytest.mark.parametrize(
    ("text", "timezone", "moment"),
    [
        ("2024-03-01T10:00:00+02:00", "UTC", datetime(2024, 3, 1, 8)),
        ("2024-03-01 10:00:00.123", "UTC", datetime(2024, 3, 1, 10, 0, 0, 123000)),
        ("2024-03-01 10:00", "Europe/Berlin", datetime(2024, 3, 1, 9)),
        ("2024-03-01T10:00:00Z", "Europe/Berlin", datetime(2024, 3, 1, 10)),
        ("01/03/2024 3:05 PM", "UTC", datetime(2024, 3, 1, 15, 5)),
        ("March 1, 2024 12:30 am", "UTC", datetime(2024, 3, 1, 0, 30)),
        ("2024-03-01", "UTC", datetime(2024, 3, 1)),
        ("1709287200", "UTC", datetime(2024, 3, 1, 10)),
        ("1709287200000", "UTC", datetime(2024, 3, 1, 10)),
        ("2024-03-01 25:00", "UTC", None),
        ("yesterday", "UTC", None),
    ],
)
def test_created_at(text: str, timezone: str, moment: datetime | None) -> None:
    assert standardised({"timezone": timezone}, created_at=text)["created_at"] == moment


def test_own_attributes() -> None:
    out = standardised(occupation="  Haus\u00a0 MEISTER ", wedding="5. Mai 2001")
    assert (out["occupation"], out["wedding"]) == ("haus meister", "2001-05-05")


def test_keys_pass_through_and_findings_are_sorted() -> None:
    out = standardised(
        row_number=7,
        source_record_id=" A ",
        full_name="Guest",
        email=["test@test.com"],
        birth_date="2024-02-30",
        country="Atlantis",
    )
    assert (out["row_number"], out["source_record_id"]) == (7, " A ")
    assert out["placeholders"] == ["email", "full_name"]
    assert out["invalid"] == ["birth_date", "country"]


def test_flag_columns_name_their_attribute() -> None:
    assert attribute_of_placeholder(flag("placeholder", "email")) == "email"
    assert attribute_of_placeholder(flag("invalid", "email")) is None
    assert attribute_of_placeholder("email") is None


@pytest.mark.parametrize("guarded", ['="{}"', '= "{}" ', "'{}"])
def test_what_guards_cells_from_a_spreadsheet_is_no_part_of_them(guarded: str) -> None:
    plain = {
        **{
            "first_name": "Ada",
            "last_name": "O'Neil",
            "birth_date": "14.03.1985",
            "gender": "Female",
        },
        **{"street": "12 Main St", "city": "Boston", "postcode": "02134", "country": "USA"},
    }
    lists = {"email": "Ada@mail.org", "phone": "5417543010", "loyalty_id": "0012"}
    written = {name: guarded.format(text) for name, text in plain.items()}
    if guarded.startswith("'"):
        written["last_name"] = "O'Neil"
    assert standardised(
        **written, **{name: [guarded.format(text)] for name, text in lists.items()}
    ) == standardised(**plain, **{name: [text] for name, text in lists.items()})


@pytest.mark.parametrize("name", ["'t Hooft", "'S-GRAVENHAGE", "'T HOOFT", "'s-Hertogenbosch"])
def test_an_apostrophe_of_the_name_stays(name: str) -> None:
    assert clean_text(pl.Series([name])).to_list() == [name]
