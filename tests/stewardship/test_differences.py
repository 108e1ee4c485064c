"""What two sides differ in, in the words of the matter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from omni_identity.model.attributes import Vocabulary
from omni_identity.stewardship.differences import Side, describe_sides, sum_up
from omni_identity.stewardship.review_queue import Question

WORLD = Vocabulary(identifiers=("email", "phone", "loyalty_id"))
QUESTION = Question((1, 2), ("web:1", "till:2"), ("G1", "G2"), 0.24, 4, 7, rival="household")
JENNIFER = {
    "first_name": "jennifer",
    "last_name": "burns",
    "street": "oak st",
    "house_number": "7",
    "postcode": "07519",
    "phone": "+4930123456",
    "birth_date": "1945-07-20",
    "loyalty_id": "L1",
}


def side(**values: str) -> Side:
    return {name: frozenset(text.split(",")) for name, text in values.items()}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"first_name": "trevor", "loyalty_id": "L2"},
            ["same landline and address, different first names: one household", "two loyalty ids"],
        ),
        ({}, ["same landline, loyalty id, address and name"]),
        ({"birth_date": "1973-07-20"}, ["two birth dates 28 years apart"]),
        ({"birth_date": "1945-07-22"}, ["two birth dates 2 days apart"]),
        ({"birth_date": "1946-07-20"}, ["two birth dates 1 year apart"]),
        ({"last_name": "vega"}, ["different family names"]),
        ({"name_suffix": "jr"}, ["same landline, loyalty id, address and name"]),
    ],
)
def test_what_speaks_for_and_against_one_person(changes: dict[str, str], words: list[str]) -> None:
    told = describe_sides(side(**JENNIFER), side(**(JENNIFER | changes)), WORLD)
    assert [said for said in told if said in words] == words


def test_exchanged_days_and_generations_and_marriages_are_called_so() -> None:
    one = side(
        birth_date="1985-03-04", name_suffix="sr", last_name="hill", email="a@b.c", gender="male"
    )
    other = side(
        birth_date="1985-04-03", name_suffix="jr", last_name="vega", email="a@b.c", gender="female"
    )
    assert describe_sides(one, other, WORLD) == [
        "same e-mail address",
        "two birth dates with day and month exchanged",
        "another generation of the name: father and son, or mother and daughter?",
        "different family names, one e-mail address: married?",
        "different genders",
    ]


def test_sides_with_nothing_to_compare_are_told_nothing_of() -> None:
    assert describe_sides(side(first_name="anna"), side(last_name="hill"), WORLD) == []
    far = side(first_name="a", street="x", postcode="1")
    assert describe_sides(far, side(first_name="b", street="y", postcode="2"), WORLD) == [
        "different first names",
        "different addresses",
    ]


def test_verdict_and_doubt_are_one_sentence() -> None:
    assert sum_up(QUESTION) == (
        "Two customers now; they are 24 % likely one person, else two people of one household."
    )
    inside = replace(QUESTION, golden_ids=("G1", "G1"), rival="namesakes", match_probability=0.999)
    assert sum_up(inside) == (
        "One customer now; by themselves these two records are more than 99 % likely one person, else two people"
        " of one name."
    )
    assert "does not hold" in sum_up(replace(QUESTION, kind="contradicting_verdicts"))
