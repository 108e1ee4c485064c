"""Queries divided among statements."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from omni_identity.engines import DuckDBEngine
from omni_identity.engines import duckdb as duckdb_engine
from omni_identity.engines.batches import in_batches, in_range, key_ranges, square_ranges


@given(st.lists(st.integers(0, 50), max_size=12), st.integers(1, 100))
def test_batches_have_all_in_order_and_no_more_than_fits(sizes: list[int], at_once: int) -> None:
    by_number = dict(enumerate(sizes))
    batches = in_batches(by_number, at_once)
    assert [number for batch in batches for number in batch] == list(by_number)
    for batch, following in pairwise([*batches, []]):
        total = sum(sizes[number] for number in batch)
        assert total <= at_once or len(batch) == 1
        assert not following or total + sizes[following[0]] > at_once
    assert in_batches(by_number, None) == ([list(by_number)] if sizes else [])


def test_ranges_have_every_row_once_and_keep_a_keys_rows_together(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(duckdb_engine, "ROWS_AT_ONCE", 10)
    with DuckDBEngine() as engine:
        engine.run(
            "create table t as select 'k' || lpad((range // 3)::varchar, 3, '0') as k from range(100)"
        )
        ranges = key_ranges(engine, "t", "k")
        counts = [
            engine.fetch(f"select count(*) as n from t where {in_range('k', some)}", some)["n"][0]
            for some in ranges
        ]
        assert sum(counts) == 100
        assert len(counts) > 9
        assert max(counts) <= 12
        assert key_ranges(engine, "(from t limit 10)", "k") == [{}]


def test_squares_have_every_pair_once_and_few_of_the_records_that_pairs_point_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with DuckDBEngine() as engine:
        engine.run(
            "create table t as select a.range as l, b.range as r from range(100) a, range(100) b"
            " where l < r and (hash(l, r) % 5 = 0 or l = 7)"
        )
        total = engine.fetch("select count(*) as n from t")["n"][0]
        assert square_ranges(engine, "t", "l", "r") == [("true", {})]
        monkeypatch.setattr(duckdb_engine, "ROWS_AT_ONCE", 50)
        parts = [
            engine.fetch(
                f"select count(*) as n, max(l) - min(l) as x, max(r) - min(r) as y from t where {condition}",
                some,
            ).row(0)
            for condition, some in square_ranges(engine, "t", "l", "r")
        ]
        assert sum(n for n, *_ in parts) == total
        assert max(n for n, *_ in parts) <= 50
        assert max(min(x, y) for _, x, y in parts) <= 20
