"""Which pairs become candidates, and which keys are left out because too many records share them."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.engines import duckdb as duckdb_engine
from omni_identity.engines.duckdb import ROWS_AT_ONCE
from omni_identity.linkage import blocking
from omni_identity.linkage.blocking import NEIGHBOURS, LeftOut, block_records
from omni_identity.linkage.blocking_rules import (
    IDENTIFIER_BLOCK,
    LOOSE_BLOCK,
    BlockingRule,
    possible_rules,
    rules_named,
)
from omni_identity.linkage.components import create_constraints
from omni_identity.linkage.equal_records import update_equal_records
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.errors import RunFailed
from tests.linkage.frames import create_linkage_records

WITHOUT_A_PLACE = (
    "house number and initial, without a place",
    "starts and ends of names, without a place",
)


def candidates(engine: DuckDBEngine) -> set[tuple[int, int]]:
    return set(
        engine.fetch("select record_no_l, record_no_r from derived.candidate_pairs").iter_rows()
    )


def test_records_that_share_any_key_are_candidates_once() -> None:
    records = [
        {
            "first": "ann",
            "last": "lee",
            "birth_date": "1980-01-01",
            "email": ["a@x.com", "ann@y.com"],
        },
        {"first": "anna", "last": "leigh", "email": ["ann@y.com"]},
        {"first": "lee", "last": "ann"},
        {"first": "zoe", "last": "unlike", "phone": ["+15550001"]},
        {"phone": ["+15550001", "+15550002"]},
        {"phone": ["+49301234567"]},
        {"phone": ["+49301234999"]},
    ]
    with DuckDBEngine() as engine:
        create_linkage_records(engine, records)
        summary = block_records(engine, possible_rules(Vocabulary()))
        assert candidates(engine) == {(1, 2), (1, 3), (4, 5), (6, 7)}
        assert summary.pair_count == 4
        assert summary.keys_left_out == {}


def test_a_handle_that_spells_a_name_meets_the_name() -> None:
    records = [
        {"first": "tanya", "last": "glenn", "phone": ["+15550001"]},
        {"alias": ["tanyaglenn"]},
        {"first": "gertrudis", "last_hint": ["gome"], "alias": ["gertrudisgome"]},
        {"first": "gertrudis", "last": "gomez"},
    ]
    with DuckDBEngine() as engine:
        create_linkage_records(engine, records)
        block_records(engine, possible_rules(Vocabulary()))
        assert candidates(engine) == {(1, 2), (3, 4)}


@pytest.mark.parametrize(
    "damaged",
    [
        {"first": "dinylle", "last": "wcbsetr", "street": "unoin st", "house_number": "35"},
        {"first": "anielle", "last": "wbester", "street": "union", "house_number": "35"},
        {"first": "dnaielle", "last": "ewbster", "street": "union st", "house_number": "53"},
        {"first": "d", "last": "webbstr", "street": "union st", "house_number": "3"},
    ],
)
def test_names_and_streets_that_are_all_damaged_meet(damaged: dict[str, str]) -> None:
    whole = {"first": "danielle", "last": "webster", "street": "union st", "house_number": "35"}
    elsewhere = {"first": "zoe", "last": "quill", "street": "oak st", "house_number": "7"}
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [whole, damaged, elsewhere])
        block_records(engine, possible_rules(Vocabulary()))
        assert candidates(engine) == {(1, 2)}
        placed = [record | {"postcode": "10001"} for record in (whole, damaged)]
        create_linkage_records(engine, placed)
        summary = block_records(engine, rules_named(Vocabulary(), WITHOUT_A_PLACE))
        assert summary.pair_count == 0, "where there is a place, its rules find them"


def test_who_shares_a_value_with_too_many_meets_the_neighbours_by_name() -> None:
    chance = Random(3)
    size = IDENTIFIER_BLOCK + 1
    order = chance.sample(range(size), size)
    crowd = [{"email": ["info@shop.example"], "last": f"x{place:03}"} for place in order]
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [*crowd, {"email": ["me@x.com"]}, {"email": ["me@x.com"]}])
        summary = block_records(engine, rules_named(Vocabulary(), ("email",)))
        near = {
            (a, b)
            for b in range(1, size + 1)
            for a in range(1, b)
            if abs(order[a - 1] - order[b - 1]) <= NEIGHBOURS
        }
        assert candidates(engine) == near | {(size + 1, size + 2)}
        assert summary.keys_left_out == {}


def test_a_key_that_too_many_share_is_parted_and_what_is_left_of_a_loose_one_is_left_out() -> None:
    places = [f"{10000 + place}" for place in range(LOOSE_BLOCK) for _ in range(2)]
    crowd = [{"last": "lee", "postcode": place} for place in places]
    city = [{"last": "lee", "postcode": "99999"} for _ in range(LOOSE_BLOCK + 1)]
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [*crowd, *city])
        summary = block_records(engine, rules_named(Vocabulary(), ("last name",)))
        assert candidates(engine) == {(n, n + 1) for n in range(1, len(crowd), 2)}
        size = LOOSE_BLOCK + 1
        assert summary.keys_left_out == {"last name": LeftOut(1, size, size * (size - 1) / 2)}
        assert summary.remarks() == []


def test_equal_records_are_compared_with_the_first_of_them_alone() -> None:
    ann = {"first": "ann", "last": "lee", "email": ["ann@x.com"]}
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [ann, ann | {"first": "anne"}, ann, ann, {}, {}])
        create_constraints(engine)
        update_equal_records(engine, "derived.linkage_records")
        block_records(engine, possible_rules(Vocabulary()))
        assert candidates(engine) == {(1, 2), (1, 3), (1, 4)}
        engine.run("create table gone as select 1::bigint as record_no")
        engine.run("delete from derived.linkage_records where record_no = 1")
        update_equal_records(engine, "gone")
        block_records(engine, possible_rules(Vocabulary()), changed="reassigned_records")
        assert candidates(engine) == {(2, 3), (3, 4)}
        rematched = engine.fetch("select record_no from derived.rematched_records order by 1")
        assert rematched["record_no"].to_list() == [1, 3, 4]


def moved_blocks(engine: DuckDBEngine, chance: Random, rules: tuple[BlockingRule, ...]) -> None:
    """Keep a table of all pairs in step, as scores are, while records come, go and change."""
    engine.run("create table kept (record_no_l BIGINT, record_no_r BIGINT, rules BIGINT)")
    engine.run("create table pool as from derived.linkage_records")
    engine.run("create or replace table changed as select record_no from derived.linkage_records")
    for _ in range(12):
        block_records(engine, rules, changed="changed")
        rematched = "(select record_no from derived.rematched_records)"
        engine.run(
            f"delete from kept where record_no_l in {rematched} or record_no_r in {rematched}"
        )
        engine.run("insert into kept select * from derived.candidate_pairs")
        moving = [
            (chance.randint(1, 60), chance.randint(1, 60)) for _ in range(chance.randint(1, 9))
        ]
        values = ", ".join(map(str, dict(moving).items()))
        engine.run(
            "create or replace table changed as"
            f" select distinct record_no::bigint as record_no from (values {values}) v (record_no, other)"
        )
        engine.run("delete from derived.linkage_records where record_no in (from changed)")
        if chance.random() < 0.7:
            engine.run(
                "insert into derived.linkage_records select p.* replace (v.record_no as record_no)"
                f" from pool p join (values {values}) v (record_no, other) on p.record_no = v.other"
            )
    block_records(engine, rules, changed="changed")
    rematched = "(select record_no from derived.rematched_records)"
    engine.run(f"delete from kept where record_no_l in {rematched} or record_no_r in {rematched}")
    engine.run("insert into kept select * from derived.candidate_pairs")


@pytest.mark.parametrize("seed", range(4))
def test_pairs_that_are_kept_in_step_are_those_of_everything_anew(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(blocking, "NEIGHBOURS", 2)
    chance = Random(seed)
    records = [
        {
            "first": chance.choice(["ann", "anne", "zoe"]),
            "last": chance.choice(["lee", "lee", "quill"]),
            "postcode": chance.choice(["1", "1", "2", "3"]),
            "email": [f"{chance.choice('abc')}@x.com"],
        }
        for _ in range(60)
    ]
    named = rules_named(Vocabulary(), ("email", "last name", "names", "postcode and last name"))
    rules = tuple(replace(rule, largest=9 if rule.is_strict else 5) for rule in named)
    with DuckDBEngine() as engine:
        create_linkage_records(engine, records)
        moved_blocks(engine, chance, rules)
        kept = engine.fetch("from kept order by all")
        engine.run("delete from derived.block_keys")
        block_records(engine, rules)
        anew = engine.fetch("from derived.candidate_pairs order by all")
        assert kept.equals(anew)
        assert kept.height > 30


def test_what_would_have_exploded_is_said_without_the_value() -> None:
    crowd = 1_500
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [{"last": "lee"}])
        engine.run(
            "insert into derived.linkage_records select r.* replace (n as record_no)"
            f" from derived.linkage_records r, unnest(range(2, {crowd + 1})) numbers (n)"
        )
        rules = rules_named(Vocabulary(), ("last name",))
        summary = block_records(engine, rules)
    assert summary.pair_count == 0
    (remark,) = summary.remarks()
    assert "Blocking by last name: 1 values that up to 1,500 records share were left out" in remark
    assert "1,124,250 pairs" in remark
    assert "lee" not in remark


def test_how_many_pairs_are_listed_is_known_before_any_is() -> None:
    heard: list[int] = []

    def refuse(pairs: int) -> None:
        heard.append(pairs)
        raise RunFailed("no room")

    with DuckDBEngine() as engine:
        twin = {"first": "ann", "last": "lee", "email": ["ann@x.com"]}
        create_linkage_records(engine, [twin, twin, twin])
        rules = rules_named(Vocabulary(), ("names", "email"))
        block_records(engine, rules, before=heard.append)
        assert heard == [6]  # three pairs, by two rules each
        with pytest.raises(RunFailed):
            block_records(engine, rules, before=refuse)
        assert heard == [6, 6]
        # nothing half-done is left
        assert len(candidates(engine)) == 3


def test_no_records_give_no_pairs() -> None:
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [])
        assert block_records(engine, possible_rules(Vocabulary())).pair_count == 0


def test_a_budget_leaves_out_the_rule_with_the_most_pairs_but_no_identifier() -> None:
    crowd = [{"last": "lee", "first": f"{letter}x"} for letter in "abcdefghij"]
    mailers = [{"email": ["us@x.com"]} for _ in range(12)]
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [*crowd, *mailers])
        rules = possible_rules(Vocabulary())
        everything = block_records(engine, rules)
        assert everything.rules_left_out == {}
        assert everything.pair_count == 45 + 66
        within = block_records(engine, rules, most_pairs=70)
        assert within.rules_left_out == {"last name": 45}
        assert within.pair_count == 66
        none_left = block_records(engine, rules, most_pairs=1)
        assert "email" not in none_left.rules_left_out
        assert none_left.pair_count == 66


def test_a_pair_names_the_rules_that_find_it() -> None:
    with DuckDBEngine() as engine:
        twin = {"first": "ann", "last": "lee", "email": ["ann@x.com"]}
        create_linkage_records(engine, [twin, twin])
        rules = rules_named(Vocabulary(), ("names", "email", "door", "gone"))
        assert [rule.name for rule in rules] == ["email", "names", "door"]
        block_records(engine, rules)
        found = sum(1 << rule.number for rule in rules if rule.name in ("email", "names"))
        assert engine.fetch("select rules from derived.candidate_pairs")["rules"][0] == found


def test_rules_taken_one_by_one_find_the_same_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = Random(5)
    records = [
        {
            "first": chance.choice(["ann", "zoe", "lee"]),
            "last": chance.choice(["lee", "abernathy", "quill"]),
            "birth_date": f"19{chance.randint(60, 62)}-01-0{chance.randint(1, 4)}",
            "email": [f"{chance.choice('abcdef')}@x.com"],
            "phone": [f"+1555000{chance.randint(1, 9)}"],
        }
        for _ in range(120)
    ]
    found = []
    for at_once in (ROWS_AT_ONCE, 1):
        monkeypatch.setattr(duckdb_engine, "ROWS_AT_ONCE", at_once)
        with DuckDBEngine() as engine:
            create_linkage_records(engine, records)
            block_records(engine, possible_rules(Vocabulary()))
            found.append(engine.fetch("from derived.candidate_pairs order by all"))
    assert found[0].equals(found[1])
    assert found[0].height > 500
