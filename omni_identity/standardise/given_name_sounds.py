"""Known given names: how each sounds however it is spelled, and the names that it may be short for."""

from __future__ import annotations

from functools import cache

import polars as pl
from nicknames import NickNamer

from omni_identity.standardise.given_names import given_names

SPELLINGS = (
    *((r"ph", "f"), (r"(ck|c|q)", "k"), (r"y|ie|ee", "i"), (r"(.)h", "${1}"), (r"z", "s")),
    *((r"w", "v"), (r"x", "ks"), (r"^j", "i")),
)
"""What is written for one sound, as in Marc and Mark, Sara and Sarah, Jon and John, Sofia and Sophia."""
DOUBLED = tuple((letter * 2, letter) for letter in "abdefgiklmnoprstuv")

SHORTEST = 3
"""Letters of a nickname that is known as a name: of two, it is as often somebody's initials."""


@cache
def known_given_names() -> pl.DataFrame:
    """One row per known given name: ``name`` (its key), ``sound``, and ``forms``, what it may be short for.

    Two names of one sound are spellings of one name; ``forms`` is empty for most.
    """
    namer = NickNamer()
    nicknames = (name for name in namer.canonical_lookup if len(name) >= SHORTEST)
    known = given_names().union(nicknames)
    names = sorted(name for name in known if " " not in name)
    sound = pl.col("name")
    for written, spoken in (*SPELLINGS, *DOUBLED):
        sound = sound.str.replace_all(written, spoken)
    forms = [sorted(known & namer.canonicals_of(name)) for name in names]
    frame = pl.DataFrame(
        {"name": names, "forms": forms}, schema_overrides={"forms": pl.List(pl.String)}
    )
    return frame.select("name", sound.alias("sound"), "forms")
