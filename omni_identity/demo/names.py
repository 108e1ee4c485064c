"""Who is called what in a block of households: families, twins, juniors, namesakes, weddings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from omni_identity.demo.households import (
    CHILD,
    COUPLE,
    FAMILY,
    FLATMATES,
    GRANDPARENT,
    HEAD,
    LONE_PARENT,
    PARTNER,
    SINGLE,
    Households,
)
from omni_identity.demo.randomness import Draw, Flags, Ints
from omni_identity.demo.vocabulary import LOCALES, Vocabulary

NOT_JOINED, SPACED, HYPHENED = range(3)
_LOCALE_NAMES = tuple(LOCALES)
_MIDDLE = {"en_US": 0.75, "en_IN": 0.1, "fr_CA": 0.2, "es_MX": 0.1}
_SECOND_GIVEN = {"es_MX": 0.3, "fr_CA": 0.15, "pt_BR": 0.2, "de_DE": 0.08, "en_US": 0.05}


@dataclass
class Names:
    """Names of persons as positions in the vocabulary, -1 for none.

    `before` and `after` hold family name, second family name and how they are joined, before
    and after a wedding; they are equal for those who keep their name.
    """

    locale: Ints
    given: Ints
    second_given: Ints
    middle: Ints
    before: tuple[Ints, Ints, Ints]
    after: tuple[Ints, Ints, Ints]
    suffix: pl.Series
    married: Flags
    twin: Flags
    junior: Flags
    namesake: Flags


def name_persons(draw: Draw, homes: Households, words: Vocabulary) -> Names:
    """Names for all members of the households; twins share a year of birth afterwards."""
    n = len(homes.role)
    locale = _locales(draw, homes)
    given = _given(draw, words, locale, homes.female)
    family = _families(draw, words, homes, locale)
    middle = np.where(
        _share(draw, _MIDDLE, locale, 0.0), _given(draw, words, locale, homes.female), -1
    )
    second_given = np.where(
        _share(draw, _SECOND_GIVEN, locale, 0.03), _given(draw, words, locale, homes.female), -1
    )
    namesake = _copy_namesakes(draw, homes, (locale, given, family, middle))
    junior, suffix = _name_juniors(draw, homes, (given, family, middle))
    twin = _find_twins(draw, homes)
    mark = _LOCALE_NAMES.index("es_MX")
    spanish = (locale == mark) & draw.chance(0.7, n)
    hyphened = (locale != mark) & draw.chance(0.018, n)
    second = np.where(spanish | hyphened, _family_of(draw, words, locale), -1)
    join = np.where(spanish, SPACED, np.where(hyphened, HYPHENED, NOT_JOINED)).astype(np.int64)
    married = _find_brides(draw, homes, family)
    maiden = _family_of(draw, words, locale)
    keeps = married & draw.chance(0.22, n)
    before = (np.where(married, maiden, family), second, join)
    after = (
        np.where(keeps, maiden, family),
        np.where(keeps, family, second),
        np.where(keeps, HYPHENED, join),
    )
    forms = (_bear(words, homes.female, before), _bear(words, homes.female, after))
    return Names(
        locale, given, second_given, middle, *forms, suffix, married, twin, junior, namesake
    )


def _bear(
    words: Vocabulary, female: Flags, name: tuple[Ints, Ints, Ints]
) -> tuple[Ints, Ints, Ints]:
    first, second, join = name
    return (
        np.where(female, words.female_form[first], first),
        np.where(female & (second >= 0), words.female_form[np.maximum(second, 0)], second),
        np.where(second >= 0, join, NOT_JOINED),
    )


def _locales(draw: Draw, homes: Households) -> Ints:
    """One language a household; some partners and all flatmates bring their own."""
    n = len(homes.role)
    shared = draw.index(list(LOCALES.values()), len(homes.kind))[homes.member_of]
    own = draw.index(list(LOCALES.values()), n)
    mixed = ((homes.role == PARTNER) & draw.chance(0.25, n)) | (homes.kind == FLATMATES)[
        homes.member_of
    ]
    return np.where(mixed, own, shared).astype(np.int64)


def _share(draw: Draw, shares: dict[str, float], locale: Ints, default: float) -> Flags:
    by_locale = np.asarray([shares.get(name, default) for name in _LOCALE_NAMES])
    return draw.chance(by_locale[locale], len(locale))


def _given(draw: Draw, words: Vocabulary, locale: Ints, female: Flags) -> Ints:
    given = np.zeros(len(locale), dtype=np.int64)
    for at, name in enumerate(_LOCALE_NAMES):
        for sex, here in (("female", female), ("male", ~female)):
            rows = np.flatnonzero((locale == at) & here)
            given[rows] = words.given.sample(draw, f"{name}/{sex}", len(rows))
    return given


def _family_of(draw: Draw, words: Vocabulary, locale: Ints) -> Ints:
    family = np.zeros(len(locale), dtype=np.int64)
    for at, name in enumerate(_LOCALE_NAMES):
        rows = np.flatnonzero(locale == at)
        family[rows] = words.family.sample(draw, name, len(rows))
    immigrant = np.flatnonzero((locale == 0) & draw.chance(0.3, len(locale)))
    family[immigrant] = words.family.sample(draw, "immigrant", len(immigrant))
    return family


def _families(draw: Draw, words: Vocabulary, homes: Households, locale: Ints) -> Ints:
    """Households share a surname, except flatmates, some partners, stepchildren and in-laws."""
    n = len(locale)
    own = _family_of(draw, words, locale)
    head = own[homes.start[homes.member_of]]
    sharing = np.asarray([1.0, 0.7, 0.9, 0.0, 0.55])[homes.role]
    return np.where(draw.chance(sharing, n), head, own).astype(np.int64)


def _copy_namesakes(draw: Draw, homes: Households, names: Sequence[Ints]) -> Flags:
    """Gives some persons who live alone or in a flat the name of a stranger, in place."""
    n = len(homes.role)
    alone = np.isin(homes.kind, (SINGLE, FLATMATES))[homes.member_of]
    rows = np.flatnonzero(alone & draw.chance(0.085, n))
    others = draw.whole(0, n, len(rows))
    strangers = (homes.female[others] == homes.female[rows]) & (others != rows)
    rows, others = rows[strangers], others[strangers]
    for values in names:
        values[rows] = values[others]
    marks = np.zeros(n, dtype=np.bool_)
    marks[rows] = marks[others] = True
    return marks


def _name_juniors(draw: Draw, homes: Households, names: Sequence[Ints]) -> tuple[Flags, pl.Series]:
    """Gives some first sons their father's whole name, in place; says who is Jr and Sr."""
    n = len(homes.role)
    head = homes.start[homes.member_of]
    first_child = (homes.role == CHILD) & (np.roll(homes.role, 1) != CHILD)
    sons = np.flatnonzero(first_child & ~homes.female & ~homes.female[head] & draw.chance(0.3, n))
    for values in names:
        values[sons] = values[head[sons]]
    marks = np.zeros(n, dtype=np.bool_)
    marks[sons] = marks[head[sons]] = True
    suffix = np.full(n, "", dtype="U2")
    suffix[sons], suffix[head[sons]] = "Jr", "Sr"
    return marks, pl.Series(suffix)


def _find_twins(draw: Draw, homes: Households) -> Flags:
    """True for the second of two twins, who follows the first in the household."""
    n = len(homes.role)
    second = (homes.role == CHILD) & (np.roll(homes.role, 1) == CHILD)
    second &= np.roll(homes.member_of, 1) == homes.member_of
    second &= np.roll(homes.role, 2) != CHILD
    twins: Flags = second & draw.chance(0.16, n)
    return twins


def _find_brides(draw: Draw, homes: Households, family: Ints) -> Flags:
    """Women who took their husband's name within living memory of the channels."""
    kind = homes.kind[homes.member_of]
    head = homes.start[homes.member_of]
    couple = np.isin(kind, (COUPLE, FAMILY)) & np.isin(homes.role, (HEAD, PARTNER)) & homes.female
    divorced = (
        (kind == LONE_PARENT) & (homes.role == HEAD) & homes.female & draw.chance(0.3, len(kind))
    )
    elder = homes.role == GRANDPARENT
    brides: Flags = (
        (couple & (family == family[head]) & draw.chance(0.3, len(kind))) | divorced
    ) & ~elder
    return brides
