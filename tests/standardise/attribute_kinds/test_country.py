"""``country``: however a nationality is written, it is one code."""

from __future__ import annotations

import polars as pl

from omni_identity.model.attributes import Vocabulary
from omni_identity.standardise.flags import INVALID, flag
from omni_identity.standardise.own_attributes import standardise_own_attribute
from omni_identity.standardise.rules import Rules


def test_codes_and_names_of_a_country_are_one_value() -> None:
    raw = pl.Series("nationality", ["France", "FR", "frankreich", "Atlantis", "n/a", None])
    made = standardise_own_attribute(raw, "country", Rules(Vocabulary()))
    assert made["nationality"].to_list() == ["FR", "FR", "FR", None, None, None]
    assert made[flag(INVALID, "nationality")].to_list() == [False, False, False, True, False, None]
