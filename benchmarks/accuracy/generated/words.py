"""Names of people, towns and streets with their frequencies: census lists, and Zipf's law where there are none."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import polars as pl

Random = np.random.Generator

_TOWN_STEMS = (
    "Ash,Barn,Beck,Brad,Brom,Burn,Cal,Chester,Clif,Cor,Dal,Den,Dor,East,Elm,Fair,Farn,"
    "Gains,Glen,Hal,Har,Hazel,Hol,Hunt,Kings,Lang,Leigh,Lin,Mans,Mar,Mid,Mill,New,Nor,Oak,"
    "Pen,Ply,Rad,Red,Rich,Rock,Ros,Ship,Stan,Stoke,Sud,Sut,Thorn,Wake,Wal,West,Whit,Win,"
    "Wood,Wor"
)
_TOWN_ENDINGS = (
    "borough,bridge,bury,by,combe,dale,field,ford,ham,ley,mouth,port,stead,ton,well,wick,worth"
)
_STREET_STEMS = (
    "Albert,Alma,Ash,Beech,Belmont,Birch,Bridge,Cambridge,Canal,Castle,Cedar,Chapel,"
    "Charles,Cherry,Church,Clarence,Cross,Derby,Duke,Edward,Elm,George,Grange,Green,Grove,"
    "Hawthorn,High,Hill,King,Lansdowne,Lime,London,Main,Manor,Market,Mill,Nelson,New,"
    "North,Oak,Oxford,Park,Poplar,Prince,Priory,Queen,Richmond,Rose,School,South,Spring,"
    "Stanley,Station,Union,Vicarage,Victoria,Warwick,Wellington,West,Wilton,Windsor,Wood,"
    "York"
)
_STREET_KINDS = "Street,Road,Avenue,Lane,Close,Drive,Terrace,Place,Way,Crescent"


@dataclass(frozen=True)
class WordList:
    """Words and how probable each is."""

    words: pl.Series
    weights: np.ndarray[Any, np.dtype[np.float64]]

    def draw(self, random: Random, count: int) -> pl.Series:
        """``count`` words, each as often as its weight has it."""
        return self.words.gather(random.choice(len(self.words), count, p=self.weights))


def listed(text: str) -> list[str]:
    """The words of a text with commas."""
    return text.split(",")


def weigh(words: Mapping[str, float] | Iterable[str], flat: float = 10.0) -> WordList:
    """A word list with the weights given, or with those of Zipf and Mandelbrot: 1 / (rank + ``flat``)."""
    if isinstance(words, Mapping):
        named = {str(word): float(weight) for word, weight in words.items()}
    else:
        named = {str(w): 1 / (rank + flat) for rank, w in enumerate(dict.fromkeys(words))}
    weights = np.asarray(list(named.values()))
    return WordList(pl.Series(list(named), dtype=pl.String), weights / weights.sum())


def mix(*parts: tuple[float, WordList]) -> WordList:
    """One list of several, each with its share."""
    shares: dict[str, float] = {}
    for share, part in parts:
        for word, weight in zip(part.words, part.weights, strict=True):
            shares[word] = shares.get(word, 0.0) + share * float(weight)
    return weigh(shares)


def frequent(words: WordList, count: int) -> WordList:
    """The ``count`` most frequent of the words, as in a register of a region."""
    order = np.argsort(-words.weights, kind="stable")[:count]
    return weigh(words.words.gather(order), flat=4)


@cache
def given_names(locale: str, gender: str) -> WordList:
    """Given names of ``f`` or ``m`` in a locale of Faker."""
    provider = _person(locale)
    return weigh(getattr(provider, {"f": "first_names_female", "m": "first_names_male"}[gender]))


@cache
def family_names(locale: str) -> WordList:
    """Family names in a locale of Faker."""
    return weigh(_person(locale).last_names)


@cache
def english_names() -> tuple[WordList, WordList, WordList]:
    """Given names of women, of men, and family names of an English town with immigrants of five countries."""
    abroad = ("de_DE", "fr_FR", "es_ES", "it_IT", "pl_PL")

    def given(gender: str) -> WordList:
        others = [(0.03, given_names(locale, gender)) for locale in abroad]
        return mix((0.85, given_names("en_US", gender)), *others)

    families = [(0.05, family_names(locale)) for locale in abroad[:4]]
    at_home = (0.45, family_names("en_US")), (0.35, family_names("en_GB"))
    return given("f"), given("m"), mix(*at_home, *families)


@cache
def towns() -> pl.Series:
    """Names of towns, in an order that mixes them."""
    names = [stem + ending for ending in listed(_TOWN_ENDINGS) for stem in listed(_TOWN_STEMS)]
    return pl.Series(names).sample(fraction=1, shuffle=True, seed=1)


@cache
def streets() -> pl.Series:
    """Names of streets, in an order that mixes them."""
    names = [f"{stem} {kind}" for kind in listed(_STREET_KINDS) for stem in listed(_STREET_STEMS)]
    return pl.Series(names).sample(fraction=1, shuffle=True, seed=2)


def _person(locale: str) -> Any:
    return importlib.import_module(f"faker.providers.person.{locale}").Provider
