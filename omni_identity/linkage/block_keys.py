"""The keys that records are blocked by, kept in step with what changed, and the blocks they make.

Keys are kept in one table, one row per record, rule and key, so that a rule over a list needs no other
treatment than one over a column. A key that too many records share is parted, by place or by name; a
part that still has too many is looked through by neighbours where the rule is strict, else left out. Of
equal records only the one that represents them has keys.
"""

from __future__ import annotations

from collections.abc import Sequence

from omni_identity.engines import Engine, count_rows
from omni_identity.engines.batches import in_batches
from omni_identity.engines.declared import create_missing
from omni_identity.linkage.blocking_rules import BlockingRule
from omni_identity.linkage.equal_records import create_equal_records, is_represented

BLOCKS = "derived.blocks"


def update_keys(engine: Engine, rules: tuple[BlockingRule, ...], changed: str) -> None:
    """Update ``derived.block_keys``; make ``derived.blocks`` and ``derived.rematched_records``.

    ``blocks`` (``rule_no, key, part, size, is_used, has_neighbours``) has every block of a rematched record: a
    key, or (``part`` not null) a part of one that too many share. ``changed`` is a table (``record_no``) of
    the records that came, went or are others now, or are represented by another.
    """
    create_equal_records(engine)
    create_missing(engine, "derived.block_keys")
    limits = ", ".join(
        f"({rule.number}, {rule.largest}, {str(rule.is_strict).lower()})" for rule in rules
    )
    engine.run(
        "create or replace temp table block_limits as"
        f" select * from (values {limits}) limits (rule_no, largest, is_strict)"
    )
    are_all_new = not count_rows(engine, "derived.block_keys")
    if are_all_new:
        _make_keys(engine, rules, changed, "derived.block_keys")
        engine.run(
            f"create or replace table derived.rematched_records as select distinct record_no from {changed}"
        )
    else:
        _exchange_keys(engine, rules, changed)
    _list_blocks(engine, are_all_new)
    engine.run("drop table block_limits")


def _exchange_keys(engine: Engine, rules: tuple[BlockingRule, ...], changed: str) -> None:
    """Put the keys that the changed records have now in the place of those they had; see whom that rematches."""
    engine.run(
        "create or replace temp table fresh_keys"
        " (record_no BIGINT, rule_no INTEGER, key UBIGINT, part UBIGINT)"
    )
    _make_keys(engine, rules, changed, "fresh_keys")
    engine.run(
        "create or replace temp table former_keys as select * from derived.block_keys"
        f" where record_no in (select record_no from {changed})"
    )
    _find_affected_parts(engine)
    engine.run(
        f"delete from derived.block_keys where record_no in (select record_no from {changed})"
    )
    engine.run("insert into derived.block_keys select * from fresh_keys")
    _rematch(engine, changed)
    for table in ("fresh_keys", "former_keys", "affected_parts"):
        engine.run(f"drop table {table}")


def keep_keys(engine: Engine, rules: Sequence[BlockingRule]) -> None:
    """Forget the keys of other rules; rebuild ``derived.blocking_rules``."""
    engine.run(
        "delete from derived.block_keys where not list_contains($numbers::integer[], rule_no)",
        {"numbers": [rule.number for rule in rules]},
    )
    used = ", ".join(f"({rule.number}, '{rule.name}')" for rule in rules)
    engine.run(
        "create or replace table derived.blocking_rules as"
        f" select * from (values {used}) rules (rule_no, name)"
    )


def _make_keys(engine: Engine, rules: tuple[BlockingRule, ...], changed: str, target: str) -> None:
    """Add the keys that the changed records have now to the table ``target``."""
    # every rule reads the records: which of them have changed and stand for themselves is looked up once
    engine.run(
        "create or replace temp table keyed_records as select * from derived.linkage_records"
        f" where record_no in (select record_no from {changed}) and not {is_represented('record_no')}"
    )
    count = count_rows(engine, "keyed_records")
    for some in in_batches(dict.fromkeys(rules, count), engine.rows_at_once):
        keyed = " union all ".join(
            f"select record_no, {rule.number} as rule_no, unnest({rule.keys}) as key, {rule.part} as part"
            " from keyed_records"
            for rule in some
        )
        engine.run(
            f"insert into {target}"
            f" select record_no, rule_no, hash(key) as key, hash(part) as part from ({keyed}) keyed"
        )
    engine.run("drop table keyed_records")


def _find_affected_parts(engine: Engine) -> None:
    """Make ``affected_parts``: each part that gained or lost records of a key that too many share, now or before.

    ``rule_no, key, part``, the sizes of part and key before and after, and the rule's limits. Made before
    ``block_keys`` is updated. Most keys are few records', so parts are counted of the others alone.
    """
    engine.run(
        """
        create or replace temp table affected_parts as
        with moves as (
            select rule_no, key, part, 1 as gained, 0 as lost from fresh_keys
            union all
            select rule_no, key, part, 0, 1 from former_keys
        ), affected as (
            select rule_no, key, sum(gained) as gained, sum(lost) as lost
            from moves group by rule_no, key
        ), sizes as (
            select rule_no, key, count(*) as size from derived.block_keys
            semi join affected using (rule_no, key) group by rule_no, key
        ), sized as (
            select a.rule_no, a.key, b.largest, b.is_strict, coalesce(s.size, 0) as size_before,
                coalesce(s.size, 0) + a.gained - a.lost as size
            from affected a
            join block_limits b on b.rule_no = a.rule_no
            left join sizes s on s.rule_no = a.rule_no and s.key = a.key
        ), shared as (
            select * from sized where size_before > largest or size > largest
        ), moved as (
            select rule_no, key, part, sum(gained) as gained, sum(lost) as lost
            from moves semi join shared using (rule_no, key) group by rule_no, key, part
        ), part_sizes as (
            select rule_no, key, part, count(*) as size from derived.block_keys
            semi join shared using (rule_no, key) group by rule_no, key, part
        )
        select m.rule_no, m.key, m.part, s.largest, s.is_strict, s.size_before, s.size,
            coalesce(p.size, 0) as part_before, coalesce(p.size, 0) + m.gained - m.lost as part_size
        from moved m
        join shared s on s.rule_no = m.rule_no and s.key = m.key
        left join part_sizes p on p.rule_no = m.rule_no and p.key = m.key and p.part = m.part
        """
    )


def _rematch(engine: Engine, changed: str) -> None:
    """Rebuild ``derived.rematched_records``: the changed records, and those of every block that they turned.

    A key turns when it is parted now, or no more; a part of a parted one when it becomes too large or stops
    being so, and where it is looked through by neighbours, whenever its records are others.
    """
    engine.run(
        f"""
        create or replace table derived.rematched_records as
        select record_no from {changed}
        union
        select record_no from derived.block_keys semi join (
            select rule_no, key from affected_parts
            where (size_before <= largest) <> (size <= largest)
        ) turned using (rule_no, key)
        union
        select record_no from derived.block_keys semi join (
            select rule_no, key, part from affected_parts
            where size_before > largest and size > largest and (
                (part_before <= largest) <> (part_size <= largest)
                or (is_strict and part_size > largest))
        ) turned_parts using (rule_no, key, part)
        """
    )


def _list_blocks(engine: Engine, are_all_new: bool) -> None:
    """Make ``derived.blocks`` of the keys of rematched records, which are all keys if all are new."""
    wanted = "derived.block_keys"
    if not are_all_new:
        wanted = "wanted_keys"
        # a record that was drawn in by a turned key brings its other keys along
        engine.run(
            f"""
            create or replace temp table {wanted} as
            select rule_no, key, part from derived.block_keys semi join (
                select distinct k.rule_no, k.key from derived.block_keys k
                semi join derived.rematched_records using (record_no)
            ) rematched_keys using (rule_no, key)
            """
        )
    engine.run(
        f"""
        create or replace table {BLOCKS} as
        with sizes as (
            select s.rule_no, s.key, s.size, b.largest, b.is_strict
            from (
                select rule_no, key, count(*) as size from {wanted} group by rule_no, key having count(*) > 1
            ) s join block_limits b on b.rule_no = s.rule_no
        ), blocks as (
            select rule_no, key, null::ubigint as part, size, largest, is_strict
            from sizes where size <= largest
            union all
            select p.rule_no, p.key, p.part, count(*) as size, s.largest, s.is_strict
            from {wanted} p join (select * from sizes where size > largest) s
                on s.rule_no = p.rule_no and s.key = p.key
            group by p.rule_no, p.key, p.part, s.largest, s.is_strict
        )
        select rule_no, key, part, size::bigint as size,
            size <= largest or is_strict as is_used, size > largest and is_strict as has_neighbours
        from blocks where size > 1
        """
    )
    if not are_all_new:
        engine.run(f"drop table {wanted}")
