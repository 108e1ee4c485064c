"""What values look like, and what a column holds by its name and its values together."""

from __future__ import annotations

import polars as pl
import pytest

from omni_identity.discovery.column_meanings import profile_column
from omni_identity.discovery.consent_columns import consent_of
from omni_identity.discovery.header_guess import guess_header
from omni_identity.discovery.kind_words import kind_of_file, kind_of_word, role_of_file
from omni_identity.discovery.value_shapes import ValueShapes, look_at_columns


def look_at_values(texts: pl.Series) -> ValueShapes:
    """What the values of one column look like."""
    return look_at_columns(texts.to_frame())[texts.name]


@pytest.mark.parametrize(
    ("kind", "values"),
    [
        ("email", ["ida@example.com", " BO@EXAMPLE.COM "]),
        ("phone", ["+49 170 1234567", "0171/1234567", "(555) 010-7788"]),
        ("time", ["03.04.2024", "2024-04-03T10:00:00Z", "3 Apr 2024"]),
        ("epoch", ["1712131200", "1712131200000"]),
        ("number", ["12,50 €", "1.234,00", "(3.20)"]),
        ("postcode", ["01067", "75011", "00-950", "1012 AB", "SW1A 1AA", "1000-001", "EH1 1YZ"]),
        ("country", ["DE", "Frankreich", "Poland"]),
        ("currency", ["EUR", "pln"]),
        ("gender", ["Frau", "Herr", "M"]),
        ("yes_or_no", ["ja", "nein", "tak", "oui"]),
        ("street", ["Lindenweg 5", "12 rue du Lac", "ul. Polna 3"]),
        ("given", ["Jürgen", "Zofia", "Léa", "Paco"]),
    ],
)
def test_values_of_a_kind_are_counted(kind: str, values: list[str]) -> None:
    shapes = look_at_values(pl.Series("v", [*values, None, "", "n/a"]))
    assert shapes.share(kind) == 1.0
    assert (shapes.looked_at, shapes.filled) == (len(values) + 3, len(values))


def test_addresses_and_identifiers_are_no_phone_numbers() -> None:
    values = pl.Series("v", ["10.0.0.17", "2024-04-03", "A-10023", "12"])
    assert look_at_values(values).share("phone") == 0


def test_keys_are_filled_and_different() -> None:
    assert look_at_values(pl.Series("v", ["a1", "a2"])).is_key
    assert not look_at_values(pl.Series("v", ["a1", "a1"])).is_key
    assert not look_at_values(pl.Series("v", ["a1", None])).is_key


def test_the_order_of_dates_is_found() -> None:
    assert look_at_values(pl.Series("v", ["03/04/2024", "25/04/2024"])).date_order == "dmy"
    assert look_at_values(pl.Series("v", ["03/04/2024", "04/25/2024"])).date_order == "mdy"
    unclear = look_at_values(pl.Series("v", ["03/04/2024"]))
    assert (unclear.date_order, unclear.is_order_needed) == (None, True)


def test_values_of_persons_are_never_kept_as_words() -> None:
    for values in (["ida@example.com"], ["Ida", "Bo"], ["+49 170 1234567"], ["Lindenweg 5"]):
        assert look_at_values(pl.Series("v", values)).words == {}


@pytest.mark.parametrize(
    ("column", "values", "meaning"),
    [
        ("Kontakt", ["Anna Kowalska", "Piotr Nowak"], "full_name"),
        ("Nom", ["Lefèvre", "Moreau"], "last_name"),
        ("Nom", ["Léa Lefèvre", "Jean Moreau"], "full_name"),
        ("nombre", ["Lucía", "Pablo"], "first_name"),
        ("data", ["03.04.2024", "15.04.2024"], "occurred_at"),
        ("estado", ["Jalisco", "Puebla", "Oaxaca"], "region"),
        ("Wert", ["12,50 €", "3,00 €"], "amount"),
        ("Feld 7", ["ida@example.com", "bo@example.com"], "email"),
    ],
)
def test_the_values_settle_what_a_name_leaves_open(
    column: str, values: list[str], meaning: str
) -> None:
    best = profile_column(column, look_at_values(pl.Series("v", values))).best
    assert best is not None
    assert best.name == meaning


def test_a_name_that_its_values_contradict_is_a_doubt() -> None:
    profile = profile_column("E-Mail", look_at_values(pl.Series("v", ["Jürgen", "Sabine"])))
    assert profile.best is None
    assert profile.meanings[0].is_contradicted
    assert "0 % of 2 values are e-mail addresses" in profile.meanings[0].reason
    assert "Jürgen" not in str(profile.meanings)


@pytest.mark.parametrize(
    ("column", "ways", "is_opt_out"),
    [
        ("Newsletter", ("email",), False),
        ("Zgoda SMS", ("sms",), False),
        ("Accepts Marketing", ("marketing",), False),
        ("do_not_call", ("phone",), True),
        ("HasOptedOutOfEmail", ("email",), True),
        ("May we contact you by email?", ("email",), False),
        ("OK to text?", ("sms",), False),
        ("Dürfen wir Sie anrufen (Telefon)?", ("phone",), False),
        ("SMS", ("sms",), False),
        ("E-Mail", ("email",), False),
        ("Von allen E-Mails abgemeldet", ("email",), True),
        ("Werbesperre", ("email", "phone", "sms", "whatsapp", "post"), True),
    ],
)
def test_consents_are_known_with_their_way_round(
    column: str, ways: tuple[str, ...], is_opt_out: bool
) -> None:
    consent = consent_of(column, look_at_values(pl.Series("v", ["ja", "nein"])))
    assert consent is not None
    assert (consent.ways, consent.is_opt_out, consent.is_sure) == (ways, is_opt_out, True)


@pytest.mark.parametrize(
    "words",
    [
        ["actief", "uitgeschreven", "gebounced"],
        ["Subscribed", "Unsubscribed", "Cleaned"],
        ["aktiv", "abgemeldet"],
        ["abonné", "désabonné"],
        ["zapisany", "wypisany"],
    ],
)
def test_words_of_mailing_lists_are_consents_whatever_their_column_is_called(
    words: list[str],
) -> None:
    consent = consent_of("Status", look_at_values(pl.Series("v", words)))
    assert consent is not None
    assert (consent.ways, consent.is_opt_out, consent.is_sure) == (("email",), False, True)


@pytest.mark.parametrize(
    "words", [["active", "inactive"], ["open", "closed"], ["paid", "cancelled"]]
)
def test_other_words_of_a_status_are_no_consents(words: list[str]) -> None:
    assert consent_of("Status", look_at_values(pl.Series("v", words))) is None


@pytest.mark.parametrize(
    "column",
    ["cancelled", "is_active", "deleted", "privacy_policy_seen", "email verified", "has_phone"],
)
def test_other_flags_are_no_consents(column: str) -> None:
    assert consent_of(column, look_at_values(pl.Series("v", ["yes", "no"]))) is None


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Verkauf", "order"),
        ("ZWROT", "return"),
        ("Devolución", "return"),
        ("anruf", "call"),
        ("page_view", "session"),
        ("Umfrage", None),
    ],
)
def test_words_of_kinds(word: str, kind: str | None) -> None:
    assert kind_of_word(word) == kind


def test_names_of_files_say_their_role() -> None:
    assert kind_of_file("bestellungen_2024-03.csv") == "order"
    assert kind_of_file("Retouren März.xlsx") == "return"
    assert role_of_file("kunden-export.csv") == "customers"
    assert role_of_file("Artikelstamm.csv") == "catalogue"
    assert kind_of_file("export.csv") is None


def test_the_header_stands_below_titles() -> None:
    lines = [
        ["Kundenliste"],
        ["Stand: 03.04.2024"],
        ["Kd-Nr", "Name", "Ort"],
        ["1", "Ida Lund", "Kiel"],
        ["2", "Bo Berg", "Jena"],
    ]
    assert guess_header(lines) == 2
    assert guess_header(lines[2:]) == 0
