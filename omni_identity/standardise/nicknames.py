"""Nicknames: from a given name's key to the one given name it nearly always stands for."""

from __future__ import annotations

from functools import cache

import polars as pl
from nicknames import NickNamer

from omni_identity.standardise.nickname_tables import GIVEN_NAMES, NICKNAMES


def canonical_given_name(key: pl.Series) -> pl.Series:
    """Return for keys of first names the canonical key, the key itself where there is none.

    Conservative: a nickname of several given names ("alex", "chris") stays as it is, and a name
    that is given in its own right is no nickname. Of several words the first one is looked up
    when the whole is unknown. Idempotent.
    """
    table = canonical_names()
    old, new = list(table), list(table.values())
    text = pl.col(key.name)
    whole = text.replace_strict(old, new, default=None, return_dtype=pl.String)
    head = text.str.extract(r"^(\S+) ", 1)
    head = head.replace_strict(old, new, default=None, return_dtype=pl.String)
    with_rest = pl.concat_str(head, text.str.extract(r"^\S+( .*)$", 1))
    frame = key.to_frame().select(pl.coalesce(whole, with_rest, text).alias(key.name))
    return frame.to_series()


@cache
def canonical_names() -> dict[str, str]:
    """Return the table of nickname to canonical key; no canonical key is itself a nickname in it."""
    table = {name: given for name, given in _english().items() if name not in NICKNAMES}
    table |= NICKNAMES
    return {name: given for name, given in sorted(table.items()) if given not in table}


def _english() -> dict[str, str]:
    """Take from the English list what has one meaning and looks like it ("josh", "joshua")."""
    namer = NickNamer()
    found: dict[str, str] = {}
    for nickname, givens in sorted(namer.canonical_lookup.items()):
        own_right = nickname in GIVEN_NAMES or bool(namer.nicknames_of(nickname))
        given = min(givens)
        if len(givens) == 1 and not own_right and nickname[:3] == given[:3]:
            found[nickname] = given
    return found
