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
    "Ing-Marie Svenssonius": ("Ing-Marie", None, "Svenssonius", None),
    "Dr.-Ing. Hans Meyer": ("Hans", None, "Meyer", None),
    "Dott.ssa Carla Bindi": ("Carla", None, "Bindi", None),
    "Prof. Dr. med. Uta Sand": ("Uta", None, "Sand", None),
    "Dr. h.c. Uta Sand": ("Uta", None, "Sand", None),
    "Exmo. Sr. João Prata": ("João", None, "Prata", None),
    "Avv. Marco Bindi": ("Marco", None, "Bindi", None),
    "Mevrouw A. Smit": ("A", None, "Smit", None),
    "Frl. Uta Sand": ("Uta", None, "Sand", None),
    "Ir. Kees Smit": ("Kees", None, "Smit", None),
    "MUDr. Petr Sýkora": ("Petr", None, "Sýkora", None),
    "Medea Sand": ("Medea", None, "Sand", None),
    "Dipl.-Ing. Hans Meyer": ("Hans", None, "Meyer", None),
    "Chris Null": ("Chris", None, "Null", None),
    "CHRIS NULL": ("Chris", None, "Null", None),
    "Jimmy Blank": ("Jimmy", None, "Blank", None),
    "Rahim, Md": ("Md", None, "Rahim", None),
    "Md. Rahim Uddin": ("Md", "Rahim", "Uddin", None),
    'Robert "Bob" Smith': ("Robert", None, "Smith", None),
    "Robert ‘Bob’ Smith": ("Robert", None, "Smith", None),
    "Robert „Bob“ Smith": ("Robert", None, "Smith", None),
    "Anna Müller geb. Schmidt": ("Anna", None, "Müller", None),
    '"Bob"': ("Bob", None, None, None),
    "Gerard 't Hooft": ("Gerard", "'T", "Hooft", None),
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


COUPLES = {
    "Mr & Mrs Desmond Oakhurst": ("Desmond", "Oakhurst"),
    "Mr. and Mrs. Oakhurst": (None, "Oakhurst"),
    "Oakhurst, Mr & Mrs Desmond": ("Desmond", "Oakhurst"),
    "Mr Desmond & Mrs Ann Oakhurst": ("Desmond", "Oakhurst"),
    "Dr. & Mrs. John Smith": ("John", "Smith"),
    "Walter & Irene Kestrel": ("Walter", "Kestrel"),
    "Walter and Irene van der Kestrel": ("Walter", "van der Kestrel"),
    "Walter Kestrel & Irene Moss": ("Walter", "Kestrel"),
    "Kestrel, Walter & Irene": ("Walter", "Kestrel"),
    "Walter Kestrel and family": ("Walter", "Kestrel"),
    "Walter Kestrel u. Familie": ("Walter", "Kestrel"),
    "Walter Kestrel et famille": ("Walter", "Kestrel"),
    "Walter Kestrel + Partner": ("Walter", "Kestrel"),
    "Walter/Irene Kestrel": ("Walter", "Kestrel"),
    "Walter + Irene": ("Walter", None),
    "Herr und Frau Kurt Blum": ("Kurt", "Blum"),
    "Familie Blum": (None, "Blum"),
    "The Kestrel Family": (None, "Kestrel"),
    "M. et Mme Paul Durand": ("Paul", "Durand"),
    "Sr. y Sra. Silva": (None, "Silva"),
    "María y Juan García": ("María", "García"),
    "Sig. e Sig.ra Mario Rossi": ("Mario", "Rossi"),
    "Dhr. en Mevr. Jansen": (None, "Jansen"),
    "Pan i Pani Kowalscy": (None, "Kowalscy"),
    "Jan i Anna Kowalscy": ("Jan", "Kowalscy"),
}


@pytest.mark.parametrize(("full", "expected"), COUPLES.items())
def test_two_people_in_a_name_are_never_one_of_both_names(
    full: str, expected: tuple[str | None, ...]
) -> None:
    out = names(full_name=full)
    assert (out["first_name"], out["last_name"]) == expected
    assert out["middle_name"] is None
    assert out["invalid"] == ["full_name"]


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        *(
            ("Walter & Irene", "Walter"),
            ("Walter und Irene", "Walter"),
            ("Mr & Mrs Walter", "Walter"),
        ),
        *(("José y María", "José"), ("Mr & Mrs", None)),
    ],
)
def test_two_given_names_of_two_people(first: str, expected: str | None) -> None:
    out = names(first_name=first, last_name="Kestrel")
    assert (out["first_name"], out["last_name"], out["invalid"]) == (
        expected,
        "Kestrel",
        ["first_name"],
    )


@pytest.mark.parametrize("full", ["José Ortega y Gasset", "Ortega y Gasset, José", "Costa e Silva"])
def test_two_last_names_are_of_one_person(full: str) -> None:
    assert names(full_name=full)["invalid"] == []


EASTERN = {
    "王小明": ("小明", "王", "王小明"),
    "王小明 Wang Xiaoming": ("小明", "王", "王小明"),
    "欧阳修": ("修", "欧阳", "欧阳修"),
    "陈伟 先生": ("伟", "陈", "陈伟"),
    "田中太郎": ("太郎", "田中", "田中太郎"),
    "田中\u3000太郎 様": ("太郎", "田中", "田中太郎"),
    "田中誠": ("誠", "田中", "田中誠"),
    "田中": (None, "田中", "田中"),
    "タナカ タロウ": ("タロウ", "タナカ", "タナカ タロウ"),
    "ジョン・スミス": ("ジョン", "スミス", "スミス ジョン"),
    "김철수": ("철수", "김", "김철수"),
    "김 철수 님": ("철수", "김", "김철수"),
    "남궁민수": ("민수", "남궁", "남궁민수"),
    "ゆき": ("ゆき", None, "ゆき"),
}


@pytest.mark.parametrize(("full", "expected"), EASTERN.items())
def test_names_of_east_asia_have_the_family_first(
    full: str, expected: tuple[str | None, ...]
) -> None:
    out = names(full_name=full)
    assert (out["first_name"], out["last_name"], out["full_name"]) == expected
    assert (out["middle_name"], out["name_suffix"]) == (None, None)


def test_a_name_in_its_own_writing_is_kept_beside_an_email_and_a_phone() -> None:
    row = {"full_name": "王小明", "email": ["w@mailbox.org"], "phone": ["+8613812345678"]}
    out = standardise_contacts(raw_frame([row]), Rules(VOCABULARY)).row(0, named=True)
    assert (out["full_name"], out["email"]) == ("王小明", ["w@mailbox.org"])


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        *(("Ing-Marie", "X", "Ing-Marie"), ("Ing", "X", "Ing"), ("Hon", "X", "Hon")),
        *(("Pani", "X", "Pani"), ("Sir", "X", "Sir"), ("Doc", "X", "Doc"), ("Mag", "X", "Mag")),
        *(("Don", "X", "Don"), ("Major", "X", "Major"), ("Dr. Pani", "X", "Pani")),
        *(("Mr", "X", None), ("Herr", "X", None), ("Frau Dr.", "X", None), ("Mag.", "X", None)),
        *(
            ("Mevrouw", "X", None),
            ("Frl.", "X", None),
            ("Fam.", "X", None),
            ("Eheleute", "X", None),
        ),
    ],
)
def test_a_form_of_address_alone_is_a_given_name_where_people_have_it(
    first: str, last: str, expected: str | None
) -> None:
    out = names(first_name=first, last_name=last)
    assert out["first_name"] == expected
    assert out["placeholders"] == ([] if expected else ["first_name"])


@pytest.mark.parametrize("last", ["Ing", "Hon", "Herr", "Miss", "Pani", "Fam"])
def test_a_form_of_address_alone_is_a_last_name_too(last: str) -> None:
    assert names(first_name="Peter", last_name=last)["last_name"] == last


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"first_name": 'Robert "Bob"', "last_name": "Smith"}, ("Robert", None, "Smith", None)),
        ({"first_name": "Anna (Anni)", "last_name": "Blum"}, ("Anna", None, "Blum", None)),
        ({"first_name": "Anna", "last_name": "Blum (geb. Ott)"}, ("Anna", None, "Blum", None)),
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
        ({"first_name": "Jennifer", "last_name": "Null"}, "Jennifer Null", []),
        ({"first_name": "ANNA", "last_name": "NONE"}, "Anna None", []),
        ({"first_name": "Sam", "last_name": "Dummy"}, "Sam Dummy", []),
        ({"first_name": "Nan", "last_name": "Goldin"}, "Nan Goldin", []),
        ({"first_name": "Anna", "last_name": "NULL"}, "Anna", ["last_name"]),
        ({"first_name": "Anna", "last_name": "null"}, "Anna", ["last_name"]),
        ({"first_name": "Anna", "last_name": "nan"}, "Anna", ["last_name"]),
        ({"first_name": "Null", "last_name": "Null"}, None, ["first_name", "last_name"]),
        ({"first_name": "uwe@sand.org", "last_name": "Sand"}, "Sand", ["first_name"]),
        ({"full_name": "uwe.sand@mail.org"}, None, ["full_name"]),
        ({"full_name": "*|FNAME|* *|LNAME|*"}, None, ["full_name"]),
        ({"first_name": "{{first_name}}", "last_name": "Sand"}, "Sand", ["first_name"]),
        ({"last_name": "Blank"}, None, ["last_name"]),
        ({"full_name": "Chris NULL"}, "Chris", ["full_name"]),
        ({"full_name": "Dummy Blank"}, None, ["full_name"]),
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
        *(
            ("md", "mohammad"),
            ("kuba", "jakub"),
            ("sasha", "sasha"),
            ("alex", "alex"),
            ("chris", "chris"),
        ),
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
