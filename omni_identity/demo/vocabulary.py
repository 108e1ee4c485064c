"""The words of the demo: given and family names by language, each in its spellings."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import numpy as np
import polars as pl

from omni_identity.demo import scripts
from omni_identity.demo.nicknames import short_names
from omni_identity.demo.randomness import Draw, Floats, Ints, pick

LOCALES = {
    "en_US": 0.625, "es_MX": 0.12, "de_DE": 0.035, "pl_PL": 0.025, "it_IT": 0.025,
    "fr_CA": 0.03, "pt_BR": 0.02, "vi_VN": 0.02, "en_IN": 0.03, "ru_RU": 0.02,
    "el_GR": 0.01, "ja_JP": 0.007, "zh_CN": 0.018, "ar_AA": 0.015,
}  # fmt: skip
"""Share of households by the language of their names."""
NATIVE_SCRIPTS = ("ru_RU", "el_GR", "ja_JP", "zh_CN", "ar_AA")
_FAMILY_SOURCES = ("de_DE", "it_IT", "pl_PL", "en_GB", "fr_FR", "es_ES", "pt_BR")
"""Lists that lend American families the long tail of surnames that Faker's thousand lacks."""

Spelling = tuple[str, str, str]
"""A name as its bearer writes it, in Latin letters, and in plain letters another way."""


@dataclass
class NameList:
    """Names of one kind in all languages; a name is its position here."""

    native: list[str] = field(default_factory=list)
    latin: list[str] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    groups: dict[str, tuple[int, Floats]] = field(default_factory=dict)

    @cached_property
    def table(self) -> pl.Series:
        """All native spellings, then all Latin, then all plain ones; the list must be complete."""
        return pl.Series(self.native + self.latin + self.plain)

    def add(self, group: str, spelled: Iterable[tuple[Spelling, float]]) -> None:
        """Adds a group of weighted names."""
        start, weights = len(self.native), []
        for (native, latin, plain), weight in spelled:
            self.native.append(native)
            self.latin.append(latin)
            self.plain.append(plain)
            weights.append(weight)
        self.groups[group] = (start, np.cumsum(np.asarray(weights, dtype=np.float64)))

    def sample(self, draw: Draw, group: str, n: int) -> Ints:
        """n names of a group."""
        start, cumulative = self.groups[group]
        return start + pick(cumulative, draw.unit(n))


@dataclass(frozen=True)
class Vocabulary:
    """All words; `female_form` maps a surname to the form a woman bears."""

    given: NameList
    family: NameList
    female_form: Ints
    nickname: pl.Series
    nickname_start: Ints
    nickname_count: Ints

    def spell(self, names: NameList, index: Ints, form: Ints) -> pl.Series:
        """Names at `index` spelled by `form`: 0 native, 1 Latin, 2 plain; null where negative."""
        known = pl.Series(index >= 0)
        words = names.table.gather(np.maximum(index, 0) + form * len(names.native))
        return pl.select(pl.when(known).then(words)).to_series()

    def nickname_of(self, given: Ints, unit: Floats) -> pl.Series:
        """A short form of each given name, null where none is known."""
        count = np.where(given >= 0, self.nickname_count[np.maximum(given, 0)], 0)
        at = self.nickname_start[np.maximum(given, 0)] + (unit * count).astype(np.int64)
        words = self.nickname.gather(np.minimum(at, len(self.nickname) - 1))
        return pl.select(pl.when(pl.Series(count > 0)).then(words)).to_series()


@cache
def load_vocabulary() -> Vocabulary:
    """Reads the word lists of Faker once."""
    given, family = NameList(), NameList()
    women: dict[int, int] = {}
    for locale in LOCALES:
        for sex in ("female", "male"):
            given.add(f"{locale}/{sex}", _given(locale, sex))
        family.add(locale, _family(locale))
        if locale in ("pl_PL", "ru_RU"):
            _add_female_forms(family, locale, women)
    family.add("immigrant", _immigrant_families())
    female_form = np.arange(len(family.native), dtype=np.int64)
    female_form[list(women)] = list(women.values())
    short = short_names(given.native)
    spelled = [_spell_short(word, name) for name, words in zip(given.native, short, strict=True)
               for word in words]  # fmt: skip
    count = np.asarray([len(words) for words in short], dtype=np.int64)
    return Vocabulary(
        given, family, female_form, pl.Series(spelled), np.cumsum(count) - count, count
    )


def _provider(locale: str) -> Any:
    return importlib.import_module(f"faker.providers.person.{locale}").Provider


def _weighted(words: Mapping[str, float] | Iterable[str]) -> list[tuple[str, float]]:
    """Words with Faker's weights, or with slowly falling ones where it has none."""
    if isinstance(words, Mapping):
        return [(str(word), float(weight)) for word, weight in words.items()]
    return [(str(word), 1.0 / (rank + 20)) for rank, word in enumerate(dict.fromkeys(words))]


def _spell_all(
    locale: str, words: Mapping[str, float] | Iterable[str]
) -> list[tuple[Spelling, float]]:
    return [(_spellings(locale, word), weight) for word, weight in _weighted(words)]


def _spellings(locale: str, word: str) -> Spelling:
    if locale == "ru_RU":
        return word, scripts.romanise_cyrillic(word), scripts.romanise_cyrillic(word, other=True)
    if locale == "el_GR":
        return word, scripts.romanise_greek(word), scripts.romanise_greek(word, other=True)
    if locale == "de_DE":
        return word, word, scripts.spell_umlauts(word)
    return word, word, scripts.strip_accents(word)


def _spell_short(word: str, name: str) -> str:
    """Russian and Greek short forms are used in Latin letters by those who use them here."""
    if name[:1] >= "Ѐ":
        return scripts.romanise_cyrillic(word)
    return scripts.romanise_greek(word) if name[:1] >= "Ͱ" else word


def _ranked(rows: list[Spelling]) -> list[tuple[Spelling, float]]:
    return [(row, 1.0 / (rank + 4)) for rank, row in enumerate(rows)]


def _given(locale: str, sex: str) -> list[tuple[Spelling, float]]:
    tables = {
        "ar_AA/female": scripts.ARABIC_FEMALE, "ar_AA/male": scripts.ARABIC_MALE,
        "zh_CN/female": scripts.CHINESE_FEMALE, "zh_CN/male": scripts.CHINESE_MALE,
    }  # fmt: skip
    if f"{locale}/{sex}" in tables:
        return _ranked(tables[f"{locale}/{sex}"])
    provider = _provider(locale)
    if locale == "ja_JP":
        pairs = getattr(provider, f"first_name_{sex}_pairs")
        return _ranked([(kanji, latin, latin) for kanji, _, latin in pairs])
    if locale == "vi_VN":
        names = [*getattr(provider, f"first_names_{sex}"), *provider.first_names_unisex]
        middles = [word for word in provider.middle_names if (word == "Thị") == (sex == "female")]
        return _spell_all(
            locale, [f"{middle} {name}" for name in names for middle in middles] + names
        )
    return _spell_all(locale, getattr(provider, f"first_names_{sex}"))


def _family(locale: str) -> list[tuple[Spelling, float]]:
    if locale == "ar_AA":
        return _ranked(scripts.ARABIC_FAMILY)
    if locale == "zh_CN":
        return _ranked(scripts.CHINESE_FAMILY)
    provider = _provider(locale)
    if locale == "ja_JP":
        names = provider.last_name_pairs.items()
        return [((kanji, latin, latin), float(weight)) for (kanji, _, latin), weight in names]
    if locale == "pl_PL":
        return _spell_all(locale, [*provider.male_last_names, *provider.unisex_last_names])
    if locale in ("ru_RU", "el_GR"):
        return _spell_all(locale, provider.last_names_male)
    return _spell_all(locale, provider.last_names)


def _add_female_forms(family: NameList, locale: str, women: dict[int, int]) -> None:
    """Appends Kowalska to Kowalski and Иванова to Иванов, and notes which belongs to which."""
    start, cumulative = family.groups[locale]
    for at in range(start, start + len(cumulative)):
        man = family.native[at]
        woman = f"{man[:-1]}a" if man.endswith(("ski", "cki", "dzki")) else man
        if man.endswith(("ов", "ев", "ин", "ын", "ёв")):
            woman = f"{man}а"
        elif man.endswith(("ский", "цкий")):
            woman = f"{man[:-2]}ая"
        if woman != man:
            women[at] = len(family.native)
            native, latin, plain = _spellings(locale, woman)
            family.native.append(native)
            family.latin.append(latin)
            family.plain.append(plain)


def _immigrant_families() -> list[tuple[Spelling, float]]:
    names: dict[str, None] = {}
    for locale in _FAMILY_SOURCES:
        provider = _provider(locale)
        words = provider.unisex_last_names if locale == "pl_PL" else provider.last_names
        names.update(dict.fromkeys(str(word) for word in words))
    return [((word, word, scripts.strip_accents(word)), 1.0) for word in names]
