"""Lots: as even as chance would have it, apart for neighbours and seeds, and without overflow."""

from __future__ import annotations

import math

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.lots import PRIME, lot, share


@pytest.fixture
def engine() -> DuckDBEngine:
    return DuckDBEngine()


def reckoned(engine: DuckDBEngine, seed: int, *numbers: int) -> int:
    named = {f"n{i}": number for i, number in enumerate(numbers)}
    columns = ", ".join(f"{number}::bigint as {name}" for name, number in named.items())
    found = engine.fetch(f"select {lot(seed, *named)} as lot from (select {columns})")
    return int(found["lot"][0])


def test_lots_never_change(engine: DuckDBEngine) -> None:
    assert [reckoned(engine, 7, n) for n in (0, 1, 2)] == [
        1840314138,
        616486982,
        1825844587,
    ]
    assert reckoned(engine, 7, 3, 4) == 1668922544


def test_the_largest_numbers_do_not_overflow(engine: DuckDBEngine) -> None:
    for numbers in ((PRIME - 1,), (2**63 - 1, 2**63 - 1), (PRIME - 1, PRIME - 1), (0, 0)):
        for seed in range(20):
            assert 0 <= reckoned(engine, seed, *numbers) < PRIME


def test_a_number_has_a_lot_of_its_own(engine: DuckDBEngine) -> None:
    drawn = engine.fetch(f"select {lot(1, 'n')} as lot from range(200000) r(n)")["lot"]
    assert drawn.n_unique() == drawn.len()


@pytest.mark.parametrize("steps", [(1, 1), (1, 7), (2, 1_000_003)])
def test_lots_of_pairs_are_even_and_neighbours_independent(
    engine: DuckDBEngine, steps: tuple[int, int]
) -> None:
    a, b = steps
    rows = 400_000
    engine.run(f"create table drawn as select n, {lot(3, f'n * {a}', f'n * {b} + 5')} as lot"
               f" from range({rows}) r(n)")  # fmt: skip
    cells = engine.fetch(
        "select d.lot * 16 // $p as mine, e.lot * 16 // $p as next, count(*) as n"
        " from drawn d join drawn e on e.n = d.n + 1 group by all",
        {"p": PRIME},
    )["n"]
    expected = (rows - 1) / 256
    squares = sum((n - expected) ** 2 / expected for n in cells)
    assert cells.len() == 256
    assert abs(squares - 255) < 5 * math.sqrt(2 * 255)


def test_a_share_of_the_lots_is_drawn(engine: DuckDBEngine) -> None:
    limit = share(1, 50)
    found = engine.fetch(
        f"select count(*) as n from range(500000) r(n) where {lot(9, 'n')} < {limit}"
    )["n"][0]
    assert abs(found - 10_000) < 5 * math.sqrt(10_000)
    assert share(1, 1) == PRIME


def test_seeds_draw_apart(engine: DuckDBEngine) -> None:
    both = engine.fetch(
        f"select count(*) as n from range(500000) r(n)"
        f" where {lot(1, 'n')} < {share(1, 10)} and {lot(2, 'n')} < {share(1, 10)}"
    )["n"][0]
    assert abs(both - 5_000) < 5 * math.sqrt(5_000)
