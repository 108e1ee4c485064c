"""Figures on customers against brute force, and on customers made to contradict themselves."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from omni_identity.engines import DuckDBEngine
from omni_identity.identity.customer_figures import (
    MOST_RECORDS,
    expected_of_one_person,
    measure_customers,
)
from omni_identity.linkage.diagnostics import Measure
from omni_identity.linkage.model import LevelParameters, LinkageModel
from tests.linkage.frames import create_linkage_records
from tests.linkage.plain_comparisons import BIRTH_DATE, FIRST, GENDER, LAST

EXPECTED = 0.06
COMPARED = (FIRST, LAST, BIRTH_DATE, GENDER)

Record = tuple[str, dict[str, str]]  # golden_id, and what the record fills


def model() -> LinkageModel:
    """A model that expects each weakest level of one person this often."""
    empty = LinkageModel.from_dict(
        {
            "comparisons": [],
            "parameters": {},
            "pair_counts": {"same": 1e12, "relatives": 1.0, "namesakes": 1.0, "strangers": 1e12},
            "least_frequencies": {},
            "blocking": [],
            "seed": 1,
            "match_probability": 0.26,
        }
    )
    level = LevelParameters(EXPECTED, 0.5, 0.5, 0.5)
    parameters = {c.name: (level,) * len(c.levels) for c in COMPARED}
    return replace(empty, comparisons=COMPARED, parameters=parameters)


def measure(records: list[Record]) -> dict[tuple[str, str], Measure]:
    with DuckDBEngine() as engine:
        create_linkage_records(engine, [dict(filled) for _, filled in records])
        engine.run(
            "create table derived.customers as select * from (select unnest($numbers::bigint[]) as"
            " record_no, unnest($ids::varchar[]) as golden_id)",
            {"numbers": list(range(1, len(records) + 1)), "ids": [g for g, _ in records]},
        )
        return {(m.diagnostic, m.bucket): m for m in measure_customers(engine, model())}


def born(*dates: str) -> list[dict[str, str]]:
    return [{"birth_date": date} if date else {} for date in dates]


def test_two_birth_dates_contradict_unless_a_slip_explains_them() -> None:
    customers = {
        "same": born("1980-05-17", "1980-05-17"),
        "typo": born("1980-05-17", "1980-05-11"),
        "swapped": born("1980-05-07", "1980-07-05"),
        "two people": born("1980-05-17", "2011-12-30"),
        "two of three": born("1980-05-17", "1980-05-17", "2011-12-30"),
        "one filled": born("1980-05-17", ""),
        "alone": born("1980-05-17"),
    }
    found = measure([(g, record) for g, records in customers.items() for record in records])
    pairs = found["contradicting_pairs", "birth_date"]
    assert (pairs.counted, pairs.total) == (2, 5)
    assert pairs.trained_value == pytest.approx(EXPECTED)
    assert pairs.value == pytest.approx((1 + 2 / 3) / 5)
    assert pairs.standard_error == pytest.approx(0.2108185)
    several = found["several_values", "birth_date"]
    assert (several.counted, several.total, several.value) == (4, 5, 0.8)


def test_nicknames_and_initials_are_one_given_name_relatives_are_not() -> None:
    customers = {
        "nickname": [{"first": "william"}, {"first": "bill", "first_canonical": "william"}],
        "initial": [{"first": "william"}, {"first": "w"}],
        "brothers": [{"first": "william"}, {"first": "harry"}],
    }
    found = measure([(g, record) for g, records in customers.items() for record in records])
    pairs = found["contradicting_pairs", "first_name"]
    assert (pairs.counted, pairs.total) == (1, 3)
    assert found["several_values", "given_name"].counted == 2, "an initial is another value"


@pytest.mark.parametrize(
    ("matches", "estimated", "expected"),
    [
        # as many pairs as the prior's 300 pulled 0.36 halfway to the prior's 0.04
        (300.0, (0.36 + 0.04) / 2, 0.36),
        (3000.0, (0.36 * 3000 + 0.04 * 300) / 3300, 0.36),
        (3000.0, 0.01, 0.01),
        (200.0, 0.2, None),
        (3000.0, 0.04, None),
    ],
)
def test_the_pull_of_the_prior_is_taken_out_of_what_is_expected(
    matches: float, estimated: float, expected: float | None
) -> None:
    level = LevelParameters(estimated, 0.5, 0.5, 0.5)
    told = replace(
        model(),
        parameters={"birth_date": (level,) * len(BIRTH_DATE.levels)},
        pair_counts={**model().pair_counts, "same": matches},
    )
    assert expected_of_one_person(told, BIRTH_DATE) == pytest.approx(expected)


def test_a_marriage_is_no_contradiction() -> None:
    found = measure([("a", {"last": "smith"}), ("a", {"last": "jones"})])
    assert ("contradicting_pairs", "last_name") not in found


def test_sizes_are_shares_of_customers_in_bands() -> None:
    sizes = [1, 1, 2, 3, 4, 5, 33, 40]
    found = measure([(str(i), {}) for i, size in enumerate(sizes) for _ in range(size)])
    bands = {b: m.counted for (name, b), m in found.items() if name == "customer_sizes"}
    assert bands == {
        **{"1": 2, "2": 1, "3 to 4": 2, "5 to 8": 1, "9 to 16": 0, "17 to 32": 0},
        "33 and more": 2,
    }
    assert found["largest_customer", "records"].value == 40


def test_without_customers_there_are_no_figures() -> None:
    found = measure([])
    assert found["contradicting_pairs", "birth_date"].value is None
    assert found["customer_sizes", "1"].value is None
    assert found["largest_customer", "records"].value == 0


def test_one_giant_customer_counts_no_more_than_a_small_one() -> None:
    giant = [("giant", {"gender": "f" if i % 2 else "m"}) for i in range(5 * MOST_RECORDS)]
    small = [(str(i // 2), {"gender": "f"}) for i in range(198)]
    pairs = measure([*giant, *small])["contradicting_pairs", "gender"]
    assert pairs.total == 100
    assert pairs.value == pytest.approx(0.5 / 100, rel=0.05)


@settings(max_examples=30)
@given(st.lists(st.tuples(st.sampled_from("ABC"), st.sampled_from(["f", "m", None])), max_size=12))
def test_shares_are_those_of_brute_force(rows: list[tuple[str, str | None]]) -> None:
    found = measure([(g, {"gender": gender} if gender else {}) for g, gender in rows])
    values = defaultdict(list)
    for golden_id, gender in rows:
        if gender:
            values[golden_id].append(gender)
    shares = []
    for genders in values.values():
        pairs = [left != right for left, right in combinations(genders, 2)]
        if pairs:
            shares.append(sum(pairs) / len(pairs))
    pairs_found = found["contradicting_pairs", "gender"]
    assert pairs_found.total == len(shares)
    assert pairs_found.counted == sum(share > 0 for share in shares)
    if shares:
        assert pairs_found.value == pytest.approx(sum(shares) / len(shares))
    else:
        assert pairs_found.value is None
