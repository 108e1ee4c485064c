"""Which open questions another model settles."""

from __future__ import annotations

from omni_identity.engines import DuckDBEngine
from omni_identity.stewardship.settled_by_model import SettledQuestions, count_settled

PAIRS = "(record_no_l, record_no_r, match_weight)"
BEFORE = "(1, 2, 0.5), (1, 3, 0.25), (4, 5, 0.0), (6, 7, 1.0), (8, 9, -9.0), (10, 11, 2.0), (12, 13, 2.0)"
AFTER = "(1, 2, 6.0), (4, 5, -7.0), (6, 7, 1.5), (10, 11, 2.0)"


def test_a_question_is_settled_where_its_records_meet_or_are_doubted_no_more() -> None:
    with DuckDBEngine() as engine:
        engine.run("attach ':memory:' as home")
        for place, pairs in (("home.derived", BEFORE), ("derived", AFTER)):
            engine.run(f"create schema {place}")
            engine.run(f"create table {place}.scored_pairs as from (values {pairs}) p {PAIRS}")
        # of one customer: 2 and 3, so that 1 asks of both what the stronger pair asks
        engine.run(
            "create table home.derived.customers as select i as record_no,"
            " case when i = 3 then 'g2' else 'g' || i end as golden_id from range(20) r (i)"
        )
        engine.run(
            "create table derived.customers as select i as record_no,"
            " case when i in (2, 3) then 'g1' else 'g' || i end as golden_id from range(20) r (i)"
        )
        engine.run(
            "create table derived.constraints as select 10 as record_no_l, 11 as record_no_r, 'same' as judgement"
        )
        # open: 1 and 2 (they meet now), 4 and 5 (too unlike now), 6 and 7 (doubtful still), 12 and 13 (not found now)
        assert count_settled(engine, -3.0) == SettledQuestions(4, 3)
