"""Given names and family names that are common in the languages of the column words, to know a name by."""

from __future__ import annotations

from functools import cache
from importlib import import_module

import polars as pl

from omni_identity.standardise.nickname_tables import GIVEN_NAMES
from omni_identity.standardise.nicknames import canonical_names
from omni_identity.standardise.script import comparison_key

_LOCALES = (
    *("en_US", "en_GB", "de_DE", "de_AT", "fr_FR", "es_ES", "it_IT", "nl_NL", "pt_PT", "pt_BR"),
    "pl_PL",
)
"""Of Faker, which brings the lists for the demo already."""


@cache
def given_names() -> frozenset[str]:
    """Keys (``comparison_key``) of given names, nicknames among them."""
    listed = _keys([name for one in _LOCALES for name in _listed(one, "first_names")])
    return listed | GIVEN_NAMES | canonical_names().keys() | set(canonical_names().values())


@cache
def family_names() -> frozenset[str]:
    """Keys (``comparison_key``) of family names."""
    return _keys([name for one in _LOCALES for name in _listed(one, "last_names")])


def _listed(locale: str, what: str) -> list[str]:
    provider = import_module(f"faker.providers.person.{locale}").Provider
    return [
        name
        for attribute in (what, f"{what}_female", f"{what}_male", "unisex_last_names")
        if attribute.startswith(what) or what == "last_names"
        for name in getattr(provider, attribute, ())
        if isinstance(name, str)
    ]


def _keys(names: list[str]) -> frozenset[str]:
    keys = comparison_key(pl.Series("name", names, dtype=pl.String))
    return frozenset(key for key in keys.to_list() if key and len(key) > 1)
