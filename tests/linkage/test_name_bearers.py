"""How common a full name is by the number of its records, and what that does among namesakes."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.name_bearers import MOST_COUNTED, chances_by_records, weigh_name_bearers
from omni_identity.linkage.scoring import score_pairs, whole_name
from omni_identity.linkage.term_frequencies import count_term_frequencies
from omni_identity.linkage.vectors import keep_in, term_frequency_columns
from tests.linkage.frames import create_linkage_records
from tests.linkage.plain_comparisons import FIRST, LAST
from tests.linkage.test_scoring import COMPARISONS, RECORDS, a_model

PARTS = 1e-5
"""What the parts of every name make its frequency."""
PER_PERSON = 2.0


def counted(*numbers: tuple[int, int]) -> np.ndarray:
    """By number of records how many names have so many."""
    names = np.zeros(MOST_COUNTED + 1)
    for records, count in numbers:
        names[records] = count
    return names


COMMON = counted((1, 3000), (2, 1500), (3, 800), (4, 400), (5, 200), (30, 60), (200, 1))


def test_two_records_are_less_likely_one_persons_the_more_there_are() -> None:
    chances = chances_by_records(COMMON, PER_PERSON)
    assert np.all(np.diff(chances[2:]) < 0)
    assert chances[0] == chances[1] == chances[2] > 0.8
    # of thirty records hardly more of the 29 others are the same person's than a person has
    assert 1 / 29 < chances[30] < 3 / 29


def test_where_no_name_has_many_records_few_are_of_several() -> None:
    few = counted((1, 3000), (2, 1500), (3, 750), (4, 375), (5, 180), (6, 90))
    assert chances_by_records(few, PER_PERSON)[6] > chances_by_records(COMMON, PER_PERSON)[6]


def test_without_duplicates_no_two_records_are_one_persons() -> None:
    chances = chances_by_records(counted((1, 900), (2, 50), (3, 10)), 1.0)
    assert np.all(np.isfinite(chances))
    assert chances[3] < 0.1


def frequencies(records: list[int], equal: int = 0) -> tuple[pl.DataFrame, float | None]:
    """``tf_names`` and the rate of names that have so many ``records`` each, the last ``equal`` of them equal ones."""
    named = [number for number, count in enumerate(records) for _ in range(count)]
    with DuckDBEngine() as engine:
        engine.run("create schema derived")
        engine.run("create table derived.linkage_records (record_no BIGINT, names VARCHAR)")
        names = pl.DataFrame({"names": [f"a|{number:05}" for number in named]})
        engine.write("derived.linkage_records", names.with_row_index("record_no"))
        engine.run(
            "create table derived.tf_names as"
            f" select distinct names, {PARTS!r}::double as tf_names from derived.linkage_records"
        )
        engine.run(
            "create table derived.equal_records as select record_no, 'x' as fingerprint,"
            f" {len(named) - equal}::bigint as representative_no from derived.linkage_records"
            f" where record_no >= {len(named) - equal}"
        )
        odds = 2 * (PER_PERSON - 1) / max(len(named) - equal, 1)
        rate = weigh_name_bearers(engine, odds)
        left = engine.fetch("select table_name from duckdb_tables() where temporary")
        assert left.is_empty(), "names are a person's data: none may stay behind"
        return engine.fetch("select * from derived.tf_names order by names"), rate


def test_a_name_of_many_records_is_common_and_any_other_as_its_parts_make_it() -> None:
    records = [1] * 300 + [2] * 150 + [3] * 80 + [30] * 6 + [2 * MOST_COUNTED]
    found, rate = frequencies(records)
    by_number = found["tf_names"].to_list()
    assert by_number[:530] == [PARTS] * 530
    # nearly all records of such a name are others'
    assert 20 < by_number[530] * sum(records) < 32
    assert by_number[-1] * sum(records) == pytest.approx(2 * MOST_COUNTED, rel=0.1)
    mean = sum(f * n for f, n in zip(by_number, records, strict=True)) / sum(records)
    assert rate == pytest.approx(mean, rel=1e-5)


def test_equal_records_make_no_name_common() -> None:
    found, _ = frequencies([1] * 300 + [2] * 150 + [3] * 80 + [100], equal=99)
    assert found["tf_names"][-1] == PARTS


def test_nobody_with_a_name_has_no_rate() -> None:
    found, rate = frequencies([])
    assert rate is None
    assert found.is_empty()


def test_a_whole_name_is_rare_over_whole_names_among_namesakes() -> None:
    plain = a_model()
    model = replace(plain, name_rate=0.0016)
    whole = whole_name(model, LAST)
    assert whole is not None
    assert whole.levels == (("first_name", 0), ("last_name", 0))
    assert whole.bits == pytest.approx(math.log2(0.0016 / (0.01 * 0.004)))
    assert whole_name(model, FIRST) is None
    assert whole_name(plain, LAST) is None
    scored = []
    for one in (plain, model):
        with DuckDBEngine() as engine:
            create_linkage_records(engine, RECORDS)
            for column in term_frequency_columns(COMPARISONS):
                count_term_frequencies(engine, column)
            engine.run(
                "create table derived.pairs as"
                " select 1 as record_no_l, i as record_no_r from range(2, 5) t(i)"
            )
            score_pairs(engine, one, "derived.pairs", keep_in(engine, "derived.scored"))
            scored.append(engine.fetch("select * from derived.scored order by record_no_r"))
    before, after = scored
    added = (after["weight_namesakes"] - before["weight_namesakes"]).to_list()
    # ann lee, bert lee, ann moore
    assert added == pytest.approx([whole.bits, 0.0, 0.0])
    assert after["weight_strangers"].equals(before["weight_strangers"])
    assert after["weight_relatives"].equals(before["weight_relatives"])
