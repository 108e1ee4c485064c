"""The blocking rules: which values of two records have to be the same for the pair to be looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace

from omni_identity.model.attributes import Vocabulary


@dataclass(frozen=True)
class BlockingRule:
    """One rule: ``keys`` is SQL for a list of keys of a record (null or empty: the record has none).

    ``largest`` is how many records may share a key before the key is left out. ``number`` is the rule's
    place among all that the vocabulary allows.
    """

    name: str
    keys: str
    largest: int
    is_identifier: bool = False
    number: int = 0


IDENTIFIER_BLOCK = 100
NAME_BLOCK = 150
LOOSE_BLOCK = 40
MOST_RULES = 62
"""As many as a pair's bits can name. Thirty are built in, so only a thirtieth own attribute goes without."""

_LIST = '[x for x in "{0}"]'


def _joined(*columns: str) -> str:
    """SQL for a one-key list of the columns joined; null when any of them is."""
    text = " || '|' || ".join(columns)
    return f"case when {text} is not null then [{text}] end"


def _consonants(column: str) -> str:
    """SQL for a name's consonants, null if there are fewer than three."""
    bare = f"regexp_replace(\"{column}\", '[aeiouyhw 0-9]', '', 'g')"
    return f"(case when length({bare}) >= 3 then {bare} end)"


_START_OF_LAST = _joined('"first"', 'left("last", 3)')
_FIRST_AND_START_OF_LAST = (
    f'case when "last" is not null then {_START_OF_LAST}'
    ' else list_transform("last_hint", lambda x: "first" || \'|\' || left(x, 3)) end'
)
_GIVEN = "replace(\"first\", ' ', '')"
_FAMILY = "replace(\"last\", ' ', '')"
_SPELLED = (
    'case when "first" is null or "last" is null then "alias" else list_distinct(['
    f"{_GIVEN} || {_FAMILY}, {_FAMILY} || {_GIVEN}, left({_GIVEN}, 1) || {_FAMILY},"
    f" {_GIVEN} || left({_FAMILY}, 1)]) end"
)
"""Aliases of those who give no name, and how the others' names are usually spelled in an alias."""


def possible_rules(vocabulary: Vocabulary) -> tuple[BlockingRule, ...]:
    """Every blocking rule that the vocabulary allows, in a fixed order."""
    others = [i for i in vocabulary.identifiers if i not in ("email", "phone", "whatsapp")]
    identifiers = [
        BlockingRule(name, f'"{name}"', IDENTIFIER_BLOCK, True)
        for name in ("email", "phone", *others)
    ]
    local_part = 'list_filter("local_part", lambda x: length(x) >= 5)'
    names = [
        BlockingRule("start of phone", 'list_transform("phone", lambda x: left(x, 9))', LOOSE_BLOCK),
        BlockingRule("end of phone", 'list_transform("phone", lambda x: right(x, 6))', LOOSE_BLOCK),
        BlockingRule("last name", _joined('"last"'), LOOSE_BLOCK),
        BlockingRule("consonants", _joined(_consonants("last"), 'left("first", 1)'), LOOSE_BLOCK),
        BlockingRule("local part", local_part, LOOSE_BLOCK),
        BlockingRule("names", _joined('"first_canonical"', '"last"'), NAME_BLOCK),
        BlockingRule("swapped names", _joined('least("first", "last")', 'greatest("first", "last")'), NAME_BLOCK),
        BlockingRule("last name and birth date", _joined('"last"', '"birth_date"'), NAME_BLOCK),
        BlockingRule("first name and birth date", _joined('"first_canonical"', '"birth_date"'), NAME_BLOCK),
        BlockingRule("birth date", _joined('"birth_date"'), LOOSE_BLOCK),
        BlockingRule("door", _joined('"door"'), NAME_BLOCK),
        BlockingRule("street and house number", _joined('"street"', '"house_number"'), LOOSE_BLOCK),
        BlockingRule("postcode and house number", _joined('"postcode"', '"house_number"'), LOOSE_BLOCK),
        BlockingRule("city and house number", _joined('"city"', '"house_number"'), LOOSE_BLOCK),
        BlockingRule("postcode and start of street", _joined('"postcode"', 'left("street", 4)'), LOOSE_BLOCK),
        BlockingRule("street and first name", _joined('"street"', '"first_canonical"'), NAME_BLOCK),
        BlockingRule("street and last name", _joined('"street"', '"last"'), NAME_BLOCK),
        BlockingRule("postcode and first name", _joined('"postcode"', '"first_canonical"'), NAME_BLOCK),
        BlockingRule("postcode and last name", _joined('"postcode"', '"last"'), NAME_BLOCK),
        BlockingRule("city and last name", _joined('"city"', '"last"', 'left("first", 1)'), NAME_BLOCK),
        BlockingRule("last name and start of first", _joined('"last"', 'left("first", 2)'), LOOSE_BLOCK),
        BlockingRule("first name and start of last", _FIRST_AND_START_OF_LAST, LOOSE_BLOCK),
        BlockingRule("spelled name", _SPELLED, LOOSE_BLOCK),
        BlockingRule("starts of names and birth year",
                     _joined('left("first", 3)', 'left("last", 3)', 'left("birth_date", 4)'), NAME_BLOCK),
        BlockingRule("starts of names and birth day",
                     _joined('left("first", 1)', 'left("last", 1)', 'substr("birth_date", 6)'), LOOSE_BLOCK),
        BlockingRule("city and starts of names",
                     _joined('"city"', 'left("first", 2)', 'left("last", 2)'), LOOSE_BLOCK),
    ]  # fmt: skip
    attributes = [
        BlockingRule(
            f"{name} and first name", _joined(f'"attribute_{name}"', '"first"'), LOOSE_BLOCK
        )
        for name, _ in vocabulary.evidence
    ]
    every = (*identifiers, *names, *attributes)[:MOST_RULES]
    return tuple(replace(rule, number=number) for number, rule in enumerate(every))


def rules_named(vocabulary: Vocabulary, names: tuple[str, ...]) -> tuple[BlockingRule, ...]:
    """The rules of a frozen model, in the fixed order; names that the vocabulary no longer allows are left out."""
    return tuple(rule for rule in possible_rules(vocabulary) if rule.name in names)
