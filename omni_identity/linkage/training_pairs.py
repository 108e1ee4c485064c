"""Which pairs a model is learnt from and chosen by: candidates, strangers and those that are known, by seeded lots."""

from __future__ import annotations

from omni_identity.engines import Engine, count_rows
from omni_identity.linkage.known_pairs import KNOWN_PAIRS
from omni_identity.linkage.lots import lot, share

CANDIDATES = "derived.candidate_pairs"
DRAWN_PAIRS = "derived.training_pairs"
"""A sample of the candidate pairs."""
TRAINING_SCORES = "derived.training_scores"
"""The candidate pairs that a model was trained on, weighed; they stay until they are taken for scored."""
COMPARED_PAIRS = "derived.compared_pairs"
"""What is compared to learn from: candidate pairs, and a sample of all pairs, which no rule has found."""
SAMPLE_PER_RECORD = 20
LEAST_SAMPLE, MOST_SAMPLE = 100_000, 400_000
"""Pairs of the sample that tells how strangers look: so many a record, as a few records say no more about
strangers in pairs without end, but never fewer than show a rare level, nor more than show it well."""
TRAINING_PAIRS = 2_000_000
"""So many candidate pairs are weighed to choose the cut and the blocking rules by."""
LEARNT_FROM = 500_000
"""From so many of them the classes are learnt. Those are compared twice, before there is anything to weigh with; of
four times as many the customers of the demo of 30,000 and of 79,512 labelled records were no better."""


def draw_training_pairs(engine: Engine, seed: int, pairs: str, count: int) -> bool:
    """Draw ``derived.training_pairs`` from the ``count`` rows of the table ``pairs``, by seeded lots, if these are
    more than enough; say so."""
    if count <= TRAINING_PAIRS:
        return False
    drawn = _drawn(seed, TRAINING_PAIRS, count)
    engine.run(f"create or replace table {DRAWN_PAIRS} as select * from {pairs} where {drawn}")
    return True


def _drawn(seed: int, wanted: int, count: int) -> str:
    """SQL condition for some ``wanted`` of ``count`` pairs, by seeded lots; all where there are no more.

    Of fewer pairs, those are drawn again that were drawn of more.
    """
    if count <= wanted:
        return "true"
    return f"{lot(seed, 'record_no_l', 'record_no_r')} < {share(wanted, count)}"


def list_compared(engine: Engine, seed: int, pairs: str, pair_count: int) -> None:
    """Make ``COMPARED_PAIRS``: some of the table ``pairs``, itself all or a part of ``pair_count`` candidate pairs,
    a sample of all pairs, and those that are known; Splink is woken once for all."""
    sample_pairs(engine, seed)
    drawn = _drawn(seed, LEARNT_FROM, pair_count)
    found = f"select record_no_l, record_no_r, rules from {pairs} where {drawn}"
    if KNOWN_PAIRS in engine.columns():
        pair = "record_no_l, record_no_r"
        found = (
            f"select {pair}, rules from ({found}) found anti join {KNOWN_PAIRS} using ({pair})"
            f" union all select {pair}, -1::bigint from {KNOWN_PAIRS}"
        )
    engine.run(
        f"""
        create or replace table {COMPARED_PAIRS} as {found}
        union all
        select record_no_l, record_no_r, 0::bigint from derived.sample_pairs
        """
    )
    engine.run("drop table derived.sample_pairs")


def sample_pairs(engine: Engine, seed: int) -> None:
    """Draw ``derived.sample_pairs`` from all pairs, by seeded lots; of few records, take every pair."""
    records = count_rows(engine, "derived.linkage_records")
    wanted = min(max(SAMPLE_PER_RECORD * records, LEAST_SAMPLE), MOST_SAMPLE)
    is_few = records * (records - 1) // 2 <= wanted
    drawn = _EVERY_PAIR if is_few else _drawn_pairs(seed, records, wanted)
    engine.run(
        f"""
        create or replace table derived.sample_pairs as
        with numbered as (
            select record_no, row_number() over (order by record_no) - 1 as i from derived.linkage_records
        ), drawn as ({drawn})
        select l.record_no as record_no_l, r.record_no as record_no_r
        from drawn join numbered l on l.i = drawn.i join numbered r on r.i = drawn.j
        """
    )


_EVERY_PAIR = "select l.i, r.i as j from numbered l join numbered r on l.i < r.i"


def _drawn_pairs(seed: int, records: int, wanted: int) -> str:
    """So many pairs of places ``i < j`` among so many records, but for the few that are drawn twice."""
    return f"""
        select distinct least(a, b) as i, greatest(a, b) as j
        from (
            select {lot(seed, "k")} % {records} as a, {lot(seed + 1, "k")} % {records} as b
            from (select unnest(range({wanted})) as k) numbers
        ) where a <> b
    """
