"""Which pairs become candidates, and which keys are left out because too many records share them."""

from __future__ import annotations

from random import Random

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.engines import duckdb as duckdb_engine
from omni_identity.engines.duckdb import ROWS_AT_ONCE
from omni_identity.linkage.blocking import LeftOut, block_records
from omni_identity.linkage.blocking_rules import IDENTIFIER_BLOCK, possible_rules, rules_named
from omni_identity.model.attributes import Vocabulary
from omni_identity.model.errors import RunFailed
from tests.linkage.frames import create_linkage_records


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


def test_a_value_that_too_many_share_is_no_blocking_key() -> None:
    crowd = [{"email": ["info@shop.example"]} for _ in range(IDENTIFIER_BLOCK + 1)]
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [*crowd, {"email": ["me@x.com"]}, {"email": ["me@x.com"]}])
        summary = block_records(engine, possible_rules(Vocabulary()))
        assert candidates(engine) == {(IDENTIFIER_BLOCK + 2, IDENTIFIER_BLOCK + 3)}
        size = IDENTIFIER_BLOCK + 1
        pairs = size * (size - 1) / 2
        assert summary.keys_left_out == {"email": LeftOut(1, size, pairs)}
        assert summary.remarks() == []


def test_what_would_have_exploded_is_said_without_the_value() -> None:
    crowd = 1_500
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [{"phone": ["+15550001"]} for _ in range(crowd)])
        rules = rules_named(Vocabulary(), ("phone",))
        summary = block_records(engine, rules)
    assert summary.pair_count == 0
    (remark,) = summary.remarks()
    assert "Blocking by phone: 1 values that up to 1,500 records share were left out" in remark
    assert "1,124,250 pairs" in remark
    assert "555" not in remark


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
