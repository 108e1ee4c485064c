"""Given names and family names that are common in the languages of the column words, to know a name by."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import polars as pl

from omni_identity.standardise.nickname_tables import GIVEN_NAMES
from omni_identity.standardise.nicknames import canonical_names
from omni_identity.standardise.script import comparison_key


@cache
def given_names() -> frozenset[str]:
    """Keys (``comparison_key``) of given names, nicknames among them."""
    listed = _keys("given_names.txt")
    return listed | GIVEN_NAMES | canonical_names().keys() | set(canonical_names().values())


@cache
def family_names() -> frozenset[str]:
    """Keys (``comparison_key``) of family names."""
    return _keys("family_names.txt")


def _keys(file: str) -> frozenset[str]:
    # Faker's lists, copied: the library itself is there for the demo alone
    lines = Path(__file__).with_name(file).read_text(encoding="utf-8").splitlines()
    names = [line for line in lines if not line.startswith("#")]
    keys = comparison_key(pl.Series("name", names, dtype=pl.String))
    return frozenset(key for key in keys.to_list() if key and len(key) > 1)
