"""Attributes of the user's own: keys that are compared, and what is only carried."""

from __future__ import annotations

import polars as pl
import pytest

from omni_identity.model.attributes import Vocabulary
from omni_identity.standardise.own_attributes import standardise_own_attribute
from omni_identity.standardise.rules import Rules


@pytest.mark.parametrize(
    ("compare", "value"),
    [("exact", "gold member"), ("fuzzy", "gold member"), ("none", "Gold Member"), ("date", None)],
)
def test_what_is_only_carried_keeps_its_capitals(compare: str, value: str | None) -> None:
    raw = pl.Series("tier", [" Gold  Member ", "n/a", None])
    made = standardise_own_attribute(raw, compare, Rules(Vocabulary()))
    assert made["tier"].to_list() == [value, None, None]
