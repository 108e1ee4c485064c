"""Which pairs become candidates, and which keys are left out because too many records share them."""

from __future__ import annotations

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.blocking import IDENTIFIER_BLOCK, block_records
from omni_identity.model.attributes import Vocabulary
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
        summary = block_records(engine, Vocabulary())
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
        block_records(engine, Vocabulary())
        assert candidates(engine) == {(1, 2), (3, 4)}


def test_a_value_that_too_many_share_is_no_blocking_key() -> None:
    crowd = [{"email": ["info@shop.example"]} for _ in range(IDENTIFIER_BLOCK + 1)]
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [*crowd, {"email": ["me@x.com"]}, {"email": ["me@x.com"]}])
        summary = block_records(engine, Vocabulary())
        assert candidates(engine) == {(IDENTIFIER_BLOCK + 2, IDENTIFIER_BLOCK + 3)}
        assert summary.keys_left_out == {"email": 1}


def test_no_records_give_no_pairs() -> None:
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [])
        assert block_records(engine, Vocabulary()).pair_count == 0
