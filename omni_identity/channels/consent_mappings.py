"""How ``omni.yaml`` maps a consent: to a column, to ``{from: column, yes: [...], no: [...], opt_out: true}``, or to
a constant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from omni_identity.channels.column_sources import KEYS as CONSTANT_KEYS
from omni_identity.channels.opt_out_columns import says_opt_out
from omni_identity.channels.yaml_lines import Mistake, Path
from omni_identity.model.attributes import CONSENT
from omni_identity.model.errors import nearest

KEYS = ("from", "yes", "no", "opt_out", *CONSTANT_KEYS)
WORDS = {"yes": True, "no": False}
"""The keys that list a column's own words, and what these decide."""


def consent_entries(mapping: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The consents of a raw mapping that are written as keys and values, times of consents left out."""
    for name, entry in mapping.items():
        if _is_consent(name) and isinstance(entry, dict):
            yield name, entry


def own_words(entry: dict[str, Any]) -> dict[str, bool]:
    """What the words of a raw entry decide, by ``word_key``; lists that are mistaken say nothing."""
    return {
        word_key(word): decision
        for key, decision in WORDS.items()
        for word in _listed(entry.get(key))
        if _is_word(word)
    }


def word_key(word: Any) -> str:
    """A word as it is compared: in lower case, single-spaced; YAML's true and numbers as they are written."""
    return " ".join(str(word).lower().split())


def consent_mistakes(contacts: dict[str, Any], path: Path) -> Iterator[Mistake]:
    """What is wrong with the consents of a raw contacts feed, which stands at ``path``.

    A column whose name says opt-out is read neither way round until it is said which.
    """
    if "opt_out" in contacts:
        example = "mapping: {consent_email: {from: column, opt_out: true}}"
        yield Mistake((*path, "opt_out"), f"belongs to the consent that it is of, as in {example}")
    if "consent_words" in contacts:
        example = "mapping: {consent_email: {from: column, yes: [word], no: [word]}}"
        yield Mistake((*path, "consent_words"), f"unknown key. Write {example}")
    mapping = contacts.get("mapping")
    for name, entry in (mapping if isinstance(mapping, dict) else {}).items():
        if not _is_consent(name):
            continue
        here = (*path, "mapping", name)
        written = entry if isinstance(entry, dict) else {"from": entry}
        unknown = [key for key in written if key not in KEYS]
        for key in unknown:
            yield Mistake((*here, key), f"unknown key.{nearest(str(key), KEYS)}")
        yield from _word_mistakes(written, here)
        if "opt_out" in written and not isinstance(written["opt_out"], bool):
            yield Mistake((*here, "opt_out"), "must be true or false")
        elif written.keys() & set(CONSTANT_KEYS):
            if written.keys() & {"from", "opt_out", "yes", "no"}:
                yield Mistake(here, "a constant says itself what it means: take the other keys out")
        elif not {"opt_out", "yes"} & written.keys() and not unknown:
            yield from _undeclared(written.get("from"), here)


def _undeclared(columns: Any, here: Path) -> Iterator[Mistake]:
    named = [columns] if isinstance(columns, str) else columns
    for column in named if isinstance(named, list) else []:
        if isinstance(column, str) and says_opt_out(column):
            listed = f"[{', '.join(map(str, named))}]" if isinstance(columns, list) else columns
            message = (
                f"the name of column '{column}' says that its yes may be a no. Write"
                f" {{from: {listed}, opt_out: true}} if yes in it means that they are not to be"
                f" contacted, {{from: {listed}, opt_out: false}} if it means that they may be"
            )
            yield Mistake(here, message)
            return


def _word_mistakes(written: dict[str, Any], here: Path) -> Iterator[Mistake]:
    """Lists that hold no words, and words that are to be yes and no."""
    seen: dict[str, str] = {}
    for key in WORDS:
        if key not in written:
            continue
        words = _listed(written[key])
        if not words or not all(_is_word(word) for word in words):
            yield Mistake((*here, key), "must be a list of the words in the column that mean it")
            continue
        for word in map(word_key, words):
            if seen.setdefault(word, key) != key:
                yield Mistake((*here, key), f"'{word}' is among both yes and no")


def _listed(words: Any) -> list[Any]:
    return words if isinstance(words, list) else [] if words is None else [words]


def _is_word(word: Any) -> bool:
    return isinstance(word, str | int | float) and bool(word_key(word))


def _is_consent(name: Any) -> bool:
    match = CONSENT.match(name) if isinstance(name, str) else None
    return match is not None and match.group(2) is None
