"""Known given names: which are spellings of one, which are two, and what they may be short for."""

from __future__ import annotations

import pytest

from omni_identity.standardise.given_name_sounds import known_given_names

NAMES = {row["name"]: row for row in known_given_names().to_dicts()}


@pytest.mark.parametrize(
    "spellings",
    [
        *(("marc", "mark"), ("sara", "sarah"), ("jon", "john"), ("sofia", "sophia")),
        *(("claus", "klaus"), ("phillip", "filip"), ("wiktor", "viktor"), ("tracie", "tracy")),
    ],
)
def test_spellings_of_one_name_sound_alike(spellings: tuple[str, ...]) -> None:
    assert len({NAMES[name]["sound"] for name in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("lena", "lina"), ("mark", "mary"), ("anna", "hanna"), ("jan", "jana")),
        *(("paul", "paula"), ("emma", "oscar"), ("carl", "carla")),
    ],
)
def test_two_names_sound_as_two(one: str, other: str) -> None:
    assert NAMES[one]["sound"] != NAMES[other]["sound"]


def test_a_short_name_stands_for_one_of_several() -> None:
    assert {"alexander", "alexandra"} <= set(NAMES["alex"]["forms"])
    assert "edward" in NAMES["teddy"]["forms"]
    assert NAMES["oscar"]["forms"] == []


def test_what_is_no_given_name_is_not_known() -> None:
    assert not {"anelina", "mraia", "skaterboy"} & NAMES.keys()
    assert len(NAMES) == known_given_names().height, "a name is there once"
