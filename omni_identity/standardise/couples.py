"""Two people in one name: the one who is named first is taken, never somebody called ``Walter Irene``."""

from __future__ import annotations

import polars as pl

from omni_identity.standardise.name_parts import TITLE

_AND = r"(?:\s*[&+]\s*|\s+(?:and|und|u\.|et|en|og|och|e|y|i|a)\s+)"
_SURELY_AND = r"(?:\s*[&+/]\s*|\s+(?:and|und|u\.|et|en|og|och)\s+)"
_MAYBE_AND = r"\s+(?:y|e|i)\s+"
_FORM = rf"(?:{TITLE}|m|sr|sig\.?\s?ra|pan|don|fam)\.?"
_BOTH = rf"(?i)^({_FORM}){_AND}{_FORM}(\s+.*)?$"
_BOTH_BEHIND = rf"(?i)^([^,]+,\s*){_FORM}{_AND}{_FORM}(\s+.*)?$"
_FAMILY = (
    r"(?i)^(?:familie|familien|family|famille|famiglia|familia|família|familjen|fam\.?|rodzina|państwo|"
    r"eheleute|ehepaar)\s+(?:of\s+)?(\pL.*)$"
)
_FAMILY_BEHIND = r"(?i)^(?:the\s+)?(\pL.*)\s+(?:family|household)$"
_AND_FAMILY = (
    rf"(?i)^(.*\pL.*?)(?:{_AND}|,\s*)(?:his |her |their |seine |ihre )?(?:familie|family|famille|familia|"
    r"família|famiglia|gezin|rodzina|rodziną|partner|partnerin|wife|husband|spouse|kids|children|kinder|kinderen)$"
)
"""Somebody with those who belong to them: ``Tom Birch and family``."""
_NAMED = rf"(?:{_FORM}\s+)?"
_GIVEN = r"\pL[\pL'’.\-]*"
_FIRST_OF_TWO = rf"(?i)^({_NAMED}{_GIVEN}){_SURELY_AND}{_NAMED}{_GIVEN}(?:\s+(.*))?$"
_MAYBE_FIRST_OF_TWO = rf"(?i)^({_NAMED}{_GIVEN}){_MAYBE_AND}{_NAMED}{_GIVEN}\s+(.+)$"
_FIRST_WHOLE = rf"(?i)^({_NAMED}{_GIVEN}\s+\pL[^&+/,]*?){_SURELY_AND}{_NAMED}{_GIVEN}(?:\s.*)?$"
_AFTER_COMMA = rf"(?i)^([^,]+,\s*{_NAMED}{_GIVEN}[^,&+/]*?)(?:{_SURELY_AND}|{_MAYBE_AND}).*$"
_GIVEN_ALONE = rf"(?i)^(.*?)(?:{_SURELY_AND}|{_MAYBE_AND}).*$"
_FULL_NAMES = (
    (_AND_FAMILY, "${1}"),
    (_BOTH_BEHIND, "${1}${2}"),
    (_BOTH, "Mx ${2}"),
    (_FAMILY, "Mx ${1}"),
    (_FAMILY_BEHIND, "Mx ${1}"),
    (_AFTER_COMMA, "${1}"),
    (_FIRST_OF_TWO, "${1} ${2}"),
    (_FIRST_WHOLE, "${1}"),
    (_MAYBE_FIRST_OF_TWO, "${1} ${2}"),
)
"""What names of two people look like, the surest first, and what is left of them."""

SUSPECT = r"(?i)[&+/]|\s(?:and|und|u\.|et|en|og|och|y|e|i|a)\s|^(?:fam|państwo|rodzina|ehe)|(?:family|household)$"
"""What a name of two people, or of a family, has in it: nothing else is looked into."""


def take_first_of_two(full: pl.Series) -> pl.DataFrame:
    """Return ``text``: distinct full names of two people as that of the first named one, and ``is_two``.

    ``Mr & Mrs Desmond Oakhurst`` is Mr Desmond Oakhurst, ``Walter & Irene Kestrel`` Walter Kestrel,
    ``Familie Blum`` somebody of that last name. Spanish and Portuguese "y", "e", "i" also join two last
    names of one person: they part two people only where a last name follows the second.
    """
    text = pl.col("text")
    frame = full.alias("text").to_frame().with_columns(pl.lit(False).alias("is_two"))
    # titles before two given names ("Mr & Mrs Walter & Irene Kestrel") need two rounds
    for _ in range(2):
        changed = pl.coalesce(
            *(
                pl.when(text.str.contains(shape)).then(text.str.replace(shape, left))
                for shape, left in _FULL_NAMES
            ),
            text,
        ).str.strip_chars(" ,")
        is_two = pl.col("is_two") | (changed != text)
        frame = frame.with_columns(changed.alias("text"), is_two.alias("is_two"))
    return frame


def take_first_given_name(given: pl.Series) -> pl.DataFrame:
    """Return ``text``: the first of two people's given names in distinct texts, and ``is_two``."""
    text = pl.col("text")
    frame = given.alias("text").to_frame()
    both = pl.when(text.str.contains(_BOTH)).then(text.str.replace(_BOTH, "${2}")).otherwise(text)
    alone = both.str.replace(_GIVEN_ALONE, "${1}").str.strip_chars(" ,")
    first = pl.when(alone != "").then(alone)
    return frame.select(first.alias("text"), (alone != text).alias("is_two"))


def take_last_name_of_two(last: pl.Series) -> pl.DataFrame:
    """Return ``text``: distinct last names without the forms of address of two people, and ``is_two``."""
    text = pl.col("text")
    bare = pl.coalesce(
        *(
            pl.when(text.str.contains(shape)).then(text.str.extract(shape, group))
            for shape, group in ((_BOTH, 2), (_FAMILY, 1), (_FAMILY_BEHIND, 1))
        ),
        text,
    ).str.strip_chars(" ,")
    frame = last.alias("text").to_frame()
    return frame.select(
        pl.when(bare != "").then(bare).alias("text"), (bare != text).alias("is_two")
    )
