"""The blocking rules: which values of two records have to be the same for the pair to be looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace

from omni_identity.model.attributes import Vocabulary


@dataclass(frozen=True)
class BlockingRule:
    """One rule: ``keys`` is SQL for a list of keys of a record (null or empty: the record has none).

    ``largest`` is how many records may share a key before the key is parted. ``part`` is SQL for the text
    that has to be the same besides where it is; of a strict rule not even a part that too many share is left
    out. ``number`` is the rule's place among all that the vocabulary allows.
    """

    name: str
    keys: str
    largest: int
    is_identifier: bool = False
    number: int = 0
    part: str = "''"
    is_strict: bool = False


IDENTIFIER_BLOCK = 100
NAME_BLOCK = 150
LOOSE_BLOCK = 40
EQUAL = 62
"""The number that stands for equal records, which no rule has to find."""
MOST_RULES = EQUAL
"""As many as a pair's bits can name. Some forty are built in, so only a tenth own attribute goes without."""

_LIST = '[x for x in "{0}"]'


def _joined(*columns: str) -> str:
    """SQL for a one-key list of the columns joined; null when any of them is."""
    text = " || '|' || ".join(columns)
    return f"case when {text} is not null then [{text}] end"


def _local_part(key: str) -> str:
    """SQL for a key of each local part ``x`` that has letters enough, without its digits and signs."""
    bare = "list_transform(\"local_part\", lambda x: regexp_replace(x, '[^a-z]', '', 'g'))"
    return f"list_distinct(list_transform(list_filter({bare}, lambda x: length(x) >= 6), lambda x: {key}))"


def _consonants(column: str) -> str:
    """SQL for a name's consonants, null if there are fewer than three."""
    bare = f"regexp_replace(\"{column}\", '[aeiouyhw 0-9]', '', 'g')"
    return f"(case when length({bare}) >= 3 then {bare} end)"


_START_OF_LAST = _joined('"first"', 'left("last", 3)')
_FIRST_AND_START_OF_LAST = (
    f'case when "last" is not null then {_START_OF_LAST}'
    ' else list_transform("last_hint", lambda x: "first" || \'|\' || left(x, 3)) end'
)
_YEAR, _MONTH, _DAY = 'left("birth_date", 4)', 'left("birth_date", 7)', 'substr("birth_date", 6)'
_EITHER_WAY_ROUND = (
    'left("birth_date", 4) || least(substr("birth_date", 6, 2), right("birth_date", 2))'
    ' || greatest(substr("birth_date", 6, 2), right("birth_date", 2))'
)
"""A birth date whose day and month may have changed places."""
_GIVEN = "replace(\"first\", ' ', '')"
_FAMILY = "replace(\"last\", ' ', '')"
_SPELLED = (
    'case when "first" is null or "last" is null then "alias" else list_distinct(['
    f"{_GIVEN} || {_FAMILY}, {_FAMILY} || {_GIVEN}, left({_GIVEN}, 1) || {_FAMILY},"
    f" {_GIVEN} || left({_FAMILY}, 1)]) end"
)
"""Aliases of those who give no name, and how the others' names are usually spelled in an alias."""


def _without_place(common: str, *others: str) -> str:
    """SQL for a key of ``common`` with each of ``others``, of a record that has a street in no postcode or city.

    Where names are all else there is, and every one of them is damaged, these are what is left to find it by.
    """
    keys = ", ".join(f"{common} || '|{place}|' || {other}" for place, other in enumerate(others))
    return (
        f'case when "street" is not null and "locality" is null then'
        f" list_filter([{keys}], lambda x: x is not null) end"
    )


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
        BlockingRule("start of local part", _local_part("left(x, 6)"), LOOSE_BLOCK),
        BlockingRule("end of local part", _local_part("right(x, 6)"), LOOSE_BLOCK),
        BlockingRule("birth date either way round", _joined(_EITHER_WAY_ROUND), LOOSE_BLOCK),
        BlockingRule("birth month and start of first", _joined(_MONTH, 'left("first", 2)'), LOOSE_BLOCK),
        BlockingRule("birth month and start of last", _joined(_MONTH, 'left("last", 2)'), LOOSE_BLOCK),
        BlockingRule("birth day and first name", _joined(_DAY, '"first_canonical"'), LOOSE_BLOCK),
        BlockingRule("birth year and first name", _joined(_YEAR, '"first_canonical"'), LOOSE_BLOCK),
        BlockingRule("birth year and last name", _joined(_YEAR, '"last"'), LOOSE_BLOCK),
        BlockingRule("city and first name", _joined('"city"', '"first_canonical"'), LOOSE_BLOCK),
        BlockingRule("house number and initial, without a place",
                     _without_place('"house_number"', 'left("first", 1)', 'left("last", 1)'), LOOSE_BLOCK),
        BlockingRule("starts and ends of names, without a place",
                     _without_place('left("first", 1)', 'left("last", 3)', 'right("last", 2)'), LOOSE_BLOCK),
    ]  # fmt: skip
    attributes = [
        rule
        for name, _ in vocabulary.evidence
        for rule in (
            BlockingRule(
                f"{name} and first name", _joined(f'"attribute_{name}"', '"first"'), LOOSE_BLOCK
            ),
            BlockingRule(name, _joined(f'"attribute_{name}"'), LOOSE_BLOCK),
        )
    ]
    every = (*identifiers, *names, *attributes)[:MOST_RULES]
    return tuple(
        replace(rule, number=number, part=_part(rule), is_strict=rule.largest > LOOSE_BLOCK)
        for number, rule in enumerate(every)
    )


_PLACE = "coalesce(\"locality\", '')"
_NAME = "coalesce(left(\"first\", 1), '') || '|' || coalesce(left(\"last\", 3), '')"


def _part(rule: BlockingRule) -> str:
    """What parts a key that too many share: the place, or the name where the key has one already.

    An identifier is not parted: who shares one is compared whatever else they are.
    """
    if rule.is_identifier:
        return "''"
    has_place = any(f'"{column}"' in rule.keys for column in _PLACES)
    has_name = any(f'"{column}' in rule.keys for column in ("first", "last", "alias"))
    return _NAME if has_place or not has_name else _PLACE


_PLACES = ("door", "street", "house_number", "postcode", "city")


def rules_named(vocabulary: Vocabulary, names: tuple[str, ...]) -> tuple[BlockingRule, ...]:
    """The rules of a frozen model, in the fixed order; names that the vocabulary no longer allows are left out."""
    return tuple(rule for rule in possible_rules(vocabulary) if rule.name in names)
