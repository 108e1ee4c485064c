"""Every kind of attribute: found by its module, with words, levels that leave nothing out, and a fixed point."""

from __future__ import annotations

import polars as pl
import pytest

from omni_identity.model.attributes import CARRIED, Vocabulary, attribute_kinds
from omni_identity.standardise.attribute_kinds import attribute_kind
from omni_identity.standardise.rules import Rules

VALUES = pl.Series(["Gold Member", "2024-03-01", "1.3.2024", "France", "Łódź", "DE 123.456-789"])


def test_kinds_are_the_modules_of_the_folder_with_words_on_top() -> None:
    kinds = attribute_kinds()
    assert {"exact", "fuzzy", "date", "country", "none"} <= kinds.keys()
    assert kinds["exact"] == "equal or not, whatever the capitals."
    assert all(kinds.values())


@pytest.mark.parametrize("name", attribute_kinds())
def test_what_is_standardised_stays_so(name: str) -> None:
    kind, rules = attribute_kind(name), Rules(Vocabulary())
    once = kind.standardise(VALUES, rules)
    assert len(once) == len(VALUES)
    kept = once.drop_nulls()
    assert kept.len() > 0
    assert kind.standardise(kept, rules).to_list() == kept.to_list()


@pytest.mark.parametrize("name", attribute_kinds())
def test_levels_leave_nothing_out_and_only_what_is_carried_has_none(name: str) -> None:
    levels = attribute_kind(name).levels("attribute_x")
    assert (levels == ()) == (name == CARRIED)
    if levels:
        assert levels[-1].sql == "ELSE"
        assert sum(level.same for level in levels) == pytest.approx(1)
        assert len({level.label for level in levels}) == len(levels)
