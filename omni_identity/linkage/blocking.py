"""Which pairs are looked at: equal records with the one that represents them, and records that share a blocking key.

A key that too many records share is seen before it explodes. It is parted, by place or by name, and
records of a part that still has too many meet their nearest neighbours only (the sorted neighbourhood of
Hernández and Stolfo, The merge/purge problem for large databases, SIGMOD 1995), in the order of their
names: where a strict rule makes the part, as most of its records are few people's.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.batches import in_batches
from omni_identity.linkage.block_keys import BLOCKS, keep_keys, update_keys
from omni_identity.linkage.blocking_rules import EQUAL, BlockingRule
from omni_identity.linkage.equal_records import COPIES

NEIGHBOURS = 10
"""How many of the next records each one meets in a part that too many share."""
EXPLODING = 1_000_000
"""Pairs that keys left out would have listed, below which nobody needs to hear of it."""


@dataclass(frozen=True)
class LeftOut:
    """Parts of keys of one rule that too many records share: how many, the largest's records, all pairs."""

    key_count: int
    largest: int
    pair_count: float


@dataclass(frozen=True)
class BlockingSummary:
    """What blocking did: candidate pairs; per rule the parts of keys left out because too many records share them;
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

    ``derived.block_keys`` (``record_no, rule_no, key, part``) is brought up to date for the records in the
    table ``changed`` (``record_no``), that came, went or are others now, or that another represents in
    ``derived.equal_records``; ``derived.rematched_records`` has them and the records of every key that they
    turned: the candidate pairs are all those with at least one of these. The column ``rules`` has bit n set
    when rule number n finds the pair, ``EQUAL`` for a record and the equal one that represents it. When the
    rules together would list more than ``most_pairs``, the rule with the most is left out, again and again;
    never one over an identifier. ``before`` hears how many they list, at most, before they do, and may raise.
    """
    with engine.transaction():
        update_keys(engine, rules, changed)
        listed = _count_listed(engine)
        dropped = _rules_beyond(rules, listed, most_pairs)
        before(sum(listed.values()) - sum(dropped.values()))
        _list_pairs(engine, {rule: n for rule, n in listed.items() if rule not in dropped})
        keep_keys(engine, [rule for rule in rules if rule.number not in dropped])
        left_out = engine.fetch(
            f"""
            select rule_no, count(*) as keys, max(size) as largest,
                sum(size::double * (size - 1) / 2)::double as pairs
            from {BLOCKS} where not is_used group by rule_no order by rule_no
            """
        )
        engine.run(f"drop table {BLOCKS}")
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
        # a parted key has as many blocks as parts: joined by the key alone, its records would meet each of them
        engine.run(
            f"""
            create or replace temp table keyed as
            select k.*, r.record_no is not null as is_rematched
            from (
                select k.record_no, k.rule_no, k.key, b.part, b.has_neighbours
                from derived.block_keys k join {BLOCKS} b on b.rule_no = k.rule_no and b.key = k.key
                where b.part is null and b.is_used and list_contains($numbers::integer[], k.rule_no)
                union all
                select k.record_no, k.rule_no, k.key, b.part, b.has_neighbours
                from derived.block_keys k
                join {BLOCKS} b on b.rule_no = k.rule_no and b.key = k.key and b.part = k.part
                where b.is_used and list_contains($numbers::integer[], k.rule_no)
            ) k
            left join derived.rematched_records r on r.record_no = k.record_no
            """,
            {"numbers": numbers},
        )
        engine.run(
            """
            insert into listed_pairs
            select l.record_no, r.record_no, 1::bigint << l.rule_no
            from keyed l join keyed r
                on l.rule_no = r.rule_no and l.key = r.key and l.record_no < r.record_no
                and l.part is not distinct from r.part
            where not l.has_neighbours and (l.is_rematched or r.is_rematched)
            """
        )
        _list_neighbours(engine)
        engine.run("drop table keyed")
    engine.run(
        f"""
        insert into listed_pairs
        select representative_no, record_no, 1::bigint << {EQUAL} from {COPIES}
        where record_no in (select record_no from derived.rematched_records)
            or representative_no in (select record_no from derived.rematched_records)
        """
    )
    engine.run(
        """
        create or replace table derived.candidate_pairs as
        select record_no_l, record_no_r, bit_or(rules) as rules
        from listed_pairs group by record_no_l, record_no_r
        """
    )
    engine.run("drop table listed_pairs")


def _list_neighbours(engine: Engine) -> None:
    """Add to ``listed_pairs`` each record of ``keyed`` that has neighbours with the next of its part."""
    engine.run(
        """
        create or replace temp table placed as
        select k.*, row_number() over (
            partition by k.rule_no, k.key, k.part
            order by coalesce(r."last", ''), coalesce(r."first", ''), coalesce(r.birth_date, ''), k.record_no
        ) as place
        from keyed k join derived.linkage_records r on r.record_no = k.record_no
        where k.has_neighbours
        """
    )
    engine.run(
        """
        insert into listed_pairs
        select least(l.record_no, r.record_no), greatest(l.record_no, r.record_no), 1::bigint << l.rule_no
        from placed l
        cross join (select unnest(range(1, $neighbours + 1)) as distance) d
        join placed r on r.rule_no = l.rule_no and r.key = l.key and r.part = l.part
            and r.place = l.place + d.distance
        where l.is_rematched or r.is_rematched
        """,
        {"neighbours": NEIGHBOURS},
    )
    engine.run("drop table placed")


def keep_rules(engine: Engine, rules: tuple[BlockingRule, ...], scores: str) -> None:
    """Forget the keys, the candidate pairs, and their rows of the table ``scores`` where there is one, that none
    of ``rules`` finds."""
    tables = {"derived.candidate_pairs", scores} & engine.columns().keys()
    with engine.transaction():
        for pairs in sorted(tables):
            engine.run(f"delete from {pairs} where rules & {rules_mask(rules)} = 0")
        keep_keys(engine, rules)


def rules_mask(rules: tuple[BlockingRule, ...]) -> int:
    """The bits of ``rules`` in the column ``rules`` of a pair, and that of equal records."""
    return sum(1 << rule.number for rule in rules) + (1 << EQUAL)


def _count_listed(engine: Engine) -> dict[int, int]:
    """By rule how many pairs it lists, those first that list the most."""
    counted = engine.fetch(
        f"""
        select rule_no, sum(case when has_neighbours then size * {NEIGHBOURS}
                else size * (size - 1) / 2 end)::bigint as pairs
        from {BLOCKS} where is_used group by rule_no order by pairs desc, rule_no
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
