"""Which pairs are looked at: records that share a blocking key, keys that too many share left out.

Keys are kept in one table, one row per record, rule and key, so that a rule over a list needs no
other treatment than one over a column, and so that a key which would explode is seen before it does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from omni_identity.engines import Engine
from omni_identity.model.attributes import Vocabulary


@dataclass(frozen=True)
class BlockingRule:
    """One rule: ``keys`` is SQL for a list of keys of a record (null or empty: the record has none).

    ``largest`` is how many records may share a key before the key is left out.
    """

    name: str
    keys: str
    largest: int
    is_identifier: bool = False


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
        for name in vocabulary.attribute_names
    ]
    return (*identifiers, *names, *attributes)[:MOST_RULES]


@dataclass(frozen=True)
class BlockingSummary:
    """What blocking did: candidate pairs; per rule the keys left out because too many records share them;
    and the rules left out as a whole, with their pairs, because all together would exceed the budget."""

    pair_count: int
    keys_left_out: dict[str, int]
    rules_left_out: dict[str, int]


def rules_named(vocabulary: Vocabulary, names: tuple[str, ...]) -> tuple[BlockingRule, ...]:
    """The rules of a frozen model, in the fixed order; names that the vocabulary no longer allows are left out."""
    return tuple(rule for rule in possible_rules(vocabulary) if rule.name in names)


def block_records(
    engine: Engine, rules: tuple[BlockingRule, ...], most_pairs: float = math.inf
) -> BlockingSummary:
    """Rebuild ``derived.candidate_pairs`` (``record_no_l < record_no_r``, each pair once).

    Its column ``rules`` has bit n set when rule n of ``derived.blocking_rules`` finds the pair. When
    the rules together would list more than ``most_pairs``, the rule with the most is left out, again
    and again; never one over an identifier.
    """
    keyed = " union all ".join(
        f"select record_no, {number} as rule_no, unnest({rule.keys}) as key"
        f" from derived.linkage_records where {rule.keys} is not null"
        for number, rule in enumerate(rules)
    )
    limits = ", ".join(f"({number}, {rule.largest})" for number, rule in enumerate(rules))
    engine.run(
        f"create or replace table derived.block_keys as"
        f" select record_no, rule_no, hash(key) as key from ({keyed})"
    )
    engine.run(
        f"""
        create or replace table derived.blocks as
        select rule_no, key, count(*) as size, count(*) > any_value(largest) as is_left_out
        from derived.block_keys join (values {limits}) limits (rule_no, largest) using (rule_no)
        group by rule_no, key having count(*) > 1
        """
    )
    dropped = _rules_beyond(engine, rules, most_pairs)
    used = ", ".join(
        f"({number}, '{rule.name}')" for number, rule in enumerate(rules) if number not in dropped
    )
    engine.run(
        "create or replace table derived.blocking_rules as"
        f" select * from (values {used}) rules (rule_no, name)"
    )
    engine.run(
        """
        create or replace table derived.candidate_pairs as
        with keyed as (
            select k.record_no, k.rule_no, k.key
            from derived.block_keys k join derived.blocks b using (rule_no, key)
            where not b.is_left_out and not list_contains($dropped::integer[], k.rule_no)
        )
        select l.record_no as record_no_l, r.record_no as record_no_r,
            bit_or(1::bigint << l.rule_no) as rules
        from keyed l join keyed r
            on l.rule_no = r.rule_no and l.key = r.key and l.record_no < r.record_no
        group by l.record_no, r.record_no
        """,
        {"dropped": list(dropped)},
    )
    left_out = engine.fetch(
        "select rule_no, count(*) as n from derived.blocks where is_left_out group by rule_no order by rule_no"
    )
    engine.run("drop table derived.block_keys")
    engine.run("drop table derived.blocks")
    pairs = engine.fetch("select count(*) as n from derived.candidate_pairs")
    return BlockingSummary(
        int(pairs["n"][0]),
        {rules[number].name: count for number, count in left_out.iter_rows()},
        {rules[number].name: count for number, count in dropped.items()},
    )


def _rules_beyond(
    engine: Engine, rules: tuple[BlockingRule, ...], most_pairs: float
) -> dict[int, int]:
    """The rules to leave out so that the others list at most ``most_pairs``, with the pairs of each."""
    counted = engine.fetch(
        """
        select rule_no, sum(size * (size - 1) / 2)::bigint as pairs
        from derived.blocks where not is_left_out group by rule_no order by pairs desc, rule_no
        """
    )
    excess = float(counted["pairs"].sum()) - most_pairs
    dropped: dict[int, int] = {}
    for number, pairs in counted.iter_rows():
        if excess > 0 and not rules[number].is_identifier:
            dropped[number] = pairs
            excess -= pairs
    return dropped
