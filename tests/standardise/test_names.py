from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from omni_identity.standardise import standardise_contacts
from omni_identity.standardise.nicknames import canonical_given_name, canonical_names

from .records import VOCABULARY, Rules, raw_frame

PARTS = ("first_name", "middle_name", "last_name", "name_suffix")


def names(**raw: str | None) -> dict[str, Any]:
    return standardise_contacts(raw_frame([raw]), Rules(VOCABULARY)).row(0, named=True)


FULL_NAMES = {
    "CARLA BROOKS": ("Carla", None, "Brooks", None),
    "Murphy, Anthony": ("Anthony", None, "Murphy", None),
    "MURPHY, ANTHONY J. JR.": ("Anthony", "J", "Murphy", "Jr"),
    "Koch II, Antonie": ("Antonie", None, "Koch", "II"),
    "Smith, Jr., John": ("John", None, "Smith", "Jr"),
    "Dr. Maria von der Heide": ("Maria", None, "von der Heide", None),
    "LUDWIG VAN BEETHOVEN": ("Ludwig", None, "van Beethoven", None),
    "john o'neil-mcdonald": ("John", None, "O'Neil-McDonald", None),
    "Robert (Bob) Smith": ("Robert", None, "Smith", None),
    "John Q. Public, PhD": ("John", "Q", "Public", None),
    "Juan Carlos Baeza": ("Juan Carlos", None, "Baeza", None),
    "Bilbao, Miguel Ángel": ("Miguel Ángel", None, "Bilbao", None),
    "MARÍA DEL CARMEN PULIDO": ("María del Carmen", None, "Pulido", None),
    "José Ortega y Gasset": ("José", None, "Ortega y Gasset", None),
    "Mrs. Smith": (None, None, "Smith", None),
    "Herr Müller": (None, None, "Müller", None),
    "Gertrudis": ("Gertrudis", None, None, None),
    "JULIO CÉSAR CARREÑO": ("Julio César", None, "Carreño", None),
    "H.-Dieter Hörle": ("H-Dieter", None, "Hörle", None),
    "Paweł P.": ("Paweł", None, "P", None),
    "J. R. R. Tolkien": ("J", "R R", "Tolkien", None),
    "MÃ¼ller, Jörg": ("Jörg", None, "Müller", None),
    "王小明": ("王小明", None, None, None),
    "Андрей Петров": ("Андрей", None, "Петров", None),
    "  anna\u00a0 \u200bschmidt ": ("Anna", None, "Schmidt", None),
    "🌸 Anna 🌸": ("Anna", None, None, None),
    "Christopher Guest": ("Christopher", None, "Guest", None),
}


@pytest.mark.parametrize(("full", "expected"), FULL_NAMES.items())
def test_full_names_are_taken_apart(full: str, expected: tuple[str | None, ...]) -> None:
    out = names(full_name=full)
    assert tuple(out[c] for c in PARTS) == expected
    assert out["full_name"] == " ".join(part for part in expected if part)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"first_name": "JOHN A.", "last_name": "DOE"}, ("John", "A", "Doe", None)),
        ({"first_name": "J.", "last_name": "Doe"}, ("J", None, "Doe", None)),
        (
            {"first_name": "Dr. Hans", "last_name": "Meyer sen. jun."},
            ("Hans", None, "Meyer sen", "Jr"),
        ),
        ({"last_name": "Smith, John"}, ("John", None, "Smith", None)),
        (
            {"first_name": "Rosa-Maria", "last_name": "DE LA CRUZ"},
            ("Rosa-Maria", None, "de la Cruz", None),
        ),
        (
            {"first_name": "Ann", "last_name": "Lee", "name_suffix": "3rd"},
            ("Ann", None, "Lee", "III"),
        ),
        ({"first_name": "Ann", "full_name": "Bob Smith"}, ("Ann", None, None, None)),
        ({"first_name": "McKenzie", "last_name": "iPhone"}, ("McKenzie", None, "iPhone", None)),
    ],
)
def test_parts(raw: dict[str, str], expected: tuple[str | None, ...]) -> None:
    out = names(**raw)
    assert tuple(out[c] for c in PARTS) == expected


@pytest.mark.parametrize(
    ("raw", "kept", "found"),
    [
        ({"full_name": "GUEST"}, None, ["full_name"]),
        ({"full_name": "Test User"}, None, ["full_name"]),
        ({"full_name": "12345"}, None, ["full_name"]),
        ({"first_name": "Guest", "last_name": "Smith"}, "Smith", ["first_name"]),
        ({"first_name": "Test", "last_name": "User"}, None, ["first_name", "last_name"]),
        ({"first_name": "Anna", "last_name": "n/a"}, "Anna", ["last_name"]),
        ({"first_name": "Na", "last_name": "Kim"}, "Na Kim", []),
        ({"first_name": "N/A", "last_name": "Guest"}, None, ["first_name", "last_name"]),
    ],
)
def test_placeholders(raw: dict[str, str], kept: str | None, found: list[str]) -> None:
    out = names(**raw)
    assert (out["full_name"], out["placeholders"]) == (kept, found)


@pytest.mark.parametrize(
    ("first", "last", "keys"),
    [
        ("Jürgen", "Weiß", ("jurgen", "weiss")),
        ("Łukasz", "O'Neil", ("lukasz", "oneil")),
        ("Hans-Jürgen", "García López", ("hans jurgen", "garcia lopez")),
        ("Søren", "van der Berg", ("soren", "van der berg")),
        ("Андрей", "Петров", ("andrey", "petrov")),
        ("小明", "王", ("xiaoming", "wang")),
        ("J.", "D'Angelo", ("j", "dangelo")),
    ],
)
def test_keys(first: str, last: str, keys: tuple[str, str]) -> None:
    out = names(first_name=first, last_name=last)
    assert (out["first_name_key"], out["last_name_key"]) == keys


@pytest.mark.parametrize(
    ("key", "canonical"),
    [
        *(("bob", "robert"), ("bill", "william"), ("liz", "elizabeth"), ("paco", "francisco")),
        *(("kuba", "jakub"), ("sasha", "sasha"), ("alex", "alex"), ("chris", "chris")),
        *(
            ("fritz", "friedrich"),
            ("misha", "mikhail"),
            ("bob lee", "robert lee"),
            ("anna", "anna"),
        ),
        *(("evan", "evan"), ("josh", "joshua"), ("j", "j"), ("robert", "robert")),
    ],
)
def test_nicknames(key: str, canonical: str) -> None:
    assert canonical_given_name(pl.Series("key", [key])).to_list() == [canonical]


def test_a_canonical_name_is_its_own() -> None:
    table = canonical_names()
    given = pl.Series("key", sorted({*table.values(), *table.keys()}))
    once = canonical_given_name(given)
    assert canonical_given_name(once).to_list() == once.to_list()
    assert len(table) > 500
