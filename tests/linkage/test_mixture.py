"""The four classes recovered from simulated pairs, and what small, clean and empty data give."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from omni_identity.linkage.comparisons import Comparison
from omni_identity.linkage.comparisons.places import LOCALITY
from omni_identity.linkage.mixture import (
    ComparedPairs,
    Estimate,
    KnownPairs,
    VectorCounts,
    estimate_classes,
)
from omni_identity.linkage.model import CLASSES
from tests.linkage.plain_comparisons import BIRTH_DATE, EMAIL, FIRST, LAST, STREET

COMPARISONS = (FIRST, LAST, BIRTH_DATE, STREET, EMAIL)

STRANGERS = {
    "first_name": [0.006, 0.00001, 0.002, 0.001, 0.008, 0.003, 0.97999],
    "last_name": [0.002, 0.003, 0.001, 0.994],
    "birth_date": [0.00005, 0.0006, 0.03, 0.96935],
    "street": [0.0001, 0.0002, 0.0003, 0.001, 0.01, 0.9884],
    "email": [0.00002, 0.0001, 0.99988],
}


def truth(name: str) -> dict[str, list[float]]:
    """Level probabilities of a class, moved away from the priors where training starts."""
    if name == "strangers":
        return STRANGERS
    moved = {}
    for comparison in COMPARISONS:
        given = [getattr(level, name) for level in comparison.levels]
        filled = [
            u if value is None else value
            for value, u in zip(given, STRANGERS[comparison.name], strict=True)
        ]
        if name == "same":
            filled[0] *= 0.85
            filled[-1] *= 1.6
        total = sum(filled)
        moved[comparison.name] = [value / total for value in filled]
    return moved


def simulate(counts: dict[str, int], seed: int) -> VectorCounts:
    """Vectors of so many pairs of each class, a fifth of the fields not comparable."""
    rng = np.random.default_rng(seed)
    parts = []
    for name, size in counts.items():
        columns = []
        for comparison in COMPARISONS:
            levels = rng.choice(len(comparison.levels), size=size, p=truth(name)[comparison.name])
            levels[rng.random(size) < 0.2] = -1
            columns.append(levels)
        parts.append(np.column_stack(columns))
    vectors, seen = np.unique(np.concatenate(parts), axis=0, return_counts=True)
    return VectorCounts(vectors.astype(np.int64), seen.astype(np.float64))


def vectors(
    rows: list[list[int]], counts: list[float], comparisons: tuple[Comparison, ...]
) -> VectorCounts:
    levels = np.array(rows, dtype=np.int64).reshape(len(rows), len(comparisons))
    return VectorCounts(levels, np.array(counts, dtype=np.float64))


def blocked(vectors: VectorCounts) -> VectorCounts:
    """The pairs that blocking would find: equal names, birth date, address or e-mail."""
    first, last, birth, address, mail = vectors.levels.T
    found = ((first == 0) & (last == 0)) | (birth == 0) | (address == 0) | (mail == 0)
    return VectorCounts(vectors.levels[found], vectors.counts[found])


def level_shares(vectors: VectorCounts, i: int) -> list[float]:
    seen = np.bincount(vectors.levels[:, i] + 1, vectors.counts, len(COMPARISONS[i].levels) + 1)[1:]
    return list(seen / seen.sum())


def together(*parts: VectorCounts) -> VectorCounts:
    return VectorCounts(
        np.concatenate([part.levels for part in parts]),
        np.concatenate([part.counts for part in parts]),
    )


SHOWN_STRANGERS = 4_000_000
ALL_STRANGERS = 40_000_000


@cache
def candidate_strangers() -> VectorCounts:
    found = blocked(simulate({"strangers": SHOWN_STRANGERS}, seed=2))
    return VectorCounts(found.levels, found.counts * (ALL_STRANGERS / SHOWN_STRANGERS))


def test_numbers_and_probabilities_of_all_classes_are_recovered() -> None:
    same = blocked(simulate({"same": 12_000}, seed=1))
    relatives = blocked(simulate({"relatives": 9_000}, seed=10))
    namesakes = blocked(simulate({"namesakes": 3_000}, seed=11))
    candidates = together(same, relatives, namesakes, candidate_strangers())
    estimate = estimate_classes(
        COMPARISONS,
        ComparedPairs(candidates, simulate({"strangers": 400_000}, seed=3)),
        ALL_STRANGERS,
    )

    assert estimate.pair_counts["same"] == pytest.approx(same.counts.sum(), rel=0.05)
    assert estimate.pair_counts["relatives"] == pytest.approx(relatives.counts.sum(), rel=0.1)
    for i, comparison in enumerate(COMPARISONS):
        found = [p.same for p in estimate.parameters[comparison.name]]
        assert found == pytest.approx(level_shares(same, i), abs=0.03), comparison.name
    given_names = [p.relatives for p in estimate.parameters["first_name"]]
    assert given_names[-1] > 0.95, "relatives' given names are as unlike as strangers'"
    strangers_first = [p.strangers for p in estimate.parameters["first_name"]]
    assert strangers_first == pytest.approx(STRANGERS["first_name"], abs=0.002)


def test_what_is_as_among_strangers_stays_so_however_many_pairs_say_otherwise() -> None:
    """Matches that moved house and changed their address of mail look like namesakes, but for the birth date."""
    rows = [[0, 0, 0, 5, 2], [0, 0, 0, 0, 0], [6, 0, 3, 0, 2], [0, 0, 1, 5, 2]]
    sample = simulate({"strangers": 200_000}, seed=12)
    candidates = together(vectors(rows, [3000, 1000, 800, 600], COMPARISONS), blocked(sample))
    estimate = estimate_classes(COMPARISONS, ComparedPairs(candidates, sample), 200_000.0)
    for i, comparison in enumerate(COMPARISONS):
        parameters = estimate.parameters[comparison.name]
        for rival in ("relatives", "namesakes"):
            tied = [j for j, level in enumerate(comparison.levels) if getattr(level, rival) is None]
            found = [getattr(parameters[j], rival) for j in tied]
            strangers = [parameters[j].strangers for j in tied]
            shared = sum(found) / max(sum(strangers), 1e-12)
            assert found == pytest.approx([shared * u for u in strangers], abs=2e-4), (rival, i)
    assert estimate.pair_counts["same"] > 4000, "who moved house is still the same"
    assert estimate.parameters["birth_date"][0].namesakes < 0.001


def test_damaged_names_of_families_leave_both_classes() -> None:
    """Names and streets alone, every name with a slip: relatives may not take the first names' likeness for theirs."""
    comparisons = (FIRST, LAST, STREET)
    rows = [[4, 1, 0], [6, 1, 0], [6, 0, 0], [6, 0, 4]]
    candidates = vectors(rows, [300, 400, 450, 600], comparisons)
    strangers = simulate({"strangers": 200_000}, seed=13)
    sample = VectorCounts(strangers.levels[:, [0, 1, 3]], strangers.counts)
    estimate = estimate_classes(comparisons, ComparedPairs(candidates, sample), 350_000.0)
    assert 200 < estimate.pair_counts["same"] < 400
    assert estimate.pair_counts["relatives"] > 600


def test_two_of_one_name_in_two_cities_and_nothing_else_are_not_one_person() -> None:
    """Where half of such pairs have birth dates, and most of these are years apart; least of all where they are."""
    comparisons = (FIRST, LAST, BIRTH_DATE, LOCALITY)
    other, years_apart, elsewhere = (len(c.levels) - 1 for c in (FIRST, BIRTH_DATE, LOCALITY))
    rng = np.random.default_rng(15)
    shares = ([0.01, 0.99], [0.005, 0.995], [0.0002, 0.9998], [0.01, 0.99])
    last = (other, len(LAST.levels) - 1, years_apart, elsewhere)
    drawn = [rng.choice([0, n], 100_000, p=p) for n, p in zip(last, shares, strict=True)]
    sample = VectorCounts(np.column_stack(drawn).astype(np.int64), np.ones(100_000))
    rows = [
        [0, 0, 0, 0],
        [0, 0, -1, 0],
        [0, 0, 0, elsewhere],
        [0, 0, years_apart, elsewhere],
        [0, 0, -1, elsewhere],
    ]
    candidates = vectors(rows, [500, 500, 30, 300, 330], comparisons)
    estimate = estimate_classes(comparisons, ComparedPairs(candidates, sample), 3_000_000.0)

    def chance(row: list[int]) -> float:
        densities = dict(estimate.pair_counts)
        for comparison, level in zip(comparisons, row, strict=True):
            if level >= 0:
                p = estimate.parameters[comparison.name][level]
                densities = {name: n * float(getattr(p, name)) for name, n in densities.items()}
        return densities["same"] / sum(densities.values())

    assert chance(rows[0]) > 0.99
    assert chance(rows[2]) > 0.9, "who moved house keeps the birth date"
    assert chance(rows[4]) < 0.3
    assert chance(rows[3]) < 0.05


def test_without_families_and_namesakes_their_numbers_shrink() -> None:
    same = blocked(simulate({"same": 8_000}, seed=4))
    candidates = together(same, candidate_strangers())
    estimate = estimate_classes(
        COMPARISONS,
        ComparedPairs(candidates, simulate({"strangers": 300_000}, seed=5)),
        ALL_STRANGERS,
    )
    assert estimate.pair_counts["same"] == pytest.approx(same.counts.sum(), rel=0.04)
    assert estimate.pair_counts["relatives"] < 300
    assert estimate.pair_counts["namesakes"] < 800


@pytest.mark.parametrize("pairs", [0, 1, 5])
def test_few_or_no_pairs_give_the_priors(pairs: int) -> None:
    none = vectors([], [], COMPARISONS)
    few = vectors([[0] * 5], [pairs], COMPARISONS) if pairs else none
    estimate = estimate_classes(COMPARISONS, ComparedPairs(few, none), 10.0)
    for comparison in COMPARISONS:
        levels = estimate.parameters[comparison.name]
        assert [p.same for p in levels] == pytest.approx(
            [level.same for level in comparison.levels], abs=0.02
        )
        for p in levels:
            assert all(0 < getattr(p, name) <= 1 for name in CLASSES)
    assert all(number >= 1 for number in estimate.pair_counts.values())


def test_matches_in_the_sample_do_not_make_strangers_look_alike() -> None:
    """In data full of duplicates a random pair is often a match; strangers' e-mails still differ."""
    close = simulate({"same": 5_000}, seed=6)
    sample = simulate({"same": 1_000, "strangers": 200_000}, seed=7)
    estimate = estimate_classes(COMPARISONS, ComparedPairs(close, sample), 1_000_000)
    assert (
        estimate.parameters["email"][0].strangers < 0.0003
    )  # 1,000 of 201,000 pairs would be 0.003


def test_the_same_counts_give_the_same_estimate() -> None:
    candidates, sample = (
        simulate({"same": 500, "relatives": 300}, seed=8),
        simulate({"strangers": 20_000}, seed=9),
    )
    first = estimate_classes(COMPARISONS, ComparedPairs(candidates, sample), 1e6)
    assert first == estimate_classes(COMPARISONS, ComparedPairs(candidates, sample), 1e6)


OPEN = [[4, 0, 2, 0, 2]]
"""Another spelling of a given name, another birth date: of one person or of two in one household."""


def with_known(kind: tuple[str, ...], pairs: float, weight: float) -> Estimate:
    """What is learnt where so many open pairs, of 600 in all, are known to be of one of some classes."""
    sample = simulate({"strangers": 200_000}, seed=21)
    clear = blocked(simulate({"same": 3_000, "relatives": 1_500}, seed=22))
    levels = np.array(OPEN, dtype=np.int64)
    may_be = np.array([[float(name in kind) for name in CLASSES]])
    known = KnownPairs(levels, may_be, np.array([pairs]), np.array([pairs * weight]))
    candidates = together(clear, VectorCounts(levels, np.array([600.0 - pairs])), blocked(sample))
    compared = ComparedPairs(candidates, sample, known if pairs else None)
    return estimate_classes(COMPARISONS, compared, 200_000.0)


def test_known_pairs_are_counted_to_the_classes_that_they_may_be_of() -> None:
    nothing = with_known((), 0.0, 1.0)
    same = with_known(("same",), 500.0, 1.0)
    apart = with_known(("relatives", "namesakes", "strangers"), 500.0, 1.0)
    level = OPEN[0][0]

    def seen(estimate: Estimate) -> float:
        return estimate.parameters["first_name"][level].same

    assert seen(apart) < seen(nothing) < seen(same)
    assert same.pair_counts["same"] > nothing.pair_counts["same"] > apart.pair_counts["same"]
    assert apart.pair_counts["relatives"] > same.pair_counts["relatives"]


def test_a_known_pair_that_stands_for_many_moves_levels_and_not_how_many_there_are() -> None:
    one, ten = (with_known(("same",), 50.0, weight) for weight in (1.0, 10.0))
    level = OPEN[0][0]
    assert ten.parameters["first_name"][level].same > 1.3 * one.parameters["first_name"][level].same
    # its own fifty more, and what follows from other levels
    assert ten.pair_counts["same"] - one.pair_counts["same"] < 450
