"""Every kind of attribute: found by its module, with words, levels that leave nothing out, and a fixed point."""

from __future__ import annotations

from itertools import permutations

import duckdb
import polars as pl
import pytest

from omni_identity.model.attributes import CARRIED, Vocabulary, attribute_kinds
from omni_identity.standardise.attribute_kinds import attribute_kind
from omni_identity.standardise.rules import Rules

VALUES = ("Gold Member", "2024-03-01", "1.3.2024", "France", "Łódź", "DE 123.456-789")


def standardised(name: str) -> list[str]:
    """What the kind makes of ``VALUES`` and of its own examples, where it makes anything of them."""
    kind = attribute_kind(name)
    raw = pl.Series([*VALUES, *kind.examples])
    kept: list[str] = kind.standardise(raw, Rules(Vocabulary())).drop_nulls().to_list()
    assert kept, f"{name} takes none of {VALUES}: give its KIND examples=(...) of what it takes"
    return kept


def level_of(name: str, left: str, right: str) -> str:
    """The label of the level that two values reach, as DuckDB finds it."""
    *levels, last = attribute_kind(name).levels("attribute_x")
    cases = " ".join(f"when {level.sql} then '{level.label}'" for level in levels)
    pair = "(select $l::varchar as attribute_x_l, $r::varchar as attribute_x_r)"
    query = f"select case {cases} else '{last.label}' end from {pair}"
    ((label,),) = duckdb.execute(query, {"l": left, "r": right}).fetchall()
    return str(label)


def test_kinds_are_the_modules_of_the_folder_with_words_on_top() -> None:
    kinds = attribute_kinds()
    assert {"exact", "fuzzy", "date", "country", "none"} <= kinds.keys()
    assert kinds["exact"] == "equal or not, whatever the capitals."
    assert all(kinds.values())


@pytest.mark.parametrize("name", attribute_kinds())
def test_what_is_standardised_stays_so(name: str) -> None:
    kind, rules = attribute_kind(name), Rules(Vocabulary())
    kept = standardised(name)
    assert kind.standardise(pl.Series(kept), rules).to_list() == kept


@pytest.mark.parametrize("name", attribute_kinds())
def test_as_many_come_back_as_went_in_and_every_example_is_of_its_kind(name: str) -> None:
    kind, rules = attribute_kind(name), Rules(Vocabulary())
    raw = pl.Series([*kind.examples, *VALUES])
    made = kind.standardise(raw, rules).to_list()
    assert len(made) == len(raw)
    assert None not in made[: len(kind.examples)], "an example is none of its kind"


@pytest.mark.parametrize("name", [name for name in attribute_kinds() if name != CARRIED])
def test_equal_values_reach_the_first_level_and_some_unlike_ones_the_last(name: str) -> None:
    kept, levels = standardised(name), attribute_kind(name).levels("attribute_x")
    assert {level_of(name, value, value) for value in kept} == {levels[0].label}
    found = {level_of(name, left, right) for left, right in permutations(kept, 2) if left != right}
    assert levels[-1].label in found, "no two of them reach it: give its KIND unlike examples"


@pytest.mark.parametrize("name", attribute_kinds())
def test_levels_leave_nothing_out_and_only_what_is_carried_has_none(name: str) -> None:
    levels = attribute_kind(name).levels("attribute_x")
    assert (levels == ()) == (name == CARRIED)
    if levels:
        assert levels[-1].sql == "ELSE"
        assert sum(level.same for level in levels) == pytest.approx(1)
        assert len({level.label for level in levels}) == len(levels)
