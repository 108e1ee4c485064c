"""Figures on records and pairs: worked examples, bands, and what is null without a baseline."""

from __future__ import annotations

from dataclasses import replace

import pytest

from omni_identity.engines import DuckDBEngine
from omni_identity.linkage.baseline import Baseline
from omni_identity.linkage.diagnostics import Measure, measure_pairs, measure_records
from omni_identity.linkage.model import LevelParameters, LinkageModel
from omni_identity.model.attributes import Vocabulary
from tests.linkage.frames import create_linkage_records
from tests.linkage.plain_comparisons import BIRTH_DATE

LEVELS = tuple(LevelParameters(0.25, 0.25, 0.25, 0.25) for _ in BIRTH_DATE.levels)


def model() -> LinkageModel:
    """A model of one comparison, told so little that its fields do not matter."""
    values = {
        "comparisons": [],
        "parameters": {},
        "pair_counts": dict.fromkeys(("same", "relatives", "namesakes", "strangers"), 1.0),
        "least_frequencies": {},
        "blocking": [],
        "seed": 1,
        "match_probability": 0.26,
    }
    empty = LinkageModel.from_dict(values)
    return replace(empty, comparisons=(BIRTH_DATE,), parameters={"birth_date": LEVELS})


@pytest.fixture
def engine() -> DuckDBEngine:
    engine = DuckDBEngine()
    engine.run("create schema derived")
    return engine


def pairs(engine: DuckDBEngine, levels: list[int], weights: list[float]) -> None:
    """Candidate pairs of these levels, weighing nothing, and inner pairs of these weights."""
    engine.run(
        "create or replace table derived.scored_pairs as"
        " select unnest($levels::tinyint[]) as level_birth_date, -300.0 as match_weight, false as is_inner"
        " union all select 0, unnest($weights::double[]), true",
        {"levels": levels, "weights": weights},
    )


def of(measures: list[Measure], diagnostic: str) -> dict[str, Measure]:
    return {m.bucket: m for m in measures if m.diagnostic == diagnostic}


def test_levels_are_shares_of_the_pairs_that_can_be_compared(engine: DuckDBEngine) -> None:
    pairs(engine, [0, 0, 0, 3, -1, -1], [])
    baseline = Baseline(10, 4, {"birth_date": (1, 0, 0, 1)}, {})
    measures = measure_pairs(engine, model(), baseline)
    exact = of(measures, "comparison_levels")["birth_date: exact"]
    assert (exact.value, exact.counted, exact.total, exact.trained_value) == (0.75, 3, 4, 0.5)
    drift = of(measures, "comparison_drift")["birth_date"]
    assert drift.value == pytest.approx(0.048795, abs=1e-6)
    assert drift.total == 2, "of the smaller side"


def test_what_can_no_longer_be_compared_has_drifted_all_the_way(engine: DuckDBEngine) -> None:
    pairs(engine, [-1, -1], [])
    measures = measure_pairs(engine, model(), Baseline(10, 4, {"birth_date": (1, 0, 0, 1)}, {}))
    drift = of(measures, "comparison_drift")["birth_date"]
    assert (drift.value, drift.total) == (1.0, 2)


def test_without_a_baseline_drift_is_null(engine: DuckDBEngine) -> None:
    pairs(engine, [0, 3], [])
    for baseline in (None, Baseline(10, 4, {"gender": (1, 1)}, {})):
        measures = measure_pairs(engine, model(), baseline)
        assert of(measures, "comparison_drift")["birth_date"].value is None
        assert of(measures, "comparison_levels")["birth_date: exact"].trained_value is None


def test_weights_fall_into_bands_of_two_bits_with_their_lower_limit(engine: DuckDBEngine) -> None:
    pairs(engine, [], [-1e9, -20.5, -20, -18.001, -18, -0.1, 0, 1.99, 39.9, 40, 300])
    bands = of(measure_pairs(engine, model(), None), "match_weights")
    found = {name: m.counted for name, m in bands.items() if m.counted}
    assert found == {
        **{"below -20": 2, "-20 to -18": 2, "-18 to -16": 1, "-2 to 0": 1, "0 to 2": 2},
        **{"38 to 40": 1, "40 and more": 2},
    }
    assert len(bands) == 32
    assert sum(m.value or 0 for m in bands.values()) == pytest.approx(1)


def test_no_pairs_at_all_are_no_error(engine: DuckDBEngine) -> None:
    pairs(engine, [], [])
    measures = measure_pairs(engine, model(), None)
    assert {m.value for m in measures} == {None}


def test_records_that_nothing_can_link_are_counted(engine: DuckDBEngine) -> None:
    create_linkage_records(
        engine,
        [
            {"first": "ann", "last": "lee"},  # a name is one kind of evidence, in two columns
            {"first": "ann", "gender": "female", "middle": "x"},  # weak ones are none
            {"first": "ann", "email": ["ann@b.c"]},
            {"street": "elm", "city": "ulm", "birth_date": "1980-01-01"},
            {"email": ["annlee@b.c"]},  # its local part is the same evidence again
            {"loyalty_id": ["7"], "phone": ["1"]},
        ],
    )
    engine.run("create table derived.scored_pairs as select 2 as record_no_l, 4 as record_no_r")
    baseline = Baseline(4, 0, {}, {"email": 4})
    measures = measure_records(engine, Vocabulary(), baseline)
    unlinkable = of(measures, "unlinkable_records")
    assert unlinkable["no candidate pair"].counted == 4
    assert unlinkable["fewer than two kinds of evidence"].counted == 3
    assert unlinkable["no candidate pair"].total == 6
    email = of(measures, "filled_attributes")["email"]
    assert (email.value, email.trained_value) == (2 / 6, 1.0)
    assert of(measures, "filled_attributes")["phone"].trained_value is None
    assert "local_part" not in of(measures, "filled_attributes"), "made from the e-mail"
