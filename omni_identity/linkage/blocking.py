"""Which pairs are looked at: records that share a blocking key, keys that too many share left out.

Keys are kept in one table, one row per record, rule and key, so that a rule over a list needs no
other treatment than one over a column, and so that a key which would explode is seen before it does.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.batches import in_batches
from omni_identity.linkage.blocking_rules import BlockingRule

EXPLODING = 1_000_000
"""Pairs that keys left out would have listed, below which nobody needs to hear of it."""


@dataclass(frozen=True)
class LeftOut:
    """Keys of one rule that too many records share: how many, records of the largest, pairs they would list."""

    key_count: int
    largest: int
    pair_count: float


@dataclass(frozen=True)
class BlockingSummary:
    """What blocking did: candidate pairs; per rule the keys left out because too many records share them;
    and the rules left out as a whole, with their pairs, because all together would exceed the budget."""

    pair_count: int
    keys_left_out: dict[str, LeftOut]
    rules_left_out: dict[str, int]

    def remarks(self) -> list[str]:
        """What would have exploded, a sentence each: it names rules, never a person's value."""
        keys = [
            f"Blocking by {name}: {found.key_count:,} values that up to {found.largest:,} records share"
            f" were left out; they alone would list {found.pair_count:,.0f} pairs."
            for name, found in self.keys_left_out.items()
            if found.pair_count > max(self.pair_count, EXPLODING)
        ]
        rules = [
            f"Blocking by {name} was left out: it would list {pairs:,} pairs, more than"
            " linkage.pairs_per_record has room for."
            for name, pairs in self.rules_left_out.items()
        ]
        return keys + rules


def block_records(
    engine: Engine,
    rules: tuple[BlockingRule, ...],
    most_pairs: float = math.inf,
    changed: str = "derived.linkage_records",
    before: Callable[[int], None] = lambda _: None,
) -> BlockingSummary:
    """Rebuild ``derived.candidate_pairs`` (``record_no_l < record_no_r``, each pair once) for what changed.

    ``derived.block_keys`` (``record_no, rule_no, key``) is brought up to date for the records in the
    table ``changed`` (``record_no``), that came, went or are others now; ``derived.rematched_records``
    has them and the records of every key that too many share now, or no more: the candidate pairs are
    all those with at least one of these. The column ``rules`` has bit n set when rule number n finds the
    pair. When the rules together would list more than ``most_pairs``, the rule with the most is left
    out, again and again; never one over an identifier. ``before`` hears how many they list, at most,
    before they do, and may raise.
    """
    with engine.transaction():
        _update_keys(engine, rules, changed)
        listed = _count_listed(engine)
        dropped = _rules_beyond(rules, listed, most_pairs)
        before(sum(listed.values()) - sum(dropped.values()))
        _list_pairs(engine, {rule: n for rule, n in listed.items() if rule not in dropped})
        _keep_rules(engine, [rule for rule in rules if rule.number not in dropped])
        left_out = engine.fetch(
            """
            select rule_no, count(*) as keys, max(size) as largest,
                sum(size::double * (size - 1) / 2)::double as pairs
            from derived.blocks where not is_used group by rule_no order by rule_no
            """
        )
        engine.run("drop table derived.blocks")
    names = {rule.number: rule.name for rule in rules}
    return BlockingSummary(
        count_rows(engine, "derived.candidate_pairs"),
        {names[number]: LeftOut(*found) for number, *found in left_out.iter_rows()},
        {names[number]: count for number, count in dropped.items()},
    )


def _list_pairs(engine: Engine, listed: dict[int, int]) -> None:
    """Rebuild ``derived.candidate_pairs`` by the used blocks of rules that list so many pairs each.

    Rules are taken a few at a time, so that what is held in memory is no more than a join of theirs.
    """
    engine.run(
        "create or replace temp table listed_pairs"
        " (record_no_l BIGINT, record_no_r BIGINT, rules BIGINT)"
    )
    for numbers in in_batches(listed, engine.rows_at_once):
        engine.run(
            """
            create or replace temp table keyed as
            select k.record_no, k.rule_no, k.key, r.record_no is not null as is_rematched
            from derived.block_keys k
            join derived.blocks b using (rule_no, key)
            left join derived.rematched_records r using (record_no)
            where b.is_used and list_contains($numbers::integer[], k.rule_no)
            """,
            {"numbers": numbers},
        )
        engine.run(
            """
            insert into listed_pairs
            select l.record_no, r.record_no, 1::bigint << l.rule_no
            from keyed l join keyed r
                on l.rule_no = r.rule_no and l.key = r.key and l.record_no < r.record_no
            where l.is_rematched or r.is_rematched
            """
        )
        engine.run("drop table keyed")
    engine.run(
        """
        create or replace table derived.candidate_pairs as
        select record_no_l, record_no_r, bit_or(rules) as rules
        from listed_pairs group by record_no_l, record_no_r
        """
    )
    engine.run("drop table listed_pairs")


def keep_rules(engine: Engine, rules: tuple[BlockingRule, ...], scores: str) -> None:
    """Forget the keys, the candidate pairs, and their rows of the table ``scores`` where there is one, that none
    of ``rules`` finds."""
    tables = {"derived.candidate_pairs", scores} & engine.columns().keys()
    with engine.transaction():
        for pairs in sorted(tables):
            engine.run(f"delete from {pairs} where rules & {rules_mask(rules)} = 0")
        _keep_rules(engine, rules)


def rules_mask(rules: tuple[BlockingRule, ...]) -> int:
    """The bits of ``rules`` in the column ``rules`` of a pair."""
    return sum(1 << rule.number for rule in rules)


def _keep_rules(engine: Engine, rules: Sequence[BlockingRule]) -> None:
    engine.run(
        "delete from derived.block_keys where not list_contains($numbers::integer[], rule_no)",
        {"numbers": [rule.number for rule in rules]},
    )
    used = ", ".join(f"({rule.number}, '{rule.name}')" for rule in rules)
    engine.run(
        "create or replace table derived.blocking_rules as"
        f" select * from (values {used}) rules (rule_no, name)"
    )


def _update_keys(engine: Engine, rules: tuple[BlockingRule, ...], changed: str) -> None:
    """Update ``derived.block_keys``; make ``derived.blocks`` and ``derived.rematched_records``.

    ``blocks`` (``rule_no, key, size, largest, is_used``) has every key of a rematched record.
    """
    engine.run(
        "create table if not exists derived.block_keys (record_no BIGINT, rule_no INTEGER, key UBIGINT)"
    )
    engine.run(
        "create or replace temp table fresh_keys (record_no BIGINT, rule_no INTEGER, key UBIGINT)"
    )
    count = count_rows(engine, changed)
    for some in in_batches(dict.fromkeys(rules, count), engine.rows_at_once):
        keyed = " union all ".join(
            f"select record_no, {rule.number} as rule_no, unnest({rule.keys}) as key"
            f" from derived.linkage_records where {rule.keys} is not null"
            f" and record_no in (select record_no from {changed})"
            for rule in some
        )
        # in one statement, every rule would hold the changed records in memory
        engine.run(
            f"insert into fresh_keys select record_no, rule_no, hash(key) as key from ({keyed})"
        )
    engine.run(
        "create or replace temp table former_keys as select * from derived.block_keys"
        f" where record_no in (select record_no from {changed})"
    )
    limits = ", ".join(f"({rule.number}, {rule.largest})" for rule in rules)
    engine.run(
        f"create or replace temp table block_limits as from (values {limits}) limits (rule_no, largest)"
    )
    engine.run(
        """
        create or replace temp table affected_blocks as
        with moves as (
            select rule_no, key, count(*) as gained, 0 as lost from fresh_keys group by rule_no, key
            union all
            select rule_no, key, 0, count(*) from former_keys group by rule_no, key
        ), affected as (
            select rule_no, key, sum(gained) as gained, sum(lost) as lost
            from moves group by rule_no, key
        ), sizes as (
            select rule_no, key, count(*) as size from derived.block_keys
            semi join affected using (rule_no, key) group by rule_no, key
        )
        select rule_no, key, coalesce(size, 0) as size_before,
            coalesce(size, 0) + gained - lost as size, largest
        from affected left join sizes using (rule_no, key) join block_limits using (rule_no)
        """
    )
    engine.run(
        f"delete from derived.block_keys where record_no in (select record_no from {changed})"
    )
    engine.run("insert into derived.block_keys select * from fresh_keys")
    engine.run(
        f"""
        create or replace table derived.rematched_records as
        select record_no from {changed}
        union
        select record_no from derived.block_keys semi join (
            select rule_no, key from affected_blocks where (size_before <= largest) <> (size <= largest)
        ) turned using (rule_no, key)
        """
    )
    # a record that was drawn in by a turned key brings its other keys along
    engine.run(
        """
        create or replace table derived.blocks as
        with others as (
            select distinct k.rule_no, k.key from derived.block_keys k
            semi join derived.rematched_records using (record_no)
            anti join affected_blocks a on a.rule_no = k.rule_no and a.key = k.key
        ), sized as (
            select rule_no, key, size, largest from affected_blocks
            union all
            select rule_no, key, count(*), any_value(largest)
            from derived.block_keys semi join others using (rule_no, key)
            join block_limits using (rule_no)
            group by rule_no, key
        )
        select *, size <= largest as is_used from sized where size > 1
        """
    )
    for table in ("fresh_keys", "former_keys", "block_limits", "affected_blocks"):
        engine.run(f"drop table {table}")


def _count_listed(engine: Engine) -> dict[int, int]:
    """By rule how many pairs it lists, those first that list the most."""
    counted = engine.fetch(
        """
        select rule_no, sum(size * (size - 1) / 2)::bigint as pairs
        from derived.blocks where is_used group by rule_no order by pairs desc, rule_no
        """
    )
    return dict(counted.iter_rows())


def _rules_beyond(
    rules: tuple[BlockingRule, ...], listed: dict[int, int], most_pairs: float
) -> dict[int, int]:
    """The rules to leave out so that the others list at most ``most_pairs``, with the pairs of each."""
    is_identifier = {rule.number: rule.is_identifier for rule in rules}
    excess = sum(listed.values()) - most_pairs
    dropped: dict[int, int] = {}
    for number, pairs in listed.items():
        if excess > 0 and not is_identifier[number]:
            dropped[number] = pairs
            excess -= pairs
    return dropped
